export const LF = 0x0a;
const CR = 0x0d;

/** A part of a text. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the bytes stand that end lines, in order: each LF, and each CR, by which a line may be written anew. Most output has no
 * CR, which one look tells.
 */
export function lineEndsIn(text: Uint8Array): number[] {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  const ends: number[] = [];
  if (bytes.includes(CR)) {
    for (let at = 0; at < bytes.length; at++) if (isLineEnd(bytes[at] as number)) ends.push(at);
    return ends;
  }
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) ends.push(at);
  return ends;
}

/** A part of a text without its line ends, and where each byte of it stands in the text. */
export function withoutLineEnds(
  bytes: Uint8Array,
  { from, to }: Stretch,
): { joined: Uint8Array; places: Uint32Array } {
  const joined = new Uint8Array(to - from);
  const places = new Uint32Array(to - from);
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === LF || byte === CR) continue;
    joined[length] = byte;
    places[length++] = at;
  }
  return { joined: joined.subarray(0, length), places };
}

/** The longest escape of one character: `&quot;` and `\u0041`. */
const LONGEST_ESCAPE = 6;
/** On both sides of a line end so many bytes tell whether a value goes on over it. */
const TELLING = 3;

/** Whether what stands before or behind a line end may be an escape, and so not what it stands for. */
export function isEscaped(bytes: Uint8Array, at: number, next: number): boolean {
  if (ESCAPING[bytes[next] as number] === 1) return true;
  for (let i = Math.max(0, at - LONGEST_ESCAPE); i < at; i++)
    if (ESCAPING[bytes[i] as number] === 1) return true;
  return false;
}

/** Whether the bytes that tell are in one line on either side, and no escape is near of which they could be a part. */
export function isPlain(bytes: Uint8Array, at: number, next: number): boolean {
  const near = LONGEST_ESCAPE + TELLING;
  if (at < near || next + near > bytes.length) return false;
  for (let i = 1; i <= near; i++) {
    const [before, after] = [bytes[at - i] as number, bytes[next + i - 1] as number];
    if (ESCAPING[before] === 1 || ESCAPING[after] === 1) return false;
    if (i <= TELLING && (isLineEnd(before) || isLineEnd(after))) return false;
  }
  return true;
}

/** What escapes, entities and forms begin with. */
const ESCAPING = Uint8Array.from({ length: 256 }, (_, byte) =>
  '\\%&+'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}

/** Past all line ends that stand at `at`. */
export function pastLineEnds(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === LF || bytes[at] === CR) at++;
  return at;
}

/** How many LFs are in it. */
export function feedsIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}
