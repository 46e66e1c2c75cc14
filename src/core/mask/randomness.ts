import { BIGRAMS } from './bigrams.ts';

const SYMBOLS = 28;
const ZERO = 45 + 24;
const DIGIT = 26;
const OTHER = 27;

/** Symbol of each byte: letters without case, digits, all else. */
const SYMBOL_OF = Uint8Array.from({ length: 256 }, (_, byte) => symbolOf(byte));
const UPPER_OF = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? 1 : 0));

/** Bits by which each pair of symbols speaks for a random token. */
const BITS = Float32Array.from(BIGRAMS, (character) => (ZERO - character.charCodeAt(0)) / 4);

/** A change from upper to lower case and back is how random text looks; one change is how names are written. */
const CASE_FLIP_BITS = 1.2;

/**
 * How many bits of evidence a value gives for being random rather than a name or words: the log-likelihood ratio of a
 * model of pairs of characters, with names and words on one side and uniform random characters on the other.
 */
export function randomBits(value: string): number {
  let bits = 0;
  let previous = OTHER;
  let flips = 0;
  let upper = -1;
  for (let i = 0; i < value.length; i++) {
    const byte = value.charCodeAt(i) & 0xff;
    const symbol = SYMBOL_OF[byte] as number;
    if (i > 0) bits += BITS[previous * SYMBOLS + symbol] as number;
    previous = symbol;
    if (symbol >= DIGIT) continue;
    const isUpper = UPPER_OF[byte] as number;
    if (upper !== -1 && isUpper !== upper) flips++;
    upper = isUpper;
  }
  return bits + Math.max(0, flips - value.length / 6) * CASE_FLIP_BITS;
}

/** Bits by which two bytes, one after the other, speak for a random token. */
export function pairBits(first: number, second: number): number {
  return BITS[(SYMBOL_OF[first] as number) * SYMBOLS + (SYMBOL_OF[second] as number)] as number;
}

function symbolOf(byte: number): number {
  const lower = byte | 0x20;
  if (lower >= 0x61 && lower <= 0x7a) return lower - 0x61;
  return byte >= 0x30 && byte <= 0x39 ? DIGIT : OTHER;
}
