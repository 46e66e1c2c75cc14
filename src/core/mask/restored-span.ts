import type { Splice } from '../bytes.ts';
import { CLASSES } from './bytes.ts';
import type { Encoding } from './finding.ts';
import type { Spelled } from './known-patterns.ts';
import type { Placeholders, Restorable } from './placeholders.ts';
import { encodeAs, endingLike, filler, QUANTUM } from './replacement.ts';

/** Where a text lies. */
export interface Level {
  readonly placeholders: Placeholders;
  /** See `filler`. */
  readonly unit: number;
  readonly depth: number;
}

/** What a placeholder is replaced by. */
export interface RestoredSpan extends Splice {
  readonly isUrl: boolean;
}

/** No placeholder is longer, filled up and with what shares quanta with it. */
const LONGEST = 160;

/** What the placeholder stands for that begins at `start`, in the encoding of `mark`; undefined when none does. */
export function restoredAt(
  text: Uint8Array,
  start: number,
  { mark: { encoding, lead }, level }: { mark: Spelled; level: Level },
): RestoredSpan | undefined {
  if (encoding === 'plain') return plainAt(text, start, level);
  if (encoding === 'base64') return quantaAt(text, { start, skipped: lead === 0 ? 0 : lead - 1 }, level);
  return hexAt(text, { start, encoding }, level);
}

interface Issued extends Restorable {
  /** Length of the placeholder and what it was filled up with. */
  readonly length: number;
}

function issuedAt(
  text: Uint8Array,
  at: number,
  { placeholders, unit }: Omit<Level, 'depth'>,
): Issued | undefined {
  const end = placeholders.issuedEnd(text, at, text.length);
  if (end === -1) return undefined;
  const found = placeholders.restorable(Buffer.from(text.subarray(at, end)).toString('latin1'));
  if (found === undefined) return undefined;
  return { ...found, length: end - at + filler(found.value.length, end - at, unit).length };
}

function plainAt(text: Uint8Array, start: number, level: Level): RestoredSpan | undefined {
  const issued = issuedAt(text, start, level);
  return issued === undefined
    ? undefined
    : { start, end: start + issued.length, replacement: issued.value, isUrl: issued.isUrl };
}

function hexAt(
  text: Uint8Array,
  { start, encoding }: { start: number; encoding: Encoding },
  level: Level,
): RestoredSpan | undefined {
  const end = runEnd(text, start, { members: CLASSES.hex, limit: 2 * LONGEST });
  const decoded = Buffer.from(latin1(text, start, end), 'hex');
  const issued = issuedAt(decoded, 0, level);
  if (issued === undefined) return undefined;
  const replacement = Buffer.from(encodeAs(issued.value, encoding));
  return { start, end: start + 2 * issued.length, replacement, isUrl: false };
}

function quantaAt(
  text: Uint8Array,
  { start, skipped }: { start: number; skipped: number },
  level: Level,
): RestoredSpan | undefined {
  const end = runEnd(text, start, { members: BASE64, limit: 2 * LONGEST });
  const decoded = Buffer.from(latin1(text, start, end), 'base64');
  const issued = issuedAt(decoded, skipped, { ...level, unit: level.unit * QUANTUM });
  if (issued === undefined) return undefined;
  const quanta = Math.ceil((skipped + issued.length) / QUANTUM);
  const bytes = [
    decoded.subarray(0, skipped),
    issued.value,
    decoded.subarray(skipped + issued.length, quanta * QUANTUM),
  ];
  const past = Math.min(end, start + 4 * quanta);
  const encoding = issued.isUrl ? 'base64url' : 'base64';
  const encoded = encodeAs(Buffer.concat(bytes), encoding);
  const replacement = Buffer.from(endingLike(latin1(text, start, past), encoded, encoding));
  return { start, end: past, replacement, isUrl: issued.isUrl };
}

const BASE64 = CLASSES.b64.map((member, byte) => member | (CLASSES.b64url[byte] as number));

function runEnd(
  text: Uint8Array,
  from: number,
  { members, limit }: { members: Uint8Array; limit: number },
): number {
  const stop = Math.min(text.length, from + limit);
  let at = from;
  while (at < stop && members[text[at] as number] === 1) at++;
  return at;
}

/** A part of a text, a character per byte. */
export function latin1(text: Uint8Array, start: number, end: number): string {
  return Buffer.from(text.buffer, text.byteOffset + start, end - start).toString('latin1');
}
