/** UTF-8 bytes as text, without copying them first. */
export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** Text as UTF-8 bytes. */
export function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** The same bytes as no Buffer, of which parts are cut off faster, and which code that reads bytes sees all alike. */
export function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A stretch of bytes and what takes its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly replacement: Uint8Array;
}

/**
 * `raw` with each stretch replaced and every other byte as it was; `raw` itself when there is nothing to replace.
 * `splices` are in order and don't overlap.
 */
export function splice(raw: Uint8Array, splices: readonly Splice[]): Uint8Array {
  if (splices.length === 0) return raw;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, replacement } of splices) {
    if (start < at) throw new Error('splices overlap or are out of order');
    parts.push(raw.subarray(at, start), replacement);
    at = end;
  }
  parts.push(raw.subarray(at));
  return Buffer.concat(parts);
}
