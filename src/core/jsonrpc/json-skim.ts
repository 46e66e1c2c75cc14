/** Shorter strings are read byte by byte. */
export const LONG_STRING = 64;

/** What ends the run of a string's ordinary bytes. */
export const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === 0x22 || byte === 0x5c ? 1 : 0,
);

/** Bytes four at a time, from where the first of them stands, or the one before it that is so aligned in memory. */
export function wordsOf(raw: Uint8Array): Int32Array {
  const start = raw.byteOffset & ~3;
  return new Int32Array(raw.buffer, start, (raw.byteOffset + raw.length - start) >> 2);
}

/**
 * Moves past a string's ordinary bytes four at a time, as long as there are so many. A few of them may be left: what is there
 * is for a closer look to say.
 */
export function skim(
  raw: Uint8Array,
  words: Int32Array,
  { from, stop }: { from: number; stop: number },
): number {
  const shift = raw.byteOffset & 3;
  let at = from;
  for (; ((at + shift) & 3) !== 0; at += 1) if (SPECIAL[raw[at] as number] !== 0) return at;
  const last = (stop + shift) >> 2;
  let word = (at + shift) >> 2;
  while (word < last && isOrdinary(words[word] as number)) word += 1;
  return (word << 2) - shift;
}

// Each byte is a lane of its own, whose highest bit tells: below a space, a quote, a backslash. A lane may carry over into the
// next one, which is then looked at for nothing.
function isOrdinary(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const told =
    ((word - 0x20202020) & ~word) |
    ((quotes - 0x01010101) & ~quotes) |
    ((backslashes - 0x01010101) & ~backslashes);
  return (told & 0x80808080) === 0;
}
