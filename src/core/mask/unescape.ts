import { LETTER_OF } from './escape-letters.ts';
import { Reduction, type Unescaped } from './reduction.ts';

/** So far behind the last sign of one, no byte is part of an escape. */
const LONGEST_ESCAPE = 9;
const BACKSLASH = 0x5c;
const PERCENT = 0x25;

/**
 * Reduces every spelling of a text to one: JSON and percent escapes of any depth and any mix, `\"`, `\\\"`, `\u0041`,
 * `%41`, `%2541`, `%5Cu0041`. Backslashes vanish, `%hh` and `\uhhhh` become the character, and a control character with a
 * letter escape becomes that letter, as `\n` without its backslash does. It loses information, which is fine for
 * comparing: a known value is reduced in the same way. Offsets are kept, so a match can be cut out of the original.
 */
export function unescape(source: Uint8Array, from: number, end: number): Unescaped {
  return unescapeInto(new Reduction(), source, { from, end });
}

/** The same in memory that is there already: the result is good until `out` is used again. */
export function unescapeInto(
  out: Reduction,
  source: Uint8Array,
  { from, end }: { from: number; end: number },
): Unescaped {
  out.begin(end - from);
  const next = escapeFinder(source.subarray(0, end));
  let settles = from;
  for (let i = from; i < end;) {
    if (i >= settles) {
      const escape = next(i);
      out.copy(source, i, escape);
      i = escape;
      settles = escape + LONGEST_ESCAPE;
      continue;
    }
    const byte = source[i] as number;
    if (byte === BACKSLASH) out.backslash(i);
    else out.push(LETTER_OF[byte] as number, i);
    // Whatever came out may be the beginning of another.
    if (byte === BACKSLASH || byte === PERCENT || out.replaced) settles = i + LONGEST_ESCAPE;
    i++;
    if (out.isClosed) settles = i;
  }
  return out.finish(end);
}

/** Where the escape begins that `at` lies in; `at` itself where it lies in none. */
export function escapeStart({ offsets, length }: Unescaped, at: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return Math.min(at, offsets[low] as number);
}

/**
 * The stretches of a text in which a match of at most `longest` reduced bytes may have an escape in it. Where there are few
 * escapes, that is little of it.
 */
export function* escapeRegions(
  text: Uint8Array,
  { from, end }: { from: number; end: number },
  longest: number,
): Generator<{ from: number; end: number }> {
  const next = escapeFinder(text.subarray(0, end));
  const gap = LONGEST_TAIL + Math.max(2 * longest, SHORTEST_GAP);
  for (let at = next(from); at < end;) {
    const start = Math.max(from, at - longest);
    let last = at;
    for (at = lastSign(text, last, Math.min(end, last + gap + 1)); at > last;) {
      last = at;
      at = lastSign(text, last, Math.min(end, last + gap + 1));
    }
    yield { from: start, end: Math.min(end, last + LONGEST_TAIL + longest) };
    at = next(last + 1);
  }
}

// The last sign of an escape in `at..end`; one stands at `at`.
function lastSign(text: Uint8Array, at: number, end: number): number {
  let last = end - 1;
  while (last > at && text[last] !== BACKSLASH && text[last] !== PERCENT) last--;
  return last;
}

/** Less text without escapes is not worth leaving out. */
const SHORTEST_GAP = 512;
/** What may follow the last sign of an escape: `u0041`. */
const LONGEST_TAIL = 6;
/** In what is longer a Buffer finds a byte that is not there in a twentieth of the time; in what is shorter, in more. */
const LONG_TEXT = 1024;

// Each sign is searched for once, however rare the other.
function escapeFinder(text: Uint8Array): (from: number) => number {
  const bytes = text.length < LONG_TEXT ? text : Buffer.from(text.buffer, text.byteOffset, text.length);
  let [slash, percent] = [-1, -1];
  return (from) => {
    if (slash < from) slash = indexOrEnd(bytes, BACKSLASH, from);
    if (percent < from) percent = indexOrEnd(bytes, PERCENT, from);
    return Math.min(slash, percent);
  };
}

function indexOrEnd(text: Uint8Array, byte: number, from: number): number {
  const at = text.indexOf(byte, from);
  return at === -1 ? text.length : at;
}
