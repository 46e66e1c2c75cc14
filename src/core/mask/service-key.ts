import type { Anchor, Hit } from './anchors.ts';
import { byteClass, CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { textWithoutIssued } from './issued.ts';
import { judge } from './judge.ts';
import { isBrokenForm } from './known-form.ts';
import { DOUBTFUL } from './profile.ts';
import { isKey, RANDOM, type Way } from './service-likeness.ts';
import { SERVICES } from './services.ts';
import { BETWEEN, CREDENTIAL_WORDS, STOP_WORDS } from './service-words.ts';
import type { Span } from './values.ts';
import type { Window } from './window.ts';

const NAMES: ReadonlySet<string> = new Set(SERVICES);

/** Finds keys that have no shape of their own by the name of the service they are for. */
export function serviceAnchors(): Anchor[] {
  return SERVICES.map((literal) => ({
    literal,
    isName: true,
    match: (hit) => (startsWord(hit) ? keyAfter(hit, literal) : undefined),
  }));
}

const LETTERS = CLASSES.alpha;
const LOWER = CLASSES.lower;
const UPPER = CLASSES.upper;

// Not the okta of rookTable.
function startsWord({ window, start }: Hit): boolean {
  if (start === 0) return true;
  const before = window.peek(start - 1);
  return LETTERS[before] !== 1 || (LOWER[before] === 1 && UPPER[window.peek(start)] === 1);
}

const MOST_WORDS = 10;
const IN_RUN = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_~-.:');
const LONGEST_KEY = 512;

// DATADOG_API_KEY=…, datadog: { key: '…' }, new Datadog('…'), my Datadog token is …, datadog-…
function keyAfter(hit: Hit, service: string): Candidate | undefined {
  const { window } = hit;
  const way: Way = { at: hit.end, unknown: 0, lines: 0, isNamed: false, isTied: false };
  for (let n = 0; n < MOST_WORDS; n++) {
    const end = window.longRunEnd(way.at, IN_RUN, way.at + LONGEST_KEY);
    const value = n > 0 && end === way.at ? undefined : lastOf(hit, { start: way.at, end }, way);
    if (value !== undefined)
      return isNone(hit, value, n === 0 ? hit.start : way.at)
        ? undefined
        : found(hit, value, { way, service });
    if (!passGap(window, end, way)) return undefined;
  }
  return undefined;
}

// Empty, or the end of what begins at `from` like the token of a vendor and is none.
function isNone({ window }: Hit, { start, end }: Span, from: number): boolean {
  if (start === end) return true;
  const before = window.latin1(from, start);
  return isBrokenForm(before.slice(/[^:=]*$/.exec(before)?.index) + window.latin1(start, end));
}

const SLASH = 0x2f;
const SEPARATOR = byteClass('-_.:=');
const TIE = byteClass(':=');

/** Goes over the words of a run. Returns what may be a key, an empty span where the search is over, or undefined at the end. */
function lastOf(hit: Hit, run: Span, way: Way): Span | undefined {
  const { window } = hit;
  const over = { start: run.end, end: run.end };
  for (let at = run.start; at < run.end;) {
    if (SEPARATOR[window.peek(at)] === 1) {
      way.isTied ||= TIE[window.peek(at)] === 1;
      at++;
      continue;
    }
    const end = wordEnd(window, at, run.end);
    const spelling = window.latin1(at, end);
    const word = spelling.toLowerCase();
    if (STOP_WORDS.has(word) || NAMES.has(word)) return over;
    // The plural, another word that begins so.
    if (at === hit.end && word.length === 1 && LOWER[window.peek(at)] === 1) return over;
    const isWhole = end === run.end || SEPARATOR[window.peek(end)] === 1 || LETTERS[window.peek(end)] === 1;
    if (isWhole && isPassed(word, way)) {
      at = end;
      continue;
    }
    // Glued to a word, as in the middle of base64; the rest of an address.
    if (CLASSES.alnum[window.peek(at - 1)] === 1 || (window.peek(end) === SLASH && word === spelling))
      return over;
    const rest = { start: at, end: pastDots(window, run.end, at) };
    if (isKey(hit, rest, way)) return rest;
    if (!isWhole || word === '' || ++way.unknown > MOST_UNKNOWN) return over;
    at = end;
  }
  return undefined;
}

const MOST_UNKNOWN = 2;

function isPassed(word: string, way: Way): boolean {
  if (CREDENTIAL_WORDS.has(word)) {
    way.isNamed = true;
    return true;
  }
  return BETWEEN.has(word) || isMadeOf(word, way);
}

const LONGEST_GLUED = 32;

// SECRETKEY, accesstoken: of words that are known, the longest first.
function isMadeOf(word: string, way: Way): boolean {
  if (word.length < 6 || word.length > LONGEST_GLUED) return false;
  let isNamed = false;
  for (let at = 0; at < word.length;) {
    const part = longestAt(word, at);
    if (part === undefined) return false;
    isNamed ||= CREDENTIAL_WORDS.has(part);
    at += part.length;
  }
  way.isNamed ||= isNamed;
  return isNamed;
}

function longestAt(word: string, at: number): string | undefined {
  for (let end = word.length; end >= at + 3; end--) {
    const part = word.slice(at, end);
    if (CREDENTIAL_WORDS.has(part) || BETWEEN.has(part)) return part;
  }
  return undefined;
}

// Up to what is no letter, or to where a new word begins in camelCase.
function wordEnd(window: Window, from: number, limit: number): number {
  let at = from;
  while (at < limit && LETTERS[window.peek(at)] === 1) {
    if (at > from && UPPER[window.peek(at)] === 1 && LOWER[window.peek(at - 1)] === 1) break;
    at++;
  }
  return at;
}

const DOTS = byteClass('.:');

// The end of a sentence.
function pastDots(window: Window, end: number, floor: number): number {
  return window.runStart(end, DOTS, floor);
}

const GAP = byteClass(' \t\r\n"\'`([{>|,\\#*');
const CLOSED = byteClass(')]');
const OPENED = byteClass('([\'"= ');
const BOUND = byteClass('"\'`({[>,|');
const LONGEST_GAP = 24;
const LINE_FEED = 0x0a;
const MOST_LINES = 2;

// False where what follows has nothing to do with the name.
function passGap(window: Window, from: number, way: Way): boolean {
  let at = from;
  for (; at < from + LONGEST_GAP; at++) {
    const byte = window.peek(at);
    if (byte === LINE_FEED && ++way.lines > MOST_LINES) return false;
    if (CLOSED[byte] === 1 && OPENED[window.peek(at + 1)] === 1) continue;
    if (GAP[byte] !== 1) break;
    way.isTied ||= BOUND[byte] === 1;
  }
  way.at = at;
  return at > from && IN_RUN[window.peek(at)] === 1;
}

interface Told {
  readonly way: Way;
  readonly service: string;
}

function found(hit: Hit, at: Span, { way, service }: Told): Candidate {
  const kind = judge(textWithoutIssued(hit.window, at, hit.around.issuedEnd));
  const isSure = RANDOM.has(kind) && way.unknown === 0 && (way.isNamed || way.isTied);
  return {
    ...at,
    rule: 'service_key',
    kind: 'context',
    why: `it is next to the name “${service}”`,
    confidence: isSure ? 1 : DOUBTFUL,
  };
}
