import { HallpassError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import type { Minted, Minter } from './minters/minter.ts';

export interface HeaderSource {
  /** The header that the server reads. */
  readonly name: string;
  /** What stands before the credential: an authentication scheme and a blank, or nothing. */
  readonly before: string;
  readonly minter: Minter;
}

/**
 * Headers for an HTTP server. A credential goes to its own origins and nowhere else; one that names none goes to this
 * server. `onMinted` is called with each before the server sees it.
 *
 * @throws {HallpassError} ERR_SECRET_ORIGIN, and what minting throws
 */
export async function headerSecrets(
  sources: readonly HeaderSource[],
  { connection, origin }: { connection: string; origin: string },
  onMinted: (minted: Minted) => void,
): Promise<Record<string, Secret>> {
  const headers: Record<string, Secret> = {};
  for (const { name, before, minter } of sources) {
    const minted = await minter.mint({ connection, scopes: [] });
    const { credential, origins = [origin] } = minted;
    if (!origins.includes(origin)) throw notFor(origin, name, origins);
    onMinted(minted);
    headers[name.toLowerCase()] = new Secret(before + credential.reveal());
  }
  return headers;
}

function notFor(origin: string, name: string, origins: readonly string[]): HallpassError {
  return new HallpassError(
    'ERR_SECRET_ORIGIN',
    `the secret for the header ${name} is not sent to ${origin}: it is for ${origins.join(', ') || 'no origin at all'}`,
  );
}
