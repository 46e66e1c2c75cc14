import { toBytes, toText } from '../bytes.ts';
import type { Slices } from '../slices.ts';
import type { Passed } from './exceptions.ts';
import type { Edit } from './finding.ts';
import { cut, findKnown, maskInSlices } from './long-text.ts';
import type { Masker } from './masker.ts';
import { readText } from './text.ts';

/** What became of a file in base64: masked text of a file, binary with or without a known secret, nothing to do. */
export type BlobOutcome =
  | {
      readonly kind: 'masked';
      readonly edits: readonly Edit[];
      readonly passed: readonly Passed[];
      readonly base64: Uint8Array;
    }
  | { readonly kind: 'clean'; readonly passed: readonly Passed[] }
  | { readonly kind: 'opaque'; readonly known: Uint8Array | undefined };

/** Looks into a file in base64, `slice` bytes at a time. Decoding and encoding are native, and done at once. */
export function* maskBlob(base64: Uint8Array, masker: Masker, slice: number): Slices<BlobOutcome> {
  const content = Buffer.from(toText(base64), 'base64');
  const text = readText(content);
  if (text === undefined) {
    const known = yield* findKnown(masker.known, content, slice);
    if (known !== undefined) return { kind: 'opaque', known: content.subarray(known.start, known.end) };
    return content.length === 0 ? { kind: 'clean', passed: [] } : { kind: 'opaque', known: undefined };
  }
  const { bytes, edits, passed } = yield* maskInSlices(masker, text.utf8, slice);
  if (edits.length === 0) return { kind: 'clean', passed };
  return { kind: 'masked', edits, passed, base64: toBytes(text.encode(bytes).toString('base64')) };
}

/**
 * Whether those who decode base64 would decode this. They are lenient, and so are we: both alphabets, line breaks,
 * padding or none.
 */
export function* isBase64(text: Uint8Array, slice: number): Slices<boolean> {
  let isPadding = false;
  let padding = 0;
  for (const piece of cut(text, slice)) {
    const rest: string = isPadding ? toText(piece) : toText(piece).replace(/^[A-Za-z0-9+/_\s-]*/, '');
    isPadding ||= rest !== '';
    padding += rest.length - rest.replaceAll('=', '').length;
    if (padding > 2 || !/^[=\s]*$/.test(rest)) return false;
    yield;
  }
  return true;
}
