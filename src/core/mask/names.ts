/**
 * How much a name says about its value.
 *
 * - `field`: whatever it holds is a secret (`password`, `client_secret`)
 * - `strong`: holds a secret unless the value is something ordinary (`api_key`, `token`)
 * - `weak`: may hold one; the value must be random (`key`, `auth`)
 */
export type NameStrength = 'field' | 'strong' | 'weak';

const FIELD_WORDS = words(
  'password passwd passwort passphrase pwd pass secret userpass dbpass psw passcode ' +
    'dbpassword userpassword adminpassword mypassword rootpassword clientsecret appsecret secretkey privatekey ' +
    'psk requirepass masterauth rootpw storepass keypass cpassword',
);
const STRONG_WORDS = words(
  'token tokens secrets passwords apikey apikeys apitoken accesskey credential credentials creds cred bearer pat jwt cookie authorization ' +
    'authkey masterkey signingkey encryptionkey accountkey sharedkey salt signature sig xauth oauth dsn apisecret licensekey auth ' +
    'usertoken bottoken sessiontoken idtoken servicekey appkey keydata',
);
/** Names that say it as a whole: of kubeconfig, .npmrc, docker's and Google's files. */
const FIELDS: ReadonlySet<string> = new Set([
  'client key data',
  'auth token',
  'private key',
  'private key data',
  'identity token',
  'registry token',
]);
const WEAK_WORDS = words('auth sig signature pat');
/** Before `key`, these make it a credential. */
const KEY_OF = words(
  'api access secret private account storage shared encryption encrypt signing sign master service auth app application client ' +
    'consumer deploy ssh admin server write read subscription session hmac aes rsa webhook license licence rest integration ' +
    'personal developer dev prod live test user team org project bot functions function host primary secondary vault keyring ' +
    'decryption ingest ingestion security jwt cookie data sas instrumentation tsig gpg pgp tls ssl wireguard preshared pre',
);
/** Before `key` these say that it is none. */
const NO_KEY_OF = words(
  'public primary foreign sort partition cache object map hash row group unique index react i18n translation message locale query storage-item registry license-name column config tab arrow hot shortcut composite candidate natural surrogate tag label annotation',
);
/** After a credential word these say that the value is something about it. */
const ABOUT = words(
  'count length len size name names type types field fields file files filename path paths dir directory url uri urls endpoint label labels text ' +
    'placeholder title hint message messages error errors regex regexp pattern rule rules policy policies expiry expires expiration expire ttl at ' +
    'age in index kind kinds format algorithm alg manager provider providers service factory store class handler validator validation input ' +
    'form reset change changed prompt visible required enabled disabled min max header headers prefix suffix param params parameter var vars env ref refs ' +
    'version schema map set list array reader writer scanner parser stream source sources target pos position start end offset range ' +
    'id ids limit limits usage used budget cost price confirmation confirm again repeat strength hashing algo encoding ' +
    'description desc details info status state mode flag flags option options config settings arn region host port user username email ' +
    'lifetime duration timeout interval date time timestamp created updated value_from from manager exists valid invalid ' +
    'chars char characters charset alphabet letters digits display icon button link page screen view controller component props callback fn func function method module plugin helper util utils test tests spec mock',
);
/** A name that ends like this is one, whatever it is glued to. */
const JOINED_FIELD =
  /(?:password|passwd|passphrase|secret|secretkey|privatekey)$|^(?:db|user|admin|root|my|smtp|imap|mail|mysql|pg|redis|ftp|ssh|ldap|bind|sudo|become|login|default|store|key|trust|vault|ssl|cert|proxy|rpc|sql|sa|svn|git)(?:pass|pwd|psw)$/;
const JOINED_STRONG = /(?:token|apikey|accesskey|credentials?)$/;
const JOINED_KEY_OF = /(?:api|access|secret|private)$/;
const JOINED_KEY = /^[a-z0-9]{3,24}key$/;
const NO_JOINED_KEY = words(
  'monkey turkey hockey jockey donkey whiskey hotkey passkey turnkey publickey primarykey foreignkey shortkey sortkey cachekey objectkey',
);
/** Before `token` these say that it is none. */
const NO_TOKEN_OF = words(
  'progress next page continuation cancel cancellation comma colon semicolon bracket brace paren syntax template identifier design css eof punctuator lexer csstoken injection di position pagination sync start end open close last first previous keyword public csrf xsrf antiforgery forgery authenticity',
);

/** ASP.NET's, in every form it serves. */
const FORGERY = /request verification token$/;

/** Judges a name. `name` may be in any style: `DB_PASSWORD`, `clientSecret`, `x-api-key`, `spring.datasource.password`. */
export function nameStrength(name: string): NameStrength | undefined {
  const known = remembered.get(name);
  if (known !== undefined) return known === 'none' ? undefined : known;
  if (remembered.size >= REMEMBERED_NAMES) remembered.clear();
  const strength = strengthOf(name);
  remembered.set(name, strength ?? 'none');
  return strength;
}

/**
 * True for a variable whose name says that its value is a secret: `GITHUB_TOKEN`, `stripeApiKey`, `SLACK_WEBHOOK_URL`. A key
 * of nothing in particular is none: variables are named after keys of keyboards, too.
 */
export function isSecretName(name: string): boolean {
  const strength = nameStrength(name);
  if (strength === 'field' || strength === 'strong') return true;
  const parts = splitName(name);
  if (parts.includes('webhook')) return true;
  return strength === 'weak' && parts.some((part) => isFieldWord(part) || STRONG_WORDS.has(part));
}

/** The same names come again and again; judging one takes longer than all else about it. */
const REMEMBERED_NAMES = 16_384;
const remembered = new Map<string, NameStrength | 'none'>();

function strengthOf(name: string): NameStrength | undefined {
  const parts = splitName(name);
  if (FIELDS.has(parts.join(' '))) return 'field';
  if (parts.at(-2) === 'connection' && parts.at(-1) === 'string') return 'strong';
  while (
    parts.length > 1 &&
    /^(?:\d+|value|val|raw|plain|base64|b64|enc|encoded|data|here|string|str|plaintext|prod|dev|staging|test|live|default|current|new|old|backup|env|base|equals)$/.test(
      parts.at(-1) ?? '',
    )
  )
    parts.pop();
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2) ?? '';
  if (last === 'hash' || last === 'hashed' || last === 'digest')
    return isFieldWord(before) && before !== 'secret' ? 'field' : undefined;
  if (ABOUT.has(last))
    return last === 'id' && /^(?:secret|key)$/.test(before) && parts.includes('access') ? 'weak' : undefined;
  if (last === 'key' || last === 'keys') return keyStrength(before, parts);
  if (last === 'access' || last === 'private' || last === 'login') return 'weak';
  if (isFieldWord(last)) return 'field';
  if (last === 'token' && (NO_TOKEN_OF.has(before) || FORGERY.test(parts.join(' ')))) return undefined;
  if (/^(?:csrf|xsrf)/.test(last)) return undefined;
  if (STRONG_WORDS.has(last) || JOINED_STRONG.test(last))
    return WEAK_WORDS.has(last) && (last !== 'pat' || parts.length === 1) ? 'weak' : 'strong';
  if (JOINED_KEY.test(last)) return NO_JOINED_KEY.has(last) ? undefined : 'weak';
  return parts.some((part) => isFieldWord(part) || STRONG_WORDS.has(part) || part === 'key')
    ? 'weak'
    : undefined;
}

/** Lower-case words of a name. */
export function splitName(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/(SECRET|ACCESS|PRIVATE|TOKEN)(?=[a-z]{3})/g, '$1 ')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
}

function keyStrength(before: string, parts: readonly string[]): NameStrength | undefined {
  if (NO_KEY_OF.has(before)) return undefined;
  if (/(?:secret|private)$/.test(before)) return 'field';
  if (before === '') return 'weak';
  return KEY_OF.has(before) ||
    JOINED_KEY_OF.test(before) ||
    parts.some((part) => part === 'api' || part === 'secret')
    ? 'strong'
    : 'weak';
}

function isFieldWord(word: string): boolean {
  return FIELD_WORDS.has(word) || JOINED_FIELD.test(word);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
