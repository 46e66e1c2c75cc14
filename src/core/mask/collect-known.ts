import { judge, type ValueKind } from './judge.ts';
import type { KnownValues } from './known-values.ts';
import { isSecretName, nameStrength, splitName } from './names.ts';
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
    else if (name === PASSPHRASE || isSecret(name, value)) known.add(value, source);
  }
  return known.size - before;
}

function isSecret(name: string, value: string): boolean {
  if (isSecretName(name)) return isSecretValue(value);
  return nameStrength(name) === 'weak' && !isForAll(name) && isDrawn(value);
}

/** What is given to every visitor of a page. */
const FOR_ALL: ReadonlySet<string> = new Set(['public', 'publishable', 'anon', 'site']);

function isForAll(name: string): boolean {
  return splitName(name).some((part) => FOR_ALL.has(part));
}

const DRAWN: ReadonlySet<ValueKind> = new Set<ValueKind>(['random', 'hex', 'uuid']);
/** Keys that machines made are no shorter. */
const SHORTEST_DRAWN = 16;

// HOT_KEY is one of the keyboard, STRIPE_KEY is none: told by the value, which the context rules find beside its name.
function isDrawn(value: string): boolean {
  return value.length >= SHORTEST_DRAWN && isSecretValue(value) && DRAWN.has(judge(value));
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
