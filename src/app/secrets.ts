import { HallpassError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { requireSecure } from '../identity/address.ts';
import { parseDatabaseOrigin } from '../identity/postgres/database-address.ts';
import { checkValue } from '../identity/check-secret.ts';
import type { SecretBook } from '../identity/secret-book.ts';

export interface AddSecretInput {
  readonly name: string;
  /** As a person names them: `https://api.example.com`. */
  readonly origins: readonly string[];
}

export interface AddSecretDeps {
  readonly book: SecretBook;
  /** Reads the value from stdin, or asks for it. */
  readonly readValue: () => Promise<Secret>;
  readonly now: () => number;
}

/** A stored secret as it is listed: never its value. */
export interface ListedSecret {
  readonly name: string;
  readonly origins: readonly string[];
  readonly added_at: string;
}

export interface SecretAdded extends ListedSecret {
  readonly replaced: boolean;
  /** Too short to be masked wherever it stands. */
  readonly weak: boolean;
}

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,62}$/;

/**
 * Stores a secret. What it may be sent to is stored with it.
 *
 * @throws {HallpassError} ERR_USAGE, ERR_INSECURE_ADDRESS
 */
export async function addSecret(
  { name, origins }: AddSecretInput,
  { book, readValue, now }: AddSecretDeps,
): Promise<SecretAdded> {
  // Not shown: somebody may have put the value where the name belongs.
  if (!NAME.test(name))
    throw new HallpassError(
      'ERR_USAGE',
      'the name of a secret is letters, digits, dots, dashes and underscores',
      {
        hint: 'For example: hallpass secret add GITHUB_TOKEN < token.txt',
      },
    );
  const allowed = [...new Set(origins.map(originOf))].toSorted();
  const value = await readValue();
  const { weak } = checkValue(value);
  const entry = { name, origins: allowed, addedAt: now() };
  const replaced = book.add(entry, value);
  return { ...listed(entry), replaced, weak };
}

/** All stored secrets by name. */
export function listSecrets(book: SecretBook): ListedSecret[] {
  return book.list().map(listed);
}

function listed({ name, origins, addedAt }: ReturnType<SecretBook['list']>[number]): ListedSecret {
  return { name, origins, added_at: new Date(addedAt).toISOString() };
}

function originOf(text: string): string {
  const database = parseDatabaseOrigin(text);
  if (database !== undefined) return database;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin === 'null' || url.username !== '' || url.password !== '')
    throw new HallpassError('ERR_USAGE', 'an origin is scheme, host and port', {
      hint: 'For example: --origin https://api.example.com',
    });
  return requireSecure(url, 'the origin').origin;
}
