import type { KnownValues } from './known-values.ts';
import { isSecretName } from './names.ts';
import { isSecretValue, passwordInUrl } from './secret-values.ts';

/** A variable of the environment or of a `.env` file. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** For findings: `environment variable`, `.env`. */
  readonly origin: string;
}

/** Our own, a secret whatever it looks like. */
const PASSPHRASE = 'HALLPASS_PASSPHRASE';

/** Adds the variables that are secrets by their name, and the passwords of those that are URLs. Returns how many. */
export function collectKnown(known: KnownValues, variables: Iterable<Variable>): number {
  const before = known.size;
  for (const { name, value, origin } of variables) {
    const source = `${origin} ${name}`;
    const password = passwordInUrl(value);
    if (password !== undefined) addPassword(known, password, source);
    else if (name === PASSPHRASE || (isSecretName(name) && isSecretValue(value))) known.add(value, source);
  }
  return known.size - before;
}

// In a URL the password is percent-encoded, elsewhere it is not.
function addPassword(known: KnownValues, password: string, source: string): void {
  if (!isSecretValue(password)) return;
  known.add(password, source);
  const decoded = decodePercent(password);
  if (decoded !== undefined && decoded !== password) known.add(decoded, source);
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
