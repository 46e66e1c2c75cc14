import { LIMITS } from '../limits.ts';
import { isPath } from './path.ts';
import { randomBits } from './randomness.ts';

/**
 * What a value looks like, from "certainly nothing" to "certainly random".
 *
 * - `empty`: too short or without content; `reference`: names a secret kept elsewhere; `dummy`: a placeholder from
 *   documentation; `plain`: a number, path, date, version, address
 * - `common`: what people write for want of a better one, `secret` or `changeme`; some mean it
 * - `words`: names and words; `mixed`: neither words nor random, as people's passwords are
 * - `uuid`, `hex`, `random`
 */
export type ValueKind =
  | 'empty'
  | 'reference'
  | 'dummy'
  | 'common'
  | 'plain'
  | 'words'
  | 'mixed'
  | 'uuid'
  | 'hex'
  | 'random';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const REFERENCE =
  /^(?:\$[A-Za-z_{(]|%[A-Za-z_]\w*%$|\{\{|#\{|<[^>]|@[\w.]+@$|!(?:Ref|Sub|GetAtt|vault)\b|(?:process|import\.meta|os|config|settings|env|secrets|vars|var|local|data|self|this|params|props|options|req|args)\.(?!$)[A-Za-z_]|(?:op|vault|secret|ssm|keychain|file|arn|sm|azurekv|gcpsm|ref\+\w+):|valueFrom\b|env:|ENV\[)/;
/** Interpolation, or a regular expression's classes, anywhere in it. */
const HAS_REFERENCE = /[$#]\{|\{\{|\$\(|\\[wdsS]|\[\^?[A-Za-z0-9]-[A-Za-z0-9]/;
const DUMMY =
  /example|placeholder|replace[-_ ]?(?:me|this|with)|(?:^|[-_ ])your[-_ ]|^(?:null|none|nil|undefined|true|false|yes|no|todo|tbd|redacted|masked|hidden|omitted|encrypted|value|string|number|boolean|object|text|any|unknown|bytes?|empty|required|optional|default|prompt)$|x{4}|\*{3}|\.{3}|\u2026|\u00e2\u0080\u00a6|\u2022{3}|(?:\u00e2\u0080\u00a2){3}|insert[-_ ]|enter[-_ ]|<[a-z][^<>]*>|\[[a-z_ ]+\]|\{[a-z_.]+\}|(?:password|secret|token|key)[-_]?(?:goes[-_])?here/i;
const COMMON =
  /^(?:my|your|some|test|the|dummy|fake|sample|super|very|top)?[-_]?(?:my|api|access|auth|secret|client|db|user|private|super|very|top|admin|new|old|current)?[-_]?(?:password|passwd|pass|pwd|secrets?|tokens?|key|credentials?)[-_]?\d{0,2}$|^change[-_ ]?(?:me|it|this)$|^(?:test|testing|dummy|fake|sample|mock|foo|bar|baz|foobar|user|username|admin|guest|root)$/i;
const PLAIN =
  /^(?:(?:sha(?:1|224|256|384|512)|md5)[:-]\S+|[\^~<>=v]{0,2}\d+\.\d[\w.+-]*|[-+]?[\d.,:_/-]+(?:px|em|rem|ms|s|m|h|d|%|kb|mb|gb)?|v?\d+(?:\.\d+)+\S{0,12}|#[0-9a-f]{3,8}|0x[0-9a-f]{1,8}|[~.]{0,2}\/[\w.@/-]*|[A-Za-z]:[\\/].*|(?:https?|wss?|ftp|git|file|data|urn|chrome|node|npm|mailto):.*|[\w.-]+@[\w-]+\.[\w.-]+|[\w-]+(?:\/[\w.-]+)+\.\w{1,5}|\d{4}-\d\d-\d\dT\S*)$/i;
const HEX = /^(?:[0-9a-f]{16,}|[0-9A-F]{16,})$/;

/** Says what kind of value this is. `value` has no quotes around it. */
export function judge(value: string): ValueKind {
  const text = value.slice(0, LIMITS.judgedBytes);
  if (text.length < 4 || new Set(text).size < 3) return 'empty';
  if (REFERENCE.test(text) || HAS_REFERENCE.test(text)) return 'reference';
  if (UUID.test(text)) return isCounted(text) ? 'dummy' : 'uuid';
  if (HEX.test(text) && /[0-9]/.test(text) && /[a-f]/i.test(text)) return isCounted(text) ? 'dummy' : 'hex';
  if (DUMMY.test(text) || isBracketed(text)) return 'dummy';
  if (hasLongSequence(text)) return 'mixed';
  if (COMMON.test(text)) return 'common';
  // Data of its own, in which secrets are looked for by themselves.
  if (/^[[{]/.test(text) && /[:,]/.test(text)) return 'mixed';
  if (PLAIN.test(text) && (!text.startsWith('/') || isPath(text))) return 'plain';
  return kindByLetters(text);
}

/** True for a token of a vendor's shape as documentation writes it: `AKIA…EXAMPLE`, `ghp_xxxxxxxx…`. */
export function isDummyToken(token: string): boolean {
  const lower = token.toLowerCase();
  if (/example|x{6}|\*{3}|\.{3}|your[-_]/.test(lower)) return true;
  return new Set(lower.slice(-16)).size === 1;
}

/** True for a value too ordinary to search for everywhere: it would blank half of all text. */
export function isWeakSecret(value: string): boolean {
  if (new Set(value).size < 4) return true;
  const kind = judge(value);
  if (kind === 'dummy' || kind === 'common' || kind === 'plain' || kind === 'reference') return true;
  return kind === 'words' && value.length < 16 && !/[^A-Za-z]/.test(value);
}

// (secret), [token]: a stand-in.
function isBracketed(text: string): boolean {
  return /^[([{<][\w .-]*[)\]}>]$/.test(text);
}

// abcdefghijkl…: an alphabet, or somebody's idea of a test key.
function hasLongSequence(text: string): boolean {
  let length = 1;
  for (let i = 1; i < text.length; i++) {
    length = text.charCodeAt(i) === text.charCodeAt(i - 1) + 1 ? length + 1 : 1;
    if (length === 26) return true;
  }
  return false;
}

// 00000000-0000-…, 11112222-3333-…: somebody typed it.
function isCounted(text: string): boolean {
  return new Set(text.replaceAll('-', '')).size <= 3 || /^(?:0123456789|1234567890abcdef$)/.test(text);
}

// Names are long stretches of likely letters; people's passwords mix digits and signs in.
function kindByLetters(text: string): ValueKind {
  const bits = randomBits(text);
  const spaces = text.includes(' ');
  if (text.length >= 16 && bits >= 4 && !spaces) return 'random';
  if (bits >= 6 && !spaces && text.length >= 10) return 'random';
  if (isUnbroken(text)) return 'random';
  const signs = /[^A-Za-z0-9_.\- ]/.test(text);
  const digits = /\d/.test(text);
  if (spaces) return signs && digits && bits > -10 ? 'mixed' : 'words';
  if (isName(text)) return 'words';
  return digits || signs || bits > 0 ? 'mixed' : 'words';
}

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
    /^[a-z_$][a-z0-9_$.:/-]*[()]{0,2}$/i.test(text) &&
    !/\d{3}|\d[a-z]/i.test(text) &&
    !/^[a-z]{2,}\d+$/i.test(text)
  );
}
