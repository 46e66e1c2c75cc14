import { byteClass, CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { judge, VALUE_KINDS, type ValueKind } from './judge.ts';
import { isOfKey } from './known-form.ts';
import { DOUBTFUL } from './profile.ts';
import { splitName } from './names.ts';
import { VENDOR_RULES } from './rules/vendors.ts';
import { STOP_WORDS } from './service-words.ts';
import { SpanMemo } from './span-memo.ts';
import type { Span } from './values.ts';
import type { Window } from './window.ts';

const DASH = 0x2d;
const UNDERSCORE = 0x5f;
/** Ids have up to 29 characters behind their prefix: `call_…`, `chatcmpl-…`. */
const SHORTEST_TAIL = 32;
/** Two letters and a sign before it. */
const SHORTEST_TOKEN = SHORTEST_TAIL + 3;
const LONGEST_TAIL = 256;
const LONGEST_PREFIX = 40;
const FEWEST_DIGITS = 3;

/**
 * A token of a vendor that no rule knows: a prefix, an underscore or dash, and a long random part, as GitHub made them customary
 * (`odt_9f…`). `start..end` is a run of base64 of either alphabet.
 */
export function unnamedToken(window: Window, { start, end }: Span): Candidate | undefined {
  if (end - start < SHORTEST_TOKEN) return undefined;
  const { bytes } = window;
  const tail = tailStart(bytes, start, end);
  if (tail === undefined) return undefined;
  const from = prefixStart(bytes, tail - 1, start);
  if (from === undefined || isPathPart(window, from, end)) return undefined;
  const at = { start: from, end: tail, aside: 0 };
  const prefix = prefixes.get(window, at, () => said(window.latin1(from, tail)));
  if (prefix === NONE) return undefined;
  const kind = kindOf(window, { start: tail, end });
  if (kind !== 'random' && !(KINDS_OF_KEY.has(kind) && (prefix & SAYS_KEY) !== 0)) return undefined;
  if (IS_ID.test(window.latin1(Math.max(0, from - ID_BYTES), from))) return undefined;
  return {
    start: from,
    end,
    rule: 'unnamed_token',
    kind: 'context',
    ofOnePiece: true,
    why: 'it has the form that services give their tokens, a prefix and a long random part',
    confidence: (prefix & OF_KEY) !== 0 && kind === 'random' ? 1 : DOUBTFUL,
  };
}

/** What comes again and again in hostile text. */
const prefixes = new SpanMemo();
const kinds = new SpanMemo();

/** What a prefix says: bits. */
const NONE = 1;
const OF_KEY = 2;
const SAYS_KEY = 4;

function said(prefix: string): number {
  const words = splitName(prefix);
  // How a token begins that a rule would know, or what is no token.
  if (isKnown(prefix) || words.some((word) => STOP_WORDS.has(word))) return NONE;
  return (words.some(isOfKey) ? OF_KEY : 0) | (words.some(saysKey) ? SAYS_KEY : 0);
}

function kindOf(window: Window, { start, end }: Span): ValueKind {
  const number = kinds.get(window, { start, end, aside: 0 }, () =>
    VALUE_KINDS.indexOf(judge(window.latin1(start, end))),
  );
  return VALUE_KINDS[number] as ValueKind;
}

const ENVIRONMENTS: ReadonlySet<string> = new Set(['live', 'test', 'prod', 'api']);
/** How the tokens begin whose formats are known: a rule has said already that this is none. Made when it is first asked for. */
let known:
  | { readonly beginnings: ReadonlySet<string>; readonly firstLetters: ReadonlySet<string> }
  | undefined;

function knownBeginnings(): NonNullable<typeof known> {
  if (known !== undefined) return known;
  const literals = VENDOR_RULES.flatMap(({ shapes }) =>
    shapes.map((shape) => shape.slice(0, shape.indexOf('<'))),
  );
  const beginnings = new Set(
    literals.filter((literal) => literal.length >= 3 && !splitName(literal).every(isOfKey)),
  );
  known = { beginnings, firstLetters: new Set([...beginnings].map((literal) => literal.slice(0, 3))) };
  return known;
}

// What is tested, or in production, may have a hash behind it.
function saysKey(word: string): boolean {
  return isOfKey(word) && !ENVIRONMENTS.has(word);
}

// Also behind something else: in x_ghp_… it is the end that counts.
function isKnown(prefix: string): boolean {
  const { beginnings, firstLetters } = knownBeginnings();
  for (let at = 0; at + 3 <= prefix.length; at++) {
    if (!firstLetters.has(prefix.slice(at, at + 3))) continue;
    for (let end = at + 3; end <= prefix.length; end++)
      if (beginnings.has(prefix.slice(at, end))) return true;
  }
  return false;
}

const KINDS_OF_KEY: ReadonlySet<ValueKind> = new Set<ValueKind>(['hex', 'typed']);
const IS_ID = /(?:id|Id|ID|hash|sha\d*|digest|integrity|nonce)["']?\s*[:=]\s*["']?$/;
const ID_BYTES = 16;

// Where the letters and digits at the end begin, when they are many, with digits among them.
function tailStart(bytes: Uint8Array, start: number, end: number): number | undefined {
  let digits = 0;
  let at = end;
  const stop = Math.max(start, end - LONGEST_TAIL);
  for (; at > stop && CLASSES.alnum[bytes[at - 1] as number] === 1; at--)
    digits += CLASSES.digit[bytes[at - 1] as number] as number;
  if (end - at < SHORTEST_TAIL || digits < FEWEST_DIGITS || at <= start + 1) return undefined;
  const before = bytes[at - 1];
  return before === UNDERSCORE || before === DASH ? at : undefined;
}

// Back over words with an underscore or dash between them.
function prefixStart(bytes: Uint8Array, end: number, start: number): number | undefined {
  let at = end;
  while (at > start && CLASSES.b64url[bytes[at - 1] as number] === 1) at--;
  const isShort = end - at >= 2 && end - at <= LONGEST_PREFIX;
  return isShort && CLASSES.alpha[bytes[at] as number] === 1 ? at : undefined;
}

const AFTER_DOT = byteClass('.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
const SLASH = 0x2f;
const DOT = 0x2e;
const AT = 0x40;
const PLUS = 0x2b;

// The name of a file, a package or a page.
function isPathPart(window: Window, from: number, end: number): boolean {
  const before = window.peek(from - 1);
  if (before === SLASH || before === DOT || before === AT || before === PLUS) return true;
  // … or it is cut short, with dots for the rest.
  return window.peek(end) === DOT && AFTER_DOT[window.peek(end + 1)] === 1;
}
