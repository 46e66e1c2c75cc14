import { splice, type Splice } from '../bytes.ts';
import { CLASSES } from './bytes.ts';
import type { Encoding } from './finding.ts';
import { type Spelled, spellingsOf } from './known-patterns.ts';
import type { Placeholders, Restorable } from './placeholders.ts';
import { encodeAs, filler, QUANTUM } from './replacement.ts';

/**
 * Puts back what placeholders stand for: exact values, in base64 and hex too, and only for placeholders that were issued
 * in this process. It undoes masking but for what that had to make one: how escapes, and the line ends of wrapped base64,
 * were written. Who may have what restored is decided elsewhere.
 */
export function restore(text: Uint8Array, placeholders: Placeholders): Uint8Array {
  return restoreIn(text, { placeholders, unit: 1, depth: 0 }).bytes;
}

interface Level {
  readonly placeholders: Placeholders;
  /** See `filler`. */
  readonly unit: number;
  readonly depth: number;
}

/** As deep as masking goes. */
const DEEPEST = 2;

function restoreIn(text: Uint8Array, level: Level): Restored {
  const direct = MARKS.flatMap((mark) => restored(text, mark, level)).toSorted(byStart);
  const nested = level.depth < DEEPEST ? nestedTokens(text, level) : [];
  const splices = [...outside(direct, nested), ...nested].toSorted(byStart);
  return { bytes: splice(text, splices), isUrl: direct.some(({ isUrl }) => isUrl) };
}

interface Restored {
  readonly bytes: Uint8Array;
  /** Something in it stood in base64url. */
  readonly isUrl: boolean;
}

interface RestoredSpan extends Splice {
  readonly isUrl: boolean;
}

// Both in order.
function outside(direct: readonly RestoredSpan[], nested: readonly Splice[]): Splice[] {
  let next = 0;
  return direct.filter(({ start, end }) => {
    while ((nested[next]?.end ?? Infinity) <= start) next++;
    return (nested[next]?.start ?? Infinity) >= end;
  });
}

function byStart(a: Splice, b: Splice): number {
  return a.start - b.start;
}

/** How a placeholder begins, in each encoding. */
const MARKS = spellingsOf(Buffer.from('hpm_'), 0);
/** No placeholder is longer, filled up and with what shares quanta with it. */
const LONGEST = 160;

function restored(text: Uint8Array, mark: Spelled, level: Level): RestoredSpan[] {
  const buffer = Buffer.from(text.buffer, text.byteOffset, text.length);
  const all: RestoredSpan[] = [];
  for (let at = buffer.indexOf(mark.bytes); at !== -1; at = buffer.indexOf(mark.bytes, at + 1)) {
    const found =
      at - mark.lead >= (all.at(-1)?.end ?? 0)
        ? restoredAt(text, at - mark.lead, { mark, level })
        : undefined;
    if (found !== undefined) all.push(found);
  }
  return all;
}

function restoredAt(
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
  const replacement = Buffer.from(encodeAs(Buffer.concat(bytes), issued.isUrl ? 'base64url' : 'base64'));
  return { start, end: Math.min(end, start + 4 * quanta), replacement, isUrl: issued.isUrl };
}

// Tokens that hold text are taken apart as a whole, as they were put together.
function nestedTokens(text: Uint8Array, level: Level): Splice[] {
  const whole = latin1(text, 0, text.length);
  return [...whole.matchAll(TOKEN)].flatMap(({ 0: token, index }) => {
    const replacement = restoreToken(token, level);
    return replacement === undefined ? [] : [{ start: index, end: index + token.length, replacement }];
  });
}

function restoreToken(token: string, level: Level): Uint8Array | undefined {
  const encoding = encodingOf(token);
  const decoded = Buffer.from(token, encoding === 'HEX' ? 'hex' : encoding);
  const isHex = encoding === 'hex' || encoding === 'HEX';
  const unit = isHex ? level.unit : level.unit * QUANTUM;
  const { bytes, isUrl } = restoreIn(decoded, { ...level, unit, depth: level.depth + 1 });
  if (bytes === decoded || encodeAs(decoded, encoding) !== token) return undefined;
  return Buffer.from(encodeAs(bytes, isUrl && !isHex ? 'base64url' : encoding));
}

const TOKEN = /[A-Za-z0-9+/_-]{24,}/g;

function encodingOf(token: string): 'hex' | 'HEX' | 'base64' | 'base64url' {
  if (token.length % 2 === 0 && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(token))
    return /[A-F]/.test(token) ? 'HEX' : 'hex';
  return /[-_]/.test(token) ? 'base64url' : 'base64';
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

function latin1(text: Uint8Array, start: number, end: number): string {
  return Buffer.from(text.buffer, text.byteOffset + start, end - start).toString('latin1');
}
