import { exportToken, type ExportedToken } from '../identity/export-token.ts';
import type { Minter, MintRequest } from '../identity/minters/minter.ts';
import type { TokenCache } from '../identity/token-cache.ts';

export interface MintDeps {
  readonly cache: Pick<TokenCache, 'get' | 'put'>;
  /**
   * Who mints for a connection, and under what name and scopes. Throws ERR_DENIED for a credential that is the proxy's
   * alone.
   */
  readonly minterFor: (request: MintRequest) => Promise<{ minter: Minter; request: MintRequest }>;
}

/**
 * A credential for a connection, from the cache while it is good for another minute.
 *
 * @throws {HallpassError} ERR_AUTH, ERR_DENIED, ERR_HUB_UNREACHABLE, ERR_ISSUER_UNREACHABLE, ERR_MINT_COMMAND…
 */
export async function mint(input: MintRequest, { cache, minterFor }: MintDeps): Promise<ExportedToken> {
  const cached = mintFromCache(input, cache);
  if (cached !== undefined) return cached;
  const { minter, request } = await minterFor(input);
  const { credential: token, tokenType, scopes, expiresAt } = await minter.mint(request);
  // What does not expire is a standing secret, and nothing to have lying in a cache.
  if (expiresAt !== undefined)
    cache.put(input.connection, input.scopes, { token, tokenType, scopes, expiresAt });
  return exportToken(input.connection, { token, tokenType, scopes, expiresAt });
}

/** What is in the cache and good for another minute. */
export function mintFromCache(
  { connection, scopes }: MintRequest,
  cache: Pick<TokenCache, 'get'>,
): ExportedToken | undefined {
  const cached = cache.get(connection, scopes);
  return cached === undefined ? undefined : exportToken(connection, cached);
}

/** Scopes as people write them: each for itself, or several in a word with spaces between them as OAuth has it. */
export function scopesIn(words: readonly string[]): string[] {
  return words.flatMap((word) => word.split(/\s+/)).filter((scope) => scope !== '');
}
