import { LIMITS } from '../limits.ts';
import type { Anchor, Hit } from './anchors.ts';
import { valueAfter } from './assignment.ts';
import { ByteMemo } from './byte-memo.ts';
import { byteClass, CLASSES, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { cookieValues } from './cookies.ts';
import { textWithoutIssued } from './issued.ts';
import { noteHeader } from './csv-header.ts';
import { judge, type ValueKind } from './judge.ts';
import { isBrokenForm } from './known-form.ts';
import { isBuried, nameAround } from './name-around.ts';
import { type NameStrength, nameStrength } from './names.ts';
import { HUMAN } from './ordinary-value.ts';
import { DOUBTFUL } from './profile.ts';
import { isInProse } from './prose.ts';
import { serviceAnchors } from './service-key.ts';
import { SpanMemo } from './span-memo.ts';
import { surety } from './surety.ts';
import { type Assigned, mayTie } from './tie.ts';
import type { Span } from './values.ts';
import type { Window } from './window.ts';

/** Every credential name holds one of these. */
const KEYWORDS = [
  'pass',
  'pwd',
  'secret',
  'token',
  'key',
  'cred',
  'auth',
  'bearer',
  'salt',
  'jwt',
  'dsn',
  'psw',
  'access',
  'private',
  'login',
  'psk',
];

const ALL_KEYWORDS = [...KEYWORDS, 'cookie'];

/** Finds values by the name they are given. */
export function contextAnchors(): Anchor[] {
  return [
    ...KEYWORDS.map((literal) => ({
      literal,
      match: (hit: Hit) => ofName(hit, literal),
    })),
    { literal: 'cookie', isName: true, match: cookies },
    ...serviceAnchors(),
  ];
}

function ofName(hit: Hit, word: string): Candidate | undefined {
  const name = nameAround(hit);
  return isBuried(hit, name) ? undefined : (named(hit, name, word) ?? glued(hit, name, word));
}

const PADDING = byteClass('=');

// mailjet-9d0c…
function hanging(window: Window, at: number): Assigned | undefined {
  const next = window.peek(at);
  if (next !== 0x2d && next !== 0x5f) return undefined;
  const limit = at + 1 + LONGEST_GLUED;
  const end = window.runEnd(at + 1, CLASSES.b64url, limit);
  const past = window.runEnd(end, CLASSES.padded, limit);
  // What follows an equals sign is a value of its own, and what stood before it a name: ACCESS_KEY=….
  if (window.peek(end) === EQUALS && window.runEnd(end, PADDING, limit) < past) return undefined;
  return { start: at + 1, end: past, tie: 'near' };
}

/** Under a weak name. */
const SHORTEST_WEAK = 20;

function cookies(hit: Hit): Candidate | undefined {
  const name = nameAround(hit);
  if (!/^(?:set-)?cookie$/i.test(text(hit.window, name)))
    return isBuried(hit, name) ? undefined : named(hit, name, 'cookie');
  return cookieValues(hit, name.end);
}

function named(hit: Hit, name: Span, word: string): Candidate | undefined {
  const { window, around } = hit;
  noteHeader(hit, name);
  if (!mayTie(window, name.end)) return undefined;
  const meaning = meanings.get(window.bytes, name, () => meaningOf(text(window, name)));
  if (meaning?.strength === undefined || name.start + meaning.lastEnd !== hit.end) return undefined;
  if (meaning.strength !== 'field' && !around.knowsShort() && isInProse(window, name)) return undefined;
  if (isNested(window, name.start)) return undefined;
  const value = valueAfter(window, name);
  if (value === undefined || isPathEnd(window, name, value)) return undefined;
  const source = around.knowsShort() ? around.shortKnown(text(window, value)) : undefined;
  if (source !== undefined)
    return { ...span(value), rule: 'known', kind: 'known', why: `the value of ${source}` };
  const strength = value.isPassword === true ? 'field' : meaning.strength;
  const sure = surety(hit, { name, strength, value });
  if (sure === 0 || (isBroken(hit, value) && !HUMAN.test(text(window, name)))) return undefined;
  const isField = strength === 'field' && value.tie === 'pair';
  return {
    ...span(value),
    rule: isField ? 'secret_field' : 'secret_value',
    kind: isField ? 'field' : 'context',
    why: `it is given to a name with “${word}” in it`,
    confidence: sure,
  };
}

interface Meaning {
  readonly strength: NameStrength | undefined;
  /** Past the last keyword in the name: only there is the name looked at. */
  readonly lastEnd: number;
}

const meanings = new ByteMemo<Meaning>();

const MEANS_NOTHING: Meaning = { strength: undefined, lastEnd: -1 };

function meaningOf(name: string): Meaning {
  const strength = nameStrength(name);
  if (strength === undefined) return MEANS_NOTHING;
  const lower = name.toLowerCase();
  let lastEnd = -1;
  for (const word of ALL_KEYWORDS) {
    const at = lower.lastIndexOf(word);
    if (at !== -1) lastEnd = Math.max(lastEnd, at + word.length);
  }
  return { strength, lastEnd };
}

const EQUALS = 0x3d;
const SLASH = 0x2f;
const TIE_BYTE = byteClass('=:>');
const IN_CHAIN = complement(byteClass(' \t\r\n"\'\\\0;&,'));
const MOST_TIES = 4;
const LONGEST_CHAIN = 96;

// a=b=c=…: each name in a chain has the rest of it for a value. Past a few nothing new can come, and looking at the same
// bytes for each of them would take its time.
function isNested(window: Window, at: number): boolean {
  let ties = 0;
  for (let i = at - 1; i >= 0 && i >= at - LONGEST_CHAIN; i--) {
    const byte = window.peek(i);
    if (IN_CHAIN[byte] !== 1) return false;
    if (TIE_BYTE[byte] === 1 && ++ties === MOST_TIES) return true;
  }
  return false;
}

// "src/core/secret.ts": "4f0c…": a manifest of files and their hashes.
function isPathEnd(window: Window, name: Span, { tie }: Assigned): boolean {
  if (window.peek(name.start - 1) !== SLASH) return false;
  return tie === 'pair' || tie === 'near' || window.bytes.subarray(name.start, name.end).includes(DOT);
}

const DOT = 0x2e;

// secret-4f0c…, token_9x…: the value hangs on the word itself.
function glued(hit: Hit, name: Span, word: string): Candidate | undefined {
  const { window } = hit;
  const value = hanging(window, hit.end);
  if (value === undefined || value.end - value.start < SHORTEST_GLUED) return undefined;
  if (name.start > hit.start) return undefined;
  const sure = gluedSurety(hit, name.start, value);
  if (sure === 0) return undefined;
  return {
    ...span(value),
    rule: 'secret_value',
    kind: 'context',
    why: `it hangs on the word “${word}”`,
    confidence: sure,
  };
}

/** Verdicts on what hangs on a word, which comes again and again in hostile text. */
const hangings = new SpanMemo();

function gluedSurety(hit: Hit, start: number, value: Span): number {
  const { window, end } = hit;
  // Where a placeholder ends depends on what follows.
  if (window.hasMark(start, value.end)) return gluedSuretyOf(hit, start, value);
  const whole = { start, end: value.end, aside: end - start };
  return hangings.get(window, whole, () => gluedSuretyOf(hit, start, value));
}

function gluedSuretyOf(hit: Hit, start: number, value: Span): number {
  const strength = nameStrength(text(hit.window, { start, end: hit.end }));
  if (strength === undefined) return 0;
  const content = judged(hit, value);
  const kind = judge(content);
  if (strength === 'weak' && (content.length < SHORTEST_WEAK || kind === 'hex')) return 0;
  if (!GLUED_KINDS.has(kind) || isBroken(hit, { start, end: value.end })) return 0;
  return strength !== 'weak' || kind === 'random' || kind === 'typed' ? 1 : DOUBTFUL;
}

const GLUED_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>(['random', 'hex', 'uuid', 'typed']);
const SHORTEST_GLUED = 16;
const LONGEST_GLUED = 256;

// The beginning of a vendor's token, and not the rest of it.
function isBroken(hit: Hit, value: Span): boolean {
  const { window } = hit;
  if (window.hasMark(value.start, value.end)) return isBrokenPart(hit, value);
  return brokens.get(window, { ...value, aside: 0 }, () => (isBrokenPart(hit, value) ? 1 : 0)) === 1;
}

const brokens = new SpanMemo();

function isBrokenPart(hit: Hit, value: Span): boolean {
  const content = judged(hit, value);
  return content.length < LIMITS.judgedBytes && isBrokenForm(content);
}

function span(at: Span): Span {
  return { start: at.start, end: at.end };
}

// What is left of a value without the placeholders in it, and no more of it than is judged.
function judged({ window, around }: Hit, { start, end }: Span): string {
  return textWithoutIssued(
    window,
    { start, end: Math.min(end, start + LIMITS.judgedBytes) },
    around.issuedEnd,
  );
}

function text(window: Window, at: Span): string {
  return window.latin1(at.start, Math.min(at.end, at.start + LIMITS.judgedBytes));
}
