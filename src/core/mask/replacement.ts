import { splice as spliceBytes } from '../bytes.ts';
import { ascii } from './bytes.ts';
import type { Candidate, Spelling } from './candidate.ts';
import { byStart, joinOverlapping } from './edits.ts';
import type { Edit, Encoding } from './finding.ts';
import type { Placeholders } from './placeholders.ts';
import { unescape } from './unescape.ts';

/** Turns a candidate into the edit that hides it. `text` holds the candidate at its offsets. */
export function toEdit(text: Uint8Array, candidate: Candidate, placeholders: Placeholders): Edit {
  const { rule, kind, start, end, why } = candidate;
  const secret = text.subarray(start, end);
  const { placeholder, replacement } = spell(secret, candidate, placeholders);
  return { rule, kind, start, end, why, replacement, placeholder };
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
export function moved(edits: readonly Edit[], by: number): Edit[] {
  return edits.map((edit) => ({ ...edit, start: edit.start + by, end: edit.end + by }));
}

interface Spelled {
  readonly placeholder: string;
  readonly replacement: string;
}

function spell(secret: Uint8Array, candidate: Candidate, placeholders: Placeholders): Spelled {
  const { rule, spelling, value = secret } = candidate;
  if (spelling?.as === 'token') return spellToken(spelling, placeholders);
  const placeholder = placeholders.issue(rule, value);
  if (spelling === undefined) return { placeholder, replacement: placeholder };
  if (spelling.as === 'hex')
    return { placeholder, replacement: encodeAs(Buffer.from(placeholder), spelling.encoding) };
  return { placeholder, replacement: spellQuanta(secret, { spelling, length: value.length, placeholder }) };
}

// As long modulo three as it was: then the token is padded as it was, and does not run into what follows it.
function spellToken(spelling: Extract<Spelling, { as: 'token' }>, placeholders: Placeholders): Spelled {
  const { decoded, encoding } = spelling;
  const inner = joinOverlapping(spelling.inner.toSorted(byStart));
  const edits = inner.map((candidate) => toEdit(decoded, candidate, placeholders));
  const longer = splice(decoded, edits).length - decoded.length;
  const last = edits.pop();
  if (last === undefined) throw new Error('a token without a finding');
  const fill = '_'.repeat((3 - (((longer % 3) + 3) % 3)) % 3);
  const filled = [...edits, { ...last, replacement: last.replacement + fill }];
  return { placeholder: last.placeholder, replacement: encodeAs(splice(decoded, filled), encoding) };
}

interface Quanta {
  readonly spelling: Extract<Spelling, { as: 'quanta' }>;
  /** Bytes of the secret in them. */
  readonly length: number;
  readonly placeholder: string;
}

// The bytes that share quanta with the secret stay. What follows the quanta must keep its place in the encoding, so `_`
// fills the placeholder up to a whole number of them.
function spellQuanta(quanta: Uint8Array, { spelling, length, placeholder }: Quanta): string {
  const text = (spelling.escaped ? unescaped(quanta) : Buffer.from(quanta).toString('latin1')).replaceAll(
    LINE_ENDS,
    '',
  );
  const decoded = Buffer.from(text, 'base64');
  const skipped = spelling.lead === 0 ? 0 : spelling.lead - 1;
  const rest = decoded.subarray(skipped + length);
  const ended = text.endsWith('=') || text.length % 4 !== 0;
  const spare = (skipped + placeholder.length + rest.length) % 3;
  const fill = ended || spare === 0 ? '' : '_'.repeat(3 - spare);
  const bytes = Buffer.concat([decoded.subarray(0, skipped), Buffer.from(placeholder + fill), rest]);
  return encodeAs(bytes, spelling.encoding, text.endsWith('='));
}

const LINE_ENDS = /[\r\n\t ]+/g;

function unescaped(bytes: Uint8Array): string {
  const plain = unescape(bytes, 0, bytes.length);
  return Buffer.from(plain.bytes.subarray(0, plain.length)).toString('latin1');
}

function encodeAs(bytes: Uint8Array, encoding: Encoding, padded = true): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (encoding === 'hex') return buffer.toString('hex');
  if (encoding === 'HEX') return buffer.toString('hex').toUpperCase();
  const text = encoding === 'base64url' ? buffer.toString('base64url') : buffer.toString('base64');
  if (encoding === 'base64url' && padded) return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
  return padded ? text : text.replace(/=+$/, '');
}
