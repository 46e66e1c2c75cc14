import { splice as spliceBytes } from '../bytes.ts';
import { ascii } from './bytes.ts';
import type { Candidate, Spelling } from './candidate.ts';
import { byStart, foundUnder, joinOverlapping, takenApart } from './edits.ts';
import type { Passed, PassingTest } from './exceptions.ts';
import type { Edit, Encoding } from './finding.ts';
import type { Placeholders } from './placeholders.ts';
import { unescape } from './unescape.ts';

/** What edits are made with. */
export interface Editing {
  readonly placeholders: Placeholders;
  /** What may pass; undefined: nothing. */
  readonly mayPass?: PassingTest | undefined;
  /** Is told what passed. */
  readonly passed?: Passed[] | undefined;
}

/**
 * Turns a candidate into the edit that hides it; one that is encoded over several lines into one for each line. `text`
 * holds the candidate at its offsets. What may pass is in `passed` instead.
 */
export function toEdits(
  text: Uint8Array,
  candidate: Candidate,
  { placeholders, mayPass, passed = [] }: Editing,
): Edit[] {
  return editsIn(text, candidate, { placeholders, mayPass, passed, unit: 1, encoding: 'plain' });
}

/** `text` with the edits applied; `text` itself when there are none. `edits` is sorted and free of overlaps. */
export function splice(text: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const splices = edits.map(({ start, end, replacement }) => ({
    start,
    end,
    replacement: ascii(replacement),
  }));
  return spliceBytes(text, splices);
}

/** The same edits at offsets counted from elsewhere. */
export function moved<T extends Passed>(edits: readonly T[], by: number): T[] {
  return edits.map((edit) => ({ ...edit, start: edit.start + by, end: edit.end + by }));
}

/**
 * `_` after a placeholder, so that it is longer than the value by a multiple of `unit`: with 3, base64 that goes on behind
 * it stays what it was.
 */
export function filler(value: number, placeholder: number, unit: number): string {
  return '_'.repeat((((value - placeholder) % unit) + unit) % unit);
}

/** Bytes of a base64 quantum; by so much each encoding multiplies the unit of what is in it. */
export const QUANTUM = 3;

interface Around {
  readonly placeholders: Placeholders;
  readonly mayPass: PassingTest | undefined;
  readonly passed: Passed[];
  /** By a multiple of so many bytes the text may grow, for it is encoded itself. */
  readonly unit: number;
  /** How the text is encoded. */
  readonly encoding: Encoding;
}

interface Spelled {
  readonly placeholder: string;
  readonly replacement: string;
}

function editsIn(text: Uint8Array, candidate: Candidate, around: Around): Edit[] {
  const { rule, kind, start, end, why } = candidate;
  const secret = text.subarray(start, end);
  const spelled = spell(secret, candidate, around);
  if (spelled === undefined) return editsUnder(text, candidate, around);
  const edit = { rule, kind, start, end, why, ...spelled };
  if (candidate.spelling === undefined && around.mayPass?.(candidate, edit.placeholder) === true) {
    around.passed.push({ rule, kind, start, end, why, placeholder: edit.placeholder });
    return editsUnder(text, candidate, around);
  }
  return candidate.spelling === undefined || !secret.includes(LF) ? [edit] : byLine(secret, edit);
}

// Of what passes as a whole, all that is a secret by itself, and may not pass.
function editsUnder(text: Uint8Array, candidate: Candidate, around: Around): Edit[] {
  const rest = foundUnder(candidate).filter((one) => editsIn(text, one, around).length > 0);
  if (rest.length === 0) return [];
  const apart = joinOverlapping(rest.toSorted(byStart)).flatMap((one) => takenApart(text, one));
  // Joined they may be the very value that passes: they don't.
  return apart.flatMap((one) => editsIn(text, one, { ...around, mayPass: undefined }));
}

const LF = 0x0a;

// The line ends stay; the last line takes what the replacement is longer.
function byLine(secret: Uint8Array, edit: Edit): Edit[] {
  const { rule, kind, why, placeholder } = edit;
  const lines = [
    ...Buffer.from(secret)
      .toString('latin1')
      .matchAll(/[^\r\n\t ]+/g),
  ];
  let from = 0;
  return lines.map(({ 0: line, index }, i) => {
    const to = i === lines.length - 1 ? edit.replacement.length : from + line.length;
    const replacement = edit.replacement.slice(from, to);
    from = to;
    const start = edit.start + index;
    return { rule, kind, start, end: start + line.length, why, replacement, placeholder };
  });
}

// Undefined: all that is in it may pass.
function spell(secret: Uint8Array, candidate: Candidate, around: Around): Spelled | undefined {
  const { placeholders, unit, encoding } = around;
  const { rule, spelling, value = secret } = candidate;
  if (spelling?.as === 'token') return spellToken(secret, { ...candidate, spelling }, around);
  if (spelling?.as === 'quanta') return spellQuanta(secret, { ...candidate, spelling, value }, around);
  const placeholder = placeholders.issue(rule, value, encoding);
  const filled = placeholder + filler(value.length, placeholder.length, unit);
  if (spelling === undefined) return { placeholder, replacement: filled };
  return { placeholder, replacement: encodeAs(Buffer.from(filled), spelling.encoding) };
}

interface Token extends Candidate {
  readonly spelling: Extract<Spelling, { as: 'token' }>;
}

function spellToken(
  token: Uint8Array,
  { start, end, spelling: { decoded, encoding, inner } }: Token,
  { placeholders, mayPass, passed, unit }: Around,
): Spelled | undefined {
  const isHex = encoding === 'hex' || encoding === 'HEX';
  const within: Passed[] = [];
  const around = { placeholders, mayPass, passed: within, unit: isHex ? unit : unit * QUANTUM, encoding };
  const joined = joinOverlapping(inner.toSorted(byStart));
  const edits = joined.flatMap((candidate) => editsIn(decoded, candidate, around));
  for (const one of within) passed.push({ ...one, start, end });
  const last = edits.at(-1);
  if (last === undefined) return undefined;
  const isPadded = token.at(-1) === PADDING;
  return { placeholder: last.placeholder, replacement: encodeAs(splice(decoded, edits), encoding, isPadded) };
}

const PADDING = 0x3d;

interface Quanta {
  readonly rule: string;
  readonly spelling: Extract<Spelling, { as: 'quanta' }>;
  readonly value: Uint8Array;
}

// The bytes that share quanta with the secret stay.
function spellQuanta(
  quanta: Uint8Array,
  { rule, spelling, value }: Quanta,
  { placeholders, unit }: Around,
): Spelled {
  const raw = spelling.escaped ? unescaped(quanta) : Buffer.from(quanta).toString('latin1');
  const text = raw.replaceAll(LINE_ENDS, '');
  const encoding = /[-_]/.test(text) ? 'base64url' : spelling.encoding;
  const placeholder = placeholders.issue(rule, value, encoding);
  const fill = filler(value.length, placeholder.length, unit * QUANTUM);
  const decoded = Buffer.from(text, 'base64');
  const skipped = spelling.lead === 0 ? 0 : spelling.lead - 1;
  const rest = decoded.subarray(skipped + value.length);
  const bytes = Buffer.concat([decoded.subarray(0, skipped), Buffer.from(placeholder + fill), rest]);
  const encoded = encodeAs(bytes, encoding, text.endsWith('='));
  const isUrl = encoding === 'base64url';
  return { placeholder, replacement: endingLike(text, encoded, isUrl ? 'base64url' : 'base64') };
}

const LINE_ENDS = /[\r\n\t ]+/g;

function unescaped(bytes: Uint8Array): string {
  const plain = unescape(bytes, 0, bytes.length);
  return Buffer.from(plain.bytes.subarray(0, plain.length)).toString('latin1');
}

/**
 * Base64 with the bits at its end that stand for nothing as `original` has them, which was cut off somewhere: as long as
 * that, give or take whole quanta.
 */
export function endingLike(original: string, encoded: string, encoding: 'base64' | 'base64url'): string {
  const count = original.length % 4;
  const [was, is] = [sextet(original), sextet(encoded)];
  if (count < 2 || count !== encoded.length % 4 || was === -1) return encoded;
  const spare = count === 2 ? 0b1111 : 0b11;
  const letter = SIXTETS[(is & ~spare) | (was & spare)] ?? '';
  return encoded.slice(0, -1) + (encoding === 'base64' ? letter : letter.replace('+', '-').replace('/', '_'));
}

const SIXTETS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function sextet(text: string): number {
  const last = text.slice(-1).replace('-', '+').replace('_', '/');
  return last === '' ? -1 : SIXTETS.indexOf(last);
}

/** `padded`: base64 gets the `=` at its end that its length asks for. */
export function encodeAs(bytes: Uint8Array, encoding: Encoding, padded = false): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (encoding === 'hex') return buffer.toString('hex');
  if (encoding === 'HEX') return buffer.toString('hex').toUpperCase();
  const text =
    encoding === 'base64url' ? buffer.toString('base64url') : buffer.toString('base64').replace(/=+$/, '');
  return padded ? text.padEnd(Math.ceil(text.length / 4) * 4, '=') : text;
}
