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
 * True for a value that can be one: not a path, a number, a flag, a plain word or a reference to somewhere else. Such a
 * value as a known secret would blank half of all ordinary text.
 */
export function isSecretValue(value: string): boolean {
  if (value.length < 6) return false;
  if (/^(?:[~.]?\/|[A-Za-z]:\\)/.test(value)) return false;
  if (/^[\d.,:-]+$/.test(value) && value.length < 10) return false;
  if (/^[a-z]+$/i.test(value) && value.length < 16) return false;
  return !/^(?:\$\{?\w+\}?|<[^>]*>|\{\{.*\}\}|op:\/\/.*|vault:.*)$/.test(value);
}

/** The password inside a URL's userinfo, as written; undefined when there is none. */
export function passwordInUrl(value: string): string | undefined {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:([^/?#]+)@/i.exec(value)?.[1];
  return password === undefined || password === '' ? undefined : password;
}
