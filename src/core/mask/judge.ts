import { LIMITS } from '../limits.ts';
import { CLASSES } from './bytes.ts';
import { isPath } from './path.ts';
import { isTyped } from './predictable.ts';
import { randomBits } from './randomness.ts';

/**
 * What a value looks like, from "certainly nothing" to "certainly random".
 *
 * - `empty`: too short or without content; `reference`: names a secret kept elsewhere; `dummy`: a placeholder from
 *   documentation; `plain`: a number, path, date, version, address
 * - `common`: what people write for want of a better one, `secret` or `changeme`; some mean it
 * - `words`: names and words; `mixed`: neither words nor random, as people's passwords are
 * - `typed`: long enough for a key, but counted or repeated: somebody typed it, for want of a real one
 * - `uuid`, `hex`, `random`
 */
export const VALUE_KINDS = [
  'empty',
  'reference',
  'dummy',
  'common',
  'plain',
  'words',
  'mixed',
  'typed',
  'uuid',
  'hex',
  'random',
] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const REFERENCE =
  /^(?:[)\]}+,][,;.(:?)\]}'"]|['"]?\$[A-Za-z_{(]|['"]?\$\$(?:\{|[A-Z_][A-Z\d_]*['"]?$)|[.+] ?\$|%[A-Za-z_]\w*%$|\{\{|#\{|<[^>]|@[\w.]+@$|!(?:Ref|Sub|GetAtt|vault)\b|(?:process|import\.meta|os|config|settings|env|secrets|vars|var|local|data|self|this|params|props|options|req|args)\.(?!$)[A-Za-z_]|(?:op|vault|secret|ssm|keychain|file|arn|sm|azurekv|gcpsm|ref\+\w+):|(?:\w+=)?projects\/\S{1,80}\/secrets\/|valueFrom\b|env:|ENV\[|\(\?[:=!<a-z]|(?:Optional|Union|List|Dict|Callable|Type|Literal|Annotated)\[|(?:%[sd][:/@ -]?)+$)/;
/** Interpolation, the lists of a query, or a regular expression's classes, anywhere in it. */
const HAS_REFERENCE = /[$#]\{|\[\][=&]|\\[|%<>]|\{\{|\$\(|\\[wdsS]|\[\^?[A-Za-z0-9]-[A-Za-z0-9]/;
/** Without one of these there is no reference to look for. */
const REFERENCE_SIGN = /[${\\[]/;
const DUMMY_WORDS: ReadonlySet<string> = new Set(
  (
    'null none nil undefined true false yes no todo tbd redacted masked hidden omitted encrypted value string number boolean object text any ' +
    'unknown byte bytes empty required optional default prompt dummy fake mock sample invalid unset disabled'
  ).split(' '),
);
/** Looked for in lower case. */
const DUMMY =
  /example|placeholder|&lt;|replace[-_ ]?(?:me|this|with)|(?:^|[-_ ])your[-_ ]|x{4}|\*{3}|\.{3}|\u2026|\u00e2\u0080\u00a6|\u2022{3}|(?:\u00e2\u0080\u00a2){3}|insert[-_ ]|enter[-_ ]|<[a-z][^<>]*>|\[[a-z_ ]+\]|\{[a-z_.]+(?:![rsa])?(?::[^{}]{0,16})?\}|(?:password|secret|token|key)[-_]?(?:goes[-_])?here|(?:^|[-_])(?:dummy|fake|sample|mock|invalid|bogus)[-_]|^not[-_]|^-----|^key-----/;
/** In Unicode or as the bytes of UTF-8, or dots. */
const ELLIPSIS = /^(?:\u2026|\u00e2\u0080\u00a6|\.{2,})+$/;
const COMMON =
  /^(?:my|your|some|test|the|dummy|fake|sample|super|very|top)?[-_]?(?:my|api|access|auth|secret|client|db|user|private|super|very|top|admin|new|old|current)?[-_]?(?:password|passwd|pass|pwd|secrets?|tokens?|key|credentials?)[-_]?\d{0,2}$|^change[-_ ]?(?:me|it|this)$|^(?:test|testing|dummy|fake|sample|mock|foo|bar|baz|foobar|user|username|admin|guest|root)$/i;
const PLAIN =
  /^(?:(?:sha(?:1|224|256|384|512)|md5)[:-]\S+|[\^~<>=v]{0,2}\d+\.\d[\w.+-]{0,48}|[-+]?[\d.,:_/-]+(?:e[-+]?\d{1,3}|px|em|rem|ms|s|m|h|d|%|kb|mb|gb)?|v?\d+(?:\.\d+)+\S{0,12}|#[0-9a-f]{3,8}|0x[0-9a-f]{1,8}|[~.]{0,2}\/[\w.@/-]*|[A-Za-z]:[\\/].*|[a-z][a-z0-9+.-]{1,24}:\/\/.*|(?:data|urn|mailto|node|npm|jdbc):.*|[\w.-]+@[\w-]+\.[\w.-]+|[\w-]+(?:\/[\w.-]+)+\.\w{1,5}|\d{4}-\d\d-\d\dT\S*)$/i;
/** Nothing plain looks like this: no use in asking. */
const IDENTIFIER = /^[A-Za-z_]\w*$/;
const NEVER_PLAIN = /^(?!sha|md5)[a-z][^.:/@#\n]*$/i;
const HEX = /^(?:[0-9a-f]{16,}|[0-9A-F]{16,})$/;

/** Says what kind of value this is. `value` has no quotes around it. */
export function judge(value: string): ValueKind {
  const text = value.slice(0, LIMITS.judgedBytes);
  if (ELLIPSIS.test(text)) return 'dummy';
  if (text.length < 4 || hasFewSymbols(text)) return 'empty';
  if (REFERENCE.test(text) || (REFERENCE_SIGN.test(text) && HAS_REFERENCE.test(text))) return 'reference';
  if (UUID.test(text)) return isCounted(text) ? 'dummy' : keyKind(text, 'uuid');
  if (HEX.test(text) && /[0-9]/.test(text) && /[a-f]/i.test(text))
    return isCounted(text) ? 'dummy' : keyKind(text, 'hex');
  if (isDummy(text)) return 'dummy';
  if (COMMON.test(text)) return 'common';
  // Data of its own, in which secrets are looked for by themselves.
  if (/^[[{]/.test(text) && /[:,]/.test(text)) return 'mixed';
  if (/[^\0-\x7f]/.test(text)) return /\d/.test(text) ? 'mixed' : 'words';
  if (/^\d{20,}$/.test(text)) return keyKind(text, 'random');
  if (!isNeverPlain(text) && PLAIN.test(text) && (!text.startsWith('/') || isPath(text))) return 'plain';
  if (isTyped(text)) return 'typed';
  return kindByLetters(text);
}

function isNeverPlain(text: string): boolean {
  return IDENTIFIER.test(text) || NEVER_PLAIN.test(text);
}

function keyKind(text: string, kind: ValueKind): ValueKind {
  return isTyped(text) ? 'typed' : kind;
}

function hasFewSymbols(text: string): boolean {
  const first = text.charCodeAt(0);
  let second = first;
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === first || code === second) continue;
    if (second !== first) return false;
    second = code;
  }
  return true;
}

const LONGEST_RUN = 12;

// ghp_aaaaaaaaaaaa…; but keys in DER have many zero bytes in a row, too, and more beside them.
function hasLongRun(text: string): boolean {
  let run = 1;
  let longest = 1;
  for (let i = 1; i < text.length; i++) {
    run = text.charCodeAt(i) === text.charCodeAt(i - 1) ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest >= LONGEST_RUN && longest * 3 >= text.length;
}

function isDummy(text: string): boolean {
  const lower = text.toLowerCase();
  return DUMMY_WORDS.has(lower) || DUMMY.test(lower) || hasLongRun(lower) || isBracketed(text);
}

/** True for a token of a vendor's shape as documentation writes it: `AKIA…EXAMPLE`, `ghp_xxxxxxxx…`. */
export function isDummyToken(token: string): boolean {
  const lower = token.toLowerCase();
  if (/example|x{6}|\*{3}|\.{3}|your[-_]/.test(lower)) return true;
  const end = lower.slice(-16);
  return end !== '' && end === end.charAt(0).repeat(end.length);
}

/** True for a value too ordinary to search for everywhere: it would blank half of all text. */
export function isWeakSecret(value: string): boolean {
  if (new Set(value).size < 4) return true;
  const kind = judge(value);
  if (kind === 'dummy' || kind === 'common' || kind === 'plain' || kind === 'reference') return true;
  return kind === 'words' && value.length < 16 && !/[^A-Za-z]/.test(value);
}

const LONGEST_STAND_IN = 32;

// (secret), [token]: a stand-in.
function isBracketed(text: string): boolean {
  return /^[([{<][\w .-]*[)\]}>]$/.test(text) && text.length < LONGEST_STAND_IN;
}

// 00000000-0000-…, 11112222-3333-…
function isCounted(text: string): boolean {
  const seen: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DASH || seen.includes(code)) continue;
    if (seen.push(code) > MOST_DIGITS) return false;
  }
  return true;
}

const DASH = 0x2d;
const SPACE = 0x20;
const MOST_DIGITS = 3;

// Names are long stretches of likely letters; people's passwords mix digits and signs in.
function kindByLetters(text: string): ValueKind {
  const bits = randomBits(text);
  const spaces = text.includes(' ');
  if (text.length >= SHORTEST_SALT && signsIn(text) >= SIGNS_OF_SALT && /\d/.test(text)) return 'random';
  if (text.length >= 16 && bits >= 4 && !spaces) return 'random';
  if (bits >= 6 && !spaces && text.length >= 10) return 'random';
  if (bits >= UNBROKEN_BITS && isUnbroken(text)) return 'random';
  const signs = /[^A-Za-z0-9_.\- ]/.test(text);
  const digits = /\d/.test(text);
  if (spaces) return signs && digits && bits > -10 ? 'mixed' : 'words';
  if (isName(text)) return 'words';
  return digits || signs || bits > 0 ? 'mixed' : 'words';
}

/** Keys drawn from all that can be typed, as WordPress makes them, have spaces too; sentences have few sorts of signs. */
const SHORTEST_SALT = 32;
const SIGNS_OF_SALT = 8;

function signsIn(text: string): number {
  const seen: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== SPACE && CLASSES.alnum[code] !== 1 && !seen.includes(code)) seen.push(code);
  }
  return seen.length;
}

/** A name with a year in it has fewer. */
const UNBROKEN_BITS = -4;

// Twenty and more letters and digits without a sign between them, the digits not merely a number at the end.
function isUnbroken(text: string): boolean {
  return (
    /^[A-Za-z0-9]{20,}={0,2}$/.test(text) &&
    (text.match(/\d+/g) ?? []).join('').length >= 4 &&
    /\d[A-Za-z]/.test(text)
  );
}

// camelCase, snake_case, kebab-case, dotted names, with a number at most at the end of a part.
function isName(text: string): boolean {
  return (
    /^[#.]?[a-z_$][a-z0-9_.:/-]*[()]{0,2}$/i.test(text) &&
    !/\d{3}|\d[a-z]/i.test(text) &&
    !/^[a-z]{2,}\d+$/i.test(text)
  );
}
