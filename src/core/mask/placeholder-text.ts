/** At the end of a placeholder: they authenticate the rest. */
export const CHECK_CHARS = 6;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * End of what looks like a placeholder at `at`, or -1: for reports without the workspace key. Masking must not go by looks.
 */
export function lookalikeEnd(bytes: Uint8Array, at: number, end: number): number {
  const tag = /^hpm_[a-z0-9_]+?_[a-z2-7]{16,}/.exec(placeholderRun(bytes, at, end));
  return tag === null ? -1 : at + tag[0].length;
}

/** RFC 4648 base32 in lower case, without padding. */
export function encode(digest: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of digest) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >>> bits) & 31];
    }
    held &= 31;
  }
  return text;
}

const LONGEST_PLACEHOLDER = 128;

/** The bytes from `at` on that can be of a placeholder. */
export function placeholderRun(bytes: Uint8Array, at: number, end: number): string {
  const stop = Math.min(end, at + LONGEST_PLACEHOLDER);
  let i = at;
  while (i < stop && isPlaceholderByte(bytes[i] as number)) i++;
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, i - at).toString('latin1');
}

function isPlaceholderByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f;
}

/** How many characters from `from` on can be of a tag. */
export function tagRun(run: string, from: number): number {
  let i = from;
  while (i < run.length && ALPHABET.includes(run[i] as string)) i++;
  return i - from;
}

/** The rule that a placeholder, or what looks like one, is named for. */
export function ruleIn(placeholder: string): string | undefined {
  return /^hpm_(\w+)_[a-z2-7]+$/.exec(placeholder)?.[1];
}
