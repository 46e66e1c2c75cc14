import type { Slices } from '../slices.ts';
import type { Passed } from './exceptions.ts';
import type { Edit, TextContext } from './finding.ts';
import type { KnownMatch } from './known-match.ts';
import type { KnownValues } from './known-values.ts';
import type { Masker } from './masker.ts';

/** What was found in a text, and what of it passed. */
export interface Inspected {
  readonly edits: Edit[];
  readonly passed: readonly Passed[];
}

/** `masker.inspect` of a text that comes in pieces, a slice of work for each. */
export function* inspectPieces(
  masker: Masker,
  pieces: Iterable<Uint8Array>,
  context: TextContext = {},
): Slices<Inspected> {
  const stream = masker.stream(context);
  for (const piece of pieces) {
    stream.push(piece);
    yield;
  }
  stream.flush();
  return stream;
}

/** `masker.maskText` of a text, `slice` bytes at a time. */
export function* maskInSlices(
  masker: Masker,
  text: Uint8Array,
  slice: number,
): Slices<Inspected & { readonly bytes: Uint8Array }> {
  if (text.length <= slice) return masker.maskText(text);
  const stream = masker.stream();
  const parts: Uint8Array[] = [];
  for (const piece of cut(text, slice)) {
    parts.push(stream.push(piece));
    yield;
  }
  parts.push(stream.flush());
  const { edits, passed } = stream;
  return { bytes: edits.length === 0 ? text : Buffer.concat(parts), edits, passed };
}

/** The first of `known.find`, `slice` bytes at a time. */
export function* findKnown(
  known: KnownValues,
  text: Uint8Array,
  slice: number,
): Slices<KnownMatch | undefined> {
  let escaped: KnownMatch | undefined;
  let from = 0;
  for (let end = 0; end < text.length;) {
    end = Math.min(text.length, end + slice);
    const { matches, open } = known.search(text, { from, end }, end === text.length);
    const raw = matches.find((match) => !match.escaped);
    if (raw !== undefined) return raw;
    escaped ??= matches[0];
    from = open;
    yield;
  }
  return escaped;
}

/** UTF-8 in pieces of about `size` bytes, cut between characters. */
export function* cut(text: Uint8Array, size: number): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + size);
    while (end < text.length && ((text[end] as number) & 0xc0) === 0x80) end += 1;
    yield text.subarray(at, end);
    at = end;
  }
}
