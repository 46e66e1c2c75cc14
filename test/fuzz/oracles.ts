import { HallpassError } from '../../src/core/errors.ts';
import { parseMessage } from '../../src/core/jsonrpc/envelope.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { maskJson } from '../../src/core/mask/json.ts';
import { createMasker, type Masker } from '../../src/core/mask/masker.ts';
import { Placeholders } from '../../src/core/mask/placeholders.ts';
import { restore } from '../../src/core/mask/restore.ts';
import type { Choose } from '../helpers/spell-json.ts';
import { choicesOf } from './choose.ts';
import { type Corpus, makeCorpus } from './corpus.ts';
import { holds } from './decode.ts';

/** What went wrong: which promise, and how. */
export interface Failure {
  readonly oracle: string;
  readonly detail: string;
}

/** One case: what it is made of, and what must hold for it. Undefined when all does. */
export function tryCase(seed: number, number: number): { corpus: Corpus; failure: Failure | undefined } {
  const corpus = makeCorpus(choicesOf(seed, number));
  return { corpus, failure: check(corpus, choicesOf(seed, ~number)) };
}

/** Every promise for one text. `choose` picks the cuts. */
export function check({ text: given, canaries: all }: Corpus, choose: Choose): Failure | undefined {
  try {
    const masker = createMasker({ placeholders: new Placeholders(new Uint8Array(32).fill(7)) });
    // Too ordinary a value is searched for under a secret's name only.
    const canaries = all.filter((canary) => masker.known.add(canary, 'a canary', { sure: true }) === 'added');
    const corpus = { text: given, canaries };
    const text = Buffer.from(corpus.text);
    const whole = masker.maskText(text).bytes;
    return (
      streamed(masker, { text, whole }, choose) ??
      again(masker, whole) ??
      survives(masker, corpus, whole) ??
      undone(masker, { text, whole }) ??
      inJson(masker, corpus)
    );
  } catch (error) {
    return {
      oracle: 'nothing throws',
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

interface Texts {
  readonly text: Uint8Array;
  readonly whole: Uint8Array;
}

const CHUNKINGS = 3;

function streamed(masker: Masker, { text, whole }: Texts, choose: Choose): Failure | undefined {
  for (let n = 0; n < CHUNKINGS; n++) {
    const largest = 1 + choose(n === 0 ? 4 : text.length + 1);
    const stream = masker.stream();
    const out: Uint8Array[] = [];
    const sizes: number[] = [];
    for (let at = 0; at < text.length;) {
      const size = choose(largest + 1);
      sizes.push(size);
      out.push(stream.push(text.subarray(at, (at += size))));
      if (stream.held > LIMITS.holdBackBytes)
        return { oracle: 'hold-back is bounded', detail: `${stream.held} bytes` };
    }
    out.push(stream.flush());
    const joined = Buffer.concat(out);
    if (!joined.equals(whole))
      return {
        oracle: 'a stream is the whole',
        detail: `${JSON.stringify(sizes)}: ${differ(whole, joined)}`,
      };
  }
  return undefined;
}

// What stands there afterwards stays; what came to stand together may look like a secret only now.
function again(masker: Masker, whole: Uint8Array): Failure | undefined {
  const { bytes: twice, edits } = masker.maskText(whole);
  const spans = issuedIn(masker, whole);
  const alone = edits.find((edit) => !isBeside(spans, edit, whole));
  if (alone !== undefined)
    return {
      oracle: BESIDE,
      detail: `${alone.why}, at byte ${alone.start}\n  ${around(whole, alone.start)}`,
    };
  const after = issuedIn(masker, twice).map((span) => textAt(twice, span));
  let next = 0;
  for (const placeholder of after)
    if (next < spans.length && placeholder === textAt(whole, spans[next])) next++;
  if (next < spans.length)
    return {
      oracle: 'an issued placeholder stays',
      detail: `${textAt(whole, spans[next])}: ${differ(whole, twice)}`,
    };
  return undefined;
}

const BESIDE = 'a second masking changes only what stands beside placeholders';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What one encoded text may be broken into. */
const BEFORE = /(?:[\w+/=-]*\r?\n[ \t]*){0,2}[\w+/=-]*$/;
const AFTER = /^[\w+/=-]*(?:\r?\n[ \t]*[\w+/=-]*){0,2}/;
/** Between a name and its value, or two values of a header, there is no more. */
const NEAR = 64;

// One stands near it, or, as it is or encoded, in the words on either side.
function isBeside(spans: readonly Span[], { start, end }: Span, text: Uint8Array): boolean {
  if (spans.some((span) => span.end >= start - NEAR && span.start <= end + NEAR)) return true;
  const before = BEFORE.exec(textAt(text, { start: 0, end: start }))?.[0] ?? '';
  const after = AFTER.exec(textAt(text, { start: end, end: text.length }))?.[0] ?? '';
  return holdsMark(text.subarray(start - before.length, end + after.length), 0);
}

function holdsMark(text: Uint8Array, depth: number): boolean {
  if (holds(text, ['hpm_']) !== undefined) return true;
  const tokens =
    Buffer.from(text)
      .toString('latin1')
      .match(/[\w+/-]{24,}/g) ?? [];
  return (
    depth < 2 &&
    tokens.some((token) =>
      [Buffer.from(token, 'base64'), Buffer.from(token, 'hex')].some((bytes) => holdsMark(bytes, depth + 1)),
    )
  );
}

function textAt(text: Uint8Array, span: Span | undefined): string {
  return Buffer.from(text.subarray(span?.start, span?.end)).toString('latin1');
}

function issuedIn({ placeholders }: Masker, text: Uint8Array): Span[] {
  const buffer = Buffer.from(text.buffer, text.byteOffset, text.length);
  const found: Span[] = [];
  for (let start = buffer.indexOf('hpm_'); start !== -1; start = buffer.indexOf('hpm_', start + 1)) {
    const end = placeholders.issuedEnd(text, start, text.length);
    if (end !== -1) found.push({ start, end });
  }
  return found;
}

function survives(masker: Masker, { canaries }: Corpus, whole: Uint8Array): Failure | undefined {
  const value = holds(withoutPlaceholders(masker, whole), canaries);
  return value === undefined
    ? undefined
    : { oracle: 'no known value survives', detail: `${JSON.stringify(value)} in ${quote(whole)}` };
}

// Letters of a placeholder are none of a value's, even where they would complete one.
function withoutPlaceholders(masker: Masker, text: Uint8Array): Uint8Array {
  const rest = Uint8Array.from(text);
  for (const { start, end } of issuedIn(masker, text)) rest.fill(0, start, end);
  return rest;
}

// What restoring writes in one way only: escapes, the line ends of wrapped base64, the case of hex; encoded themselves perhaps.
function isSpelledFreely(text: string, depth = 0): boolean {
  if (/[\\%&+]|[\w+/=-]{24}\r?\n|[0-9a-f]{8}[A-F]|[0-9A-F]{8}[a-f]/.test(text)) return true;
  const tokens = depth < 3 ? (text.match(/[\w+/-]{24,}/g) ?? []) : [];
  return tokens.some((token) => isSpelledFreely(decoded(token), depth + 1));
}

function decoded(token: string): string {
  return `${Buffer.from(token, 'base64').toString('latin1')} ${Buffer.from(token, 'hex').toString('latin1')}`;
}

function undone(masker: Masker, { text, whole }: Texts): Failure | undefined {
  if (isSpelledFreely(Buffer.from(text).toString('latin1'))) return undefined;
  const back = restore(whole, masker.placeholders);
  return Buffer.compare(back, text) === 0 || isCompleted(textAt(text, ALL), textAt(back, ALL))
    ? undefined
    : { oracle: 'restoring undoes masking', detail: differ(text, back) };
}

const ALL = { start: 0, end: Infinity };

// The last byte of a value of whose base64 the last character was cut off is restored whole.
function isCompleted(text: string, back: string): boolean {
  let at = 0;
  while (at < text.length && text[at] === back[at]) at++;
  return back.slice(0, at) + back.slice(at + 1) === text && /[\w+/-]{11}$/.test(text.slice(0, at));
}

function inJson(masker: Masker, { text, canaries }: Corpus): Failure | undefined {
  const raw = Buffer.from(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ type: 'text', text }], structuredContent: valueOf(text) },
    }),
  );
  try {
    parseMessage(raw);
  } catch (error) {
    if (error instanceof HallpassError) return undefined;
    throw error;
  }
  const { bytes, blocked } = maskJson(raw, {
    masker,
    typeOf: () => ({ kind: 'response', method: 'tools/call' }),
    batch: false,
  });
  const parsed: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (shapeOf(parsed) !== shapeOf(JSON.parse(raw.toString('utf8'))))
    return { oracle: 'JSON keeps its shape', detail: quote(bytes) };
  const value = blocked.length === 0 ? holds(withoutPlaceholders(masker, bytes), canaries) : undefined;
  return value === undefined
    ? undefined
    : { oracle: 'no known value survives in JSON', detail: `${JSON.stringify(value)} in ${quote(bytes)}` };
}

// The text itself when it is JSON.
function valueOf(text: string): unknown {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { lines: text.split('\n'), [text.slice(0, 40)]: text.length };
  }
}

// Containers and how much is in them; numbers that were masked are strings.
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shapeOf).join(',')}]`;
  if (value === null || typeof value !== 'object')
    return value === null || typeof value === 'boolean' ? String(value) : '.';
  return `{${Object.values(value).map(shapeOf).join(',')}}`;
}

function differ(a: Uint8Array, b: Uint8Array): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `at byte ${at}\n  ${around(a, at)}\n  ${around(b, at)}`;
}

function around(text: Uint8Array, at: number, said = ''): string {
  return `${said}${quote(text.subarray(Math.max(0, at - 60), at + 100))}`;
}

function quote(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('utf8'));
}
