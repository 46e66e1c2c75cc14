import { isUtf8 } from 'node:buffer';

import { splice, type Splice } from '../bytes.ts';
import { type Spelled, spellingsOf } from './known-patterns.ts';
import type { Placeholders } from './placeholders.ts';
import { encodeAs, QUANTUM } from './replacement.ts';
import { latin1, type Level, restoredAt, type RestoredSpan } from './restored-span.ts';

/**
 * Puts back what placeholders stand for: exact values, in base64 and hex too, and only for placeholders that were issued
 * in this process. It undoes masking but for what that had to make one: how escapes, and the line ends of wrapped base64,
 * were written. Who may have what restored is decided elsewhere.
 */
export function restore(text: Uint8Array, placeholders: Placeholders): Uint8Array {
  return restoreIn(text, { placeholders, unit: 1, depth: 0 }).bytes;
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
  // What reads as no text was masked where the values stand, perhaps at several places of a quantum.
  if (!isUtf8(decoded) || CONTROL.test(latin1(decoded, 0, decoded.length))) return undefined;
  const isHex = encoding === 'hex' || encoding === 'HEX';
  const unit = isHex ? level.unit : level.unit * QUANTUM;
  const { bytes, isUrl } = restoreIn(decoded, { ...level, unit, depth: level.depth + 1 });
  if (bytes === decoded || encodeAs(decoded, encoding) !== token) return undefined;
  return Buffer.from(encodeAs(bytes, isUrl && !isHex ? 'base64url' : encoding));
}

const CONTROL = /[^\t\n\r\x20-\x7e\x80-\xff]/;
const TOKEN = /[A-Za-z0-9+/_-]{24,}/g;

function encodingOf(token: string): 'hex' | 'HEX' | 'base64' | 'base64url' {
  if (token.length % 2 === 0 && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(token))
    return /[A-F]/.test(token) ? 'HEX' : 'hex';
  return /[-_]/.test(token) ? 'base64url' : 'base64';
}
