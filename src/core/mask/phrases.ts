import type { Anchor, Hit } from './anchors.ts';
import { byteClass, CLASSES, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { password } from './password-candidate.ts';
import { latin1, literalAt, LONGEST_GAP, SPACE, spelled } from './values.ts';

/** Places where a password stands by the syntax of a language or a file, and not by a name. */
export function phraseAnchors(): Anchor[] {
  return [
    { literal: 'securestring', match: secureString },
    { literal: ':thin:', match: oracle },
    { literal: ':5432:', match: passwordFile },
    { literal: ':*:', match: passwordFile },
    { literal: 'bundle_', match: bundler },
    { literal: 'operator unseal ', match: unsealKey },
    { literal: 'proceed to installation:', match: firstPassword },
    { literal: 'facebook', match: appToken },
    { literal: 'mnemonic', match: seedPhrase },
    { literal: 'phrase', match: seedPhrase },
    { literal: '{sha}', match: hash },
    { literal: '{ssha}', match: hash },
    { literal: '{ssha256}', match: hash },
    { literal: '{ssha512}', match: hash },
    { literal: '{sha256}', match: hash },
    { literal: '{sha512}', match: hash },
    { literal: '{smd5}', match: hash },
  ];
}

// ConvertTo-SecureString '…', -String '…'
function secureString({ window, end }: Hit): Candidate | undefined {
  const at = window.runEnd(end, SPACE, end + LONGEST_GAP);
  const from = spelled(window, at, '-string ') ? at + 8 : at;
  return from === end ? undefined : password(window, literalAt(window, from), 'it is made a secure string');
}

const WORD = complement(byteClass(' \t\r\n"\'`@/:\\\0'));
const LONGEST_WORD = 128;
const AT = 0x40;
const SLASH = 0x2f;

// jdbc:oracle:thin:user/…@host
function oracle({ window, end }: Hit): Candidate | undefined {
  const user = window.runEnd(end, WORD, end + LONGEST_WORD);
  if (user === end || window.peek(user) !== SLASH) return undefined;
  const past = window.runEnd(user + 1, WORD, user + 1 + LONGEST_WORD);
  if (window.peek(past) !== AT) return undefined;
  return password(window, { start: user + 1, end: past }, 'it is the password in a URL');
}

const LINE_END = byteClass('\r\n\0');
const COLON = 0x3a;

// host:5432:database:user:…, a line of ~/.pgpass (PostgreSQL documentation, 32.16).
function passwordFile({ window, start, end }: Hit): Candidate | undefined {
  const host = window.runStart(start, WORD, start - LONGEST_WORD);
  if (host === start || (host > 0 && LINE_END[window.peek(host - 1)] !== 1)) return undefined;
  const database = window.runEnd(end, WORD, end + LONGEST_WORD);
  if (database === end || window.peek(database) !== COLON) return undefined;
  const user = window.runEnd(database + 1, WORD, database + 1 + LONGEST_WORD);
  if (user === database + 1 || window.peek(user) !== COLON) return undefined;
  const past = window.runEnd(user + 1, PASSWORD, user + 1 + LONGEST_WORD);
  if (past === user + 1 || LINE_END[window.peek(past)] !== 1) return undefined;
  // More fields than five, as in shadow(5).
  if (BARE_COLON.test(latin1(window, user + 1, past))) return undefined;
  return password(window, { start: user + 1, end: past }, 'it is a password for PostgreSQL');
}

const BARE_COLON = /(?<!\\):/;
const PASSWORD = complement(byteClass(' \t\r\n\0'));
const HOST_NAME = byteClass('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_');
const TIE = byteClass(' \t:="\'');

const SHORTEST_HASH = 28;
const LONGEST_HASH = 192;

// {SHA}…, a password hash of htpasswd and LDAP (RFC 2307, 5.3).
function hash({ window, end }: Hit): Candidate | undefined {
  const past = window.runEnd(end, CLASSES.b64padded, end + LONGEST_HASH);
  return past - end < SHORTEST_HASH
    ? undefined
    : password(window, { start: end, end: past }, 'it is a password hash');
}

// BUNDLE_GEMS__EXAMPLE__COM=user:…, Bundler's credentials for a server (bundle-config(1)).
function bundler({ window, end }: Hit): Candidate | undefined {
  const name = window.runEnd(end, HOST_NAME, end + LONGEST_WORD);
  if (!latin1(window, end, name).includes('__')) return undefined;
  const from = window.runEnd(name, TIE, name + 4);
  const user = window.runEnd(from, WORD, from + LONGEST_WORD);
  if (from === name || user === from || window.peek(user) !== COLON) return undefined;
  const past = window.runEnd(user + 1, WORD, user + 1 + LONGEST_WORD);
  return password(window, { start: from, end: past }, 'Bundler opens a server with it');
}

const UNSEAL_KEY = /^(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{44}|[0-9a-f]{64,66})$/;

// vault operator unseal …, by its documentation.
function unsealKey({ window, end }: Hit): Candidate | undefined {
  const at = window.runEnd(end, SPACE, end + LONGEST_GAP);
  const past = window.runEnd(at, CLASSES.b64padded, at + LONGEST_HASH);
  return UNSEAL_KEY.test(latin1(window, at, past))
    ? password(window, { start: at, end: past }, 'Vault is unsealed with it')
    : undefined;
}

const NEAR_NAME = 112;
const APP_TOKEN = /^[^\n\0]{0,48}?(?<!\w)(?<token>\d{15,16}\|[\w-]{27,40})(?![\w-])/d;

// An app's id and what opens it, by Facebook's documentation of access tokens.
function appToken({ window, end }: Hit): Candidate | undefined {
  const text = latin1(window, end, window.ahead(end + NEAR_NAME));
  const place = APP_TOKEN.exec(text)?.indices?.groups?.['token'];
  if (place === undefined) return undefined;
  return password(window, { start: end + place[0], end: end + place[1] }, 'it is the token of an app');
}

/** `mnemonic: "`, `SEED_PHRASE=`: something ties the words to their name. */
const TO_WORDS = byteClass(' \t"\'`:=>(');
const NOT_TYING = complement(byteClass('"\'`:=>'));
const IN_WORDS = byteClass('abcdefghijklmnopqrstuvwxyz ');
const LONGEST_SEED = 24 * 9;
/** Twelve words and more, as BIP 39 has them; those of a sentence are shorter now and then. */
const SEED = /^(?:[a-z]{3,8} ){11}(?:(?:[a-z]{3,8} ){3}){0,4}[a-z]{3,8}$/;
const OF_SEED = /(?:mnemonic|(?:seed|recovery|backup|mnemonic|wallet|secret)[ _-]?phrase)$/i;
const LONGEST_NAME = 24;

// The words from which the keys of a wallet are made.
function seedPhrase({ window, end }: Hit): Candidate | undefined {
  if (!OF_SEED.test(latin1(window, Math.max(0, end - LONGEST_NAME), end))) return undefined;
  const start = window.runEnd(end, TO_WORDS, end + LONGEST_GAP);
  if (window.runEnd(end, NOT_TYING, start) === start) return undefined;
  const past = window.runEnd(start, IN_WORDS, start + LONGEST_SEED);
  const words = latin1(window, start, past).trimEnd();
  if (!SEED.test(words)) return undefined;
  const why = 'the keys of a wallet are made from it';
  return { start, end: start + words.length, rule: 'secret_value', kind: 'context', why };
}

const BLANK = byteClass(' \t\r\n');

// Please use the following password to proceed to installation: …, in the log of a new Jenkins.
function firstPassword({ window, end }: Hit): Candidate | undefined {
  const at = window.runEnd(end, BLANK, end + LONGEST_GAP);
  const past = window.runEnd(at, CLASSES.lhex, at + LONGEST_HASH);
  return past - at === 32
    ? password(window, { start: at, end: past }, 'it is the first password of a Jenkins')
    : undefined;
}
