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
  const cached = cache.get(input.connection, input.scopes);
  if (cached !== undefined) return exportToken(input.connection, cached);
  const { minter, request } = await minterFor(input);
  const { credential: token, tokenType, scopes, expiresAt } = await minter.mint(request);
  // What does not expire is a standing secret, and nothing to have lying in a cache.
  if (expiresAt !== undefined)
    cache.put(input.connection, input.scopes, { token, tokenType, scopes, expiresAt });
  return exportToken(input.connection, { token, tokenType, scopes, expiresAt });
}
