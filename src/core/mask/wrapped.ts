import { byteClass } from './bytes.ts';
import type { Neighbours } from './neighbours.ts';
import type { Unescaped } from './reduction.ts';
import { unescape } from './unescape.ts';

/** A stretch of lines without their ends, and where each byte of it came from. */
export interface Joined {
  readonly bytes: Uint8Array;
  /** Offset in the original of each byte of `bytes`, and one more: where the byte after the last would be. */
  readonly offsets: Int32Array;
  readonly length: number;
}

/** What base64 and hex consist of. */
export const MEMBER = byteClass('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-=');
const LF = 0x0a;
const CR = 0x0d;
const N = 0x6e;
const R = 0x72;
const T = 0x74;
/** What the letters stand for that line ends and tabs were reduced to. */
const BLANK_OF = { [N]: LF, [R]: CR, [T]: 0x09 } as const;
/** Encoders break lines at 64 or 76; a line end after less of one run is the end of it. */
export const SHORTEST_LINE = 24;
const LONGEST_INDENT = 64;
/** So far back the bytes are looked for that tell whether a line is one. */
export const LONGEST_HEAD = 200;
/** A longer run of lines is joined in parts … */
const MOST_JOINED = 64 * 1024;
/** … that overlap by more than the longest pattern has. */
const OVERLAP = 12 * 1024;

/**
 * Where the run of base64 or hex goes on behind the line end at `at`, indented perhaps; -1 where it doesn't. Depends on
 * the bytes around the line end alone. With `end` in the midst of it the run may go on there.
 */
export function lineJoin(text: Uint8Array, at: number, end: number): number {
  const stop = text[at - 1] === CR ? at - 1 : at;
  for (let i = stop - 1; i >= stop - SHORTEST_LINE; i--)
    if (i < 0 || MEMBER[text[i] as number] !== 1) return -1;
  let next = at + 1;
  while (next < end && next <= at + LONGEST_INDENT && (text[next] === 0x20 || text[next] === 0x09)) next++;
  return next === end || MEMBER[text[next] as number] === 1 ? next : -1;
}

/**
 * The stretches of `text[from..end)` in which runs of base64 or hex go on from line to line; not those where nothing that is
 * sought goes on over the line end.
 */
export function* joinedLines(
  text: Uint8Array,
  { from, end }: { from: number; end: number },
  sought: Neighbours,
): Generator<Joined> {
  const whole = text.subarray(0, end);
  for (let at = nextLineEnd(whole, from); at < end;) {
    if (!isCrossed(text, { at, end }, sought)) {
      at = nextLineEnd(whole, at + 1);
      continue;
    }
    const joined = joinFrom(text, runStart(text, at, from), end);
    yield joined;
    const resume = joined.length < MOST_JOINED ? joined.length : joined.length - OVERLAP;
    at = nextLineEnd(whole, Math.max(at + 1, joined.offsets[resume] as number));
  }
}

// What is there of the next line may be too little to tell.
function isCrossed(text: Uint8Array, { at, end }: { at: number; end: number }, sought: Neighbours): boolean {
  const next = lineJoin(text, at, end);
  if (next === -1 || next + 3 > end) return next !== -1;
  return sought.mayCross(text, text[at - 1] === CR ? at - 1 : at, next);
}

/** The run of base64 or hex that begins at `start`, over line ends, up to `end`. */
export function joinFrom(text: Uint8Array, start: number, end: number): Joined {
  const run = new GrowingRun();
  const most = Math.min(end - start, MOST_JOINED);
  let at = start;
  while (at < end && run.length < most) {
    const byte = text[at] as number;
    if (MEMBER[byte] === 1) {
      run.push(byte, at++);
      continue;
    }
    const lineEnd = byte === CR && at + 1 < end ? at + 1 : at;
    const next = text[lineEnd] === LF || byte === CR ? lineJoin(text, lineEnd, end) : -1;
    if (next === -1) break;
    at = next;
  }
  run.offsets[run.length] = at;
  return run;
}

const FIRST_BYTES = 256;

// Most runs are short: what looked like a line was the last of something else.
class GrowingRun implements Joined {
  bytes = new Uint8Array(FIRST_BYTES);
  offsets = new Int32Array(FIRST_BYTES + 1);
  length = 0;

  push(byte: number, at: number): void {
    if (this.length === this.bytes.length) this.#grow();
    this.bytes[this.length] = byte;
    this.offsets[this.length++] = at;
  }

  #grow(): void {
    const { bytes, offsets } = this;
    this.bytes = new Uint8Array(2 * bytes.length);
    this.offsets = new Int32Array(2 * bytes.length + 1);
    this.bytes.set(bytes);
    this.offsets.set(offsets);
  }
}

function nextLineEnd(text: Uint8Array, from: number): number {
  const at = text.indexOf(LF, from);
  if (at !== -1) return at;
  const end = text.length;
  // Of a line end the first half may be there.
  return text[end - 1] === CR && end > from ? end - 1 : end;
}

function runStart(text: Uint8Array, lineEnd: number, from: number): number {
  let start = lineEnd > from && text[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  const floor = Math.max(from, start - OVERLAP);
  while (start > floor && MEMBER[text[start - 1] as number] === 1) start--;
  return start;
}

/**
 * The reduced bytes, but with line ends and tabs in the place of the letters that these were reduced to, and before them the `head`
 * bytes that tell whether the line they begin in is one. Where the text may go on, what is not settled may become a line end:
 * one stands in its place. `told` bytes are the text's: a run that reaches so far may go on.
 */
export function withLineEnds(
  source: Uint8Array,
  plain: Unescaped,
  part: { from: number; end: number; final: boolean },
): { bytes: Uint8Array; head: number; told: number } {
  const { offsets, length, settled } = plain;
  const end = part.final ? length : settled;
  const before = headOf(source, part.from);
  const head = before.length;
  const lined = new Uint8Array(head + end + 1);
  lined.set(before);
  for (let i = 0; i < end; i++) lined[head + i] = blankOr(source, plain, i);
  lined[head + end] = LF;
  const isOpen = (offsets[end] as number) < part.end && !isBlank(lined[head + end - 1]);
  return { bytes: isOpen ? lined : lined.subarray(0, head + end), head, told: head + end };
}

function isBlank(byte: number | undefined): boolean {
  return byte === LF || byte === CR || byte === 0x20 || byte === 0x09;
}

function headOf(source: Uint8Array, from: number): Uint8Array {
  const plain = unescape(source, Math.max(0, from - LONGEST_HEAD), from);
  const head = plain.bytes.slice(Math.max(0, plain.length - SHORTEST_LINE), plain.length);
  // A line end here, too, is none of the letters of the line.
  return head.map((_, i) => blankOr(source, plain, plain.length - head.length + i));
}

// A letter that was written as an escape itself, `%6e`, is none.
function blankOr(source: Uint8Array, { bytes, offsets, marks }: Unescaped, at: number): number {
  const byte = bytes[at] as number;
  if (byte !== N && byte !== R && byte !== T) return byte;
  return marks[at] !== 0 || source[offsets[at] as number] === BLANK_OF[byte] ? BLANK_OF[byte] : byte;
}
