import { judge } from './judge.ts';
import { isPath } from './path.ts';

const WORDS = new Set(
  (
    'token tokens secret secrets password passwd passwort pwd pass passphrase apikey accesskey secretkey privatekey credential credentials creds ' +
    'pat dsn auth jwt bearer webhook signature salt'
  ).split(' '),
);
const PAIRS = new Set([
  'api key',
  'access key',
  'secret key',
  'private key',
  'signing key',
  'encryption key',
  'master key',
  'account key',
  'deploy key',
  'connection string',
  'auth key',
  'service key',
]);

/** True for a variable whose name says that its value is a secret: `GITHUB_TOKEN`, `stripeApiKey`, `db.password`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word, i) => WORDS.has(word) || PAIRS.has(`${words[i - 1] ?? ''} ${word}`));
}

/**
 * True for a value that can be one: not a path, a number, a flag, a plain word, an address or a reference to somewhere
 * else. Such a value as a known secret would blank half of all ordinary text.
 */
export function isSecretValue(value: string): boolean {
  if (value.length < 6 || isPath(value) || isAddress(value)) return false;
  if (/^[\d.,:-]+$/.test(value) && value.length < 10) return false;
  if (/^[a-z]+$/i.test(value) && value.length < 16) return !isWord(value);
  return !/^(?:\$\{?\w+\}?|<[^>]*>|\{\{.*\}\}|op:\/\/.*|vault:.*)$/.test(value);
}

// Of addresses only webhooks are secrets as a whole.
function isAddress(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && !/\bhooks?\b|webhook/i.test(value);
}

function isWord(value: string): boolean {
  const kind = judge(value);
  return kind !== 'random' && kind !== 'mixed';
}

/**
 * The password inside a URL's userinfo, as written; undefined when there is none. Signs that end the userinfo are put up
 * with in the password, as by the drivers that read such URLs.
 */
export function passwordInUrl(value: string): string | undefined {
  const strict = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:([^/?#]+)@/i.exec(value)?.[1];
  if (strict !== undefined) return strict;
  return /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:(?!\d*(?:[/?#]|$))(.+)@[^@/?#]/i.exec(value)?.[1];
}
