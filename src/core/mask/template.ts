import { CLASSES, TOKEN, type ByteClass, type ClassName } from './bytes.ts';
import type { Window } from './window.ts';

interface Literal {
  /** ASCII. */
  readonly text: string;
}
export interface Run {
  readonly members: ByteClass;
  readonly min: number;
  readonly max: number;
}
type Segment = Literal | Run;

/** A token format ready to match: what is searched for, and what must stand before and after it. */
export interface Template {
  /** The literal to search for; empty when the shape has none, and only a name nearby tells what it is. */
  readonly anchor: string;
  readonly before: readonly Segment[];
  readonly after: readonly Segment[];
}

/** A run without an upper bound is followed this far; real tokens end long before. */
const LONGEST_RUN = 16 * 1024;
/** Longer literals find nothing more … */
const MOST_ANCHOR_CHARS = 32;
/** … nor do those in which a token may end, past this. */
const ANCHOR_CHARS = 6;
const UUID = '<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>';

/**
 * Reads a shape of `Rule.shapes`. Throws on one that can't match: rules are code, so that is a bug. Two letters are looked
 * for only when nothing better is there, not even a name.
 */
export function parseTemplate(shape: string, isNamed = false): Template {
  const segments = segmentsOf(shape.includes('<uuid>') ? shape.replaceAll('<uuid>', UUID) : shape);
  if (segments.some((segment, i) => swallows(segment, segments[i + 1])))
    throw new Error(`${shape} can't match`);
  const ofAtLeast = (count: number): number =>
    segments.findIndex((segment) => 'text' in segment && segment.text.length >= count);
  const long = ofAtLeast(3);
  const at = long === -1 && !isNamed ? ofAtLeast(2) : long;
  const anchor = segments[at];
  if (anchor === undefined || !('text' in anchor)) return { anchor: '', before: [], after: segments };
  const length = anchorLength(anchor.text);
  const rest = { text: anchor.text.slice(length) };
  return {
    anchor: anchor.text.slice(0, length),
    before: segments.slice(0, at).toReversed(),
    after: rest.text.length === 0 ? segments.slice(at + 1) : [rest, ...segments.slice(at + 1)],
  };
}

// No finding reaches back over a byte that ends tokens: such a byte is matched after the anchor.
function anchorLength(literal: string): number {
  let end = 0;
  while (end < literal.length && TOKEN[literal.charCodeAt(end)] === 1) end++;
  return Math.min(MOST_ANCHOR_CHARS, Math.max(ANCHOR_CHARS, end));
}

/** The run that must follow the anchor, to tell by it what is no token. */
export function firstRun({ after: [first] }: Template): Run | undefined {
  return first === undefined || 'text' in first ? undefined : first;
}

// A run takes all it can get: what follows it must not be of its class, unless its length is fixed.
function swallows(segment: Segment, next: Segment | undefined): boolean {
  if ('text' in segment || next === undefined || segment.min === segment.max) return false;
  return 'members' in next || segment.members[next.text.charCodeAt(0)] === 1;
}

/** Where an anchor ends, and what stands around it. */
export interface Anchored {
  readonly end: number;
  readonly around?: {
    /** As `Surroundings` has it: a letter or digit there is not the token's. */
    readonly lastBegin: (window: Window, from: number, to: number) => number;
  };
}

/**
 * End of the token behind an anchor, or -1. Linear: each byte is looked at once, nothing is retried but, for a
 * few last ones, whether something else begins there.
 */
export function matchAfter(window: Window, template: Template, anchored: Anchored): number {
  let at = anchored.end;
  let least = at;
  let last: Run | undefined;
  for (const segment of template.after) {
    if ('text' in segment) {
      if (!isSpelled(window, at, segment.text)) return -1;
      least = at += segment.text.length;
      last = undefined;
      continue;
    }
    const end = endOfRun(window, at, segment);
    if (end - at < segment.min) return -1;
    least = at + segment.min;
    at = end;
    last = segment;
  }
  if (endsHere(window, at, last)) return at;
  return anchored.around?.lastBegin(window, Math.max(least, at - MOST_TAKEN), at) ?? -1;
}

/** So much of what follows a run may have taken for its own. */
const MOST_TAKEN = 64;

/** Most runs are no longer, and nobody asks about them again. */
const SHORT_RUN = 16;

function endOfRun(window: Window, at: number, { members, max }: Run): number {
  const end = window.runEnd(at, members, at + Math.min(max, SHORT_RUN));
  return end < at + SHORT_RUN || max <= SHORT_RUN ? end : window.longRunEnd(at, members, at + max);
}

/** Where a token's anchor begins, and how far back the token may. */
export interface Place {
  readonly from: number;
  readonly floor: number;
}

/** Start of the token whose anchor begins at `from`, or -1. */
export function matchBefore(window: Window, template: Template, { from, floor }: Place): number {
  let at = from;
  for (const segment of template.before) {
    if ('text' in segment) {
      at -= segment.text.length;
      if (at < floor) return -1;
      if (!isSpelled(window, at, segment.text)) return -1;
      continue;
    }
    const start = window.runStart(at, segment.members, Math.max(floor, at - segment.max));
    if (at - start < segment.min) return -1;
    at = start;
  }
  return at;
}

function isSpelled(window: Window, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (window.peek(at + i) !== text.charCodeAt(i)) return false;
  return true;
}

// A longer run of the same kind is something else. `-` and `_` may follow what doesn't contain them.
function endsHere(window: Window, at: number, last: Run | undefined): boolean {
  const next = window.peek(at);
  return CLASSES.alnum[next] !== 1 && (last === undefined || last.members[next] !== 1);
}

// By hand: several hundred shapes are read whenever an engine is loaded.
function segmentsOf(shape: string): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < shape.length;) {
    const open = shape.indexOf('<', at);
    const end = open === -1 ? shape.length : open;
    if (end > at) segments.push({ text: shape.slice(at, end) });
    if (open === -1) break;
    const close = shape.indexOf('>', open);
    segments.push(knownRun(shape.slice(open + 1, close)));
    at = close + 1;
  }
  return segments;
}

/** Most shapes are made of the same few. */
const runs = new Map<string, Run>();

function knownRun(part: string): Run {
  const known = runs.get(part);
  if (known !== undefined) return known;
  const run = runOf(part);
  runs.set(part, run);
  return run;
}

// `alnum:20`, `alnum:20-40`, `alnum:20+`.
function runOf(part: string): Run {
  const [name = '', lengths = ''] = part.split(':');
  const members = CLASSES[name as ClassName] as ByteClass | undefined;
  if (members === undefined) throw new Error(`no such byte class: ${name}`);
  const isOpen = lengths.endsWith('+');
  const [least = '', most = least] = (isOpen ? lengths.slice(0, -1) : lengths).split('-');
  if (!/^\d+$/.test(least) || !/^\d+$/.test(most)) throw new Error(`no such length: ${part}`);
  return { members, min: Number(least), max: isOpen ? LONGEST_RUN : Number(most) };
}
