import { CLASSES, TOKEN, ascii, type ByteClass, type ClassName } from './bytes.ts';
import type { Window } from './window.ts';

interface Literal {
  readonly text: Uint8Array;
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
const PART = /<(?<class>\w+):(?<min>\d+)(?:-(?<max>\d+)|(?<open>\+))?>/g;

/**
 * Reads a shape of `Rule.shapes`. Throws on one that can't match: rules are code, so that is a bug. Two letters are looked
 * for only when nothing better is there, not even a name.
 */
export function parseTemplate(shape: string, isNamed = false): Template {
  const segments = segmentsOf(shape.replaceAll('<uuid>', UUID));
  for (const [i, segment] of segments.entries())
    if (swallows(segment, segments[i + 1])) throw new Error(`${shape} can't match`);
  const ofAtLeast = (count: number): number =>
    segments.findIndex((segment) => 'text' in segment && segment.text.length >= count);
  const long = ofAtLeast(3);
  const at = long === -1 && !isNamed ? ofAtLeast(2) : long;
  const anchor = segments[at];
  if (anchor === undefined || !('text' in anchor)) return { anchor: '', before: [], after: segments };
  const length = anchorLength(anchor.text);
  const rest = { text: anchor.text.subarray(length) };
  return {
    anchor: Buffer.from(anchor.text.subarray(0, length)).toString('latin1'),
    before: segments.slice(0, at).toReversed(),
    after: rest.text.length === 0 ? segments.slice(at + 1) : [rest, ...segments.slice(at + 1)],
  };
}

// No finding reaches back over a byte that ends tokens: such a byte is matched after the anchor.
function anchorLength(literal: Uint8Array): number {
  const end = literal.findIndex((byte) => TOKEN[byte] !== 1);
  return Math.min(MOST_ANCHOR_CHARS, Math.max(ANCHOR_CHARS, end === -1 ? literal.length : end));
}

/** The run that must follow the anchor, to tell by it what is no token. */
export function firstRun({ after: [first] }: Template): Run | undefined {
  return first === undefined || 'text' in first ? undefined : first;
}

// A run takes all it can get: what follows it must not be of its class, unless its length is fixed.
function swallows(segment: Segment, next: Segment | undefined): boolean {
  if ('text' in segment || next === undefined || segment.min === segment.max) return false;
  return 'members' in next || segment.members[next.text[0] ?? 0] === 1;
}

/** End of the token whose anchor ends at `from`, or -1. Linear: each byte is looked at once, nothing is retried. */
export function matchAfter(window: Window, template: Template, from: number): number {
  let at = from;
  let last: Run | undefined;
  for (const segment of template.after) {
    if ('text' in segment) {
      for (const byte of segment.text) if (window.peek(at++) !== byte) return -1;
      last = undefined;
      continue;
    }
    const end = window.runEnd(at, segment.members, at + segment.max);
    if (end - at < segment.min) return -1;
    at = end;
    last = segment;
  }
  return endsHere(window, at, last) ? at : -1;
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
      for (const [i, byte] of segment.text.entries()) if (window.peek(at + i) !== byte) return -1;
      continue;
    }
    const start = window.runStart(at, segment.members, Math.max(floor, at - segment.max));
    if (at - start < segment.min) return -1;
    at = start;
  }
  return at;
}

// A longer run of the same kind is something else. `-` and `_` may follow what doesn't contain them.
function endsHere(window: Window, at: number, last: Run | undefined): boolean {
  const next = window.peek(at);
  return CLASSES.alnum[next] !== 1 && (last === undefined || last.members[next] !== 1);
}

function segmentsOf(shape: string): Segment[] {
  const segments: Segment[] = [];
  let literal = 0;
  for (const match of shape.matchAll(PART)) {
    if (match.index > literal) segments.push({ text: ascii(shape.slice(literal, match.index)) });
    segments.push(runOf(match.groups ?? {}));
    literal = match.index + match[0].length;
  }
  if (literal < shape.length) segments.push({ text: ascii(shape.slice(literal)) });
  return segments;
}

function runOf(groups: Record<string, string | undefined>): Run {
  const members = CLASSES[groups['class'] as ClassName] as ByteClass | undefined;
  if (members === undefined) throw new Error(`no such byte class: ${groups['class']}`);
  const min = Number(groups['min']);
  const open = groups['open'] === '+' ? LONGEST_RUN : min;
  return { members, min, max: groups['max'] === undefined ? open : Number(groups['max']) };
}
