import type { CachedToken } from './token-cache.ts';

/** A token in clear, for whoever asked `mint` for it. */
export interface ExportedToken {
  readonly token: string;
  readonly token_type: string;
  /** Null: it does not expire by itself. */
  readonly expires_at: string | null;
  readonly scopes: readonly string[];
  readonly connection: string;
}

/** The one place where a token leaves hallpass in clear, other than toward its server. */
export function exportToken(
  connection: string,
  minted: Omit<CachedToken, 'expiresAt'> & { readonly expiresAt: number | undefined },
): ExportedToken {
  const { token, tokenType, scopes, expiresAt } = minted;
  return {
    token: token.reveal(),
    token_type: tokenType,
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    scopes,
    connection,
  };
}
