import { splice, toBytes, toText, type Splice } from '../bytes.ts';
import { isCacheable, withoutCaching } from '../jsonrpc/caching.ts';
import { resultFields, type ResultFields } from '../jsonrpc/result-fields.ts';
import { fitsSchema } from '../jsonrpc/schema-fit.ts';
import { LIMITS } from '../limits.ts';
import type { Slices } from '../slices.ts';
import type { JsonFinding } from './masked-json.ts';

/** The answer to a request, after masking has changed it. */
export interface MaskedAnswer {
  readonly bytes: Uint8Array;
  readonly findings: readonly JsonFinding[];
  /** What it answers. */
  readonly method: string | undefined;
  /** The schema of the called tool's results, where it is known. */
  readonly schema: unknown;
}

/**
 * Makes an answer that masking has changed say so where the protocol has a word for it: that it holds for this client
 * only, and that it no longer fits the schema that the client may hold it against. Spliced like all else.
 */
export function* adjustResult(answer: MaskedAnswer, slice: number): Slices<Uint8Array> {
  const { bytes, method, schema, findings } = answer;
  const withheld = findings.filter(({ at }) => /^\/result\/structuredContent(?:\/|$)/.test(at));
  const isHeldAgainst = method === 'tools/call' && schema !== undefined && withheld.length > 0;
  if (!isHeldAgainst && !isCacheable(method)) return bytes;
  const fields = yield* resultFields(bytes, slice);
  if (!isHeldAgainst) return splice(bytes, withoutCaching(bytes, fields));
  const isFit = isErrorAlready(bytes, fields) || isFitting(bytes, fields, schema);
  return isFit ? bytes : splice(bytes, asError(bytes, fields, withheldText(withheld)));
}

// Errors are not held against the schema.
function isErrorAlready(bytes: Uint8Array, { values }: ResultFields): boolean {
  return values.get('isError')?.every(({ start }) => bytes[start] === TRUE) === true;
}

function isFitting(bytes: Uint8Array, { values }: ResultFields, schema: unknown): boolean {
  return (values.get('structuredContent') ?? []).every(
    ({ start, end }) =>
      end - start <= LIMITS.schemaCheckBytes &&
      fitsSchema(schema, JSON.parse(toText(bytes.subarray(start, end)))),
  );
}

function asError(bytes: Uint8Array, { result, values }: ResultFields, text: string): Splice[] {
  const block = JSON.stringify({ type: 'text', text });
  const flags = values.get('isError') ?? [];
  const contents = (values.get('content') ?? []).filter(({ start }) => bytes[start] === ARRAY);
  const added = `${values.has('content') ? '' : `"content":[${block}],`}${flags.length === 0 ? '"isError":true,' : ''}`;
  const at = (result?.start ?? 0) + 1;
  return [
    ...(added === '' ? [] : [{ start: at, end: at, replacement: toBytes(added) }]),
    ...flags.map(({ start, end }) => ({ start, end, replacement: toBytes('true') })),
    ...contents.map(({ start, end }) => {
      const isEmpty = toText(bytes.subarray(start + 1, end - 1)).trim() === '';
      return { start: start + 1, end: start + 1, replacement: toBytes(isEmpty ? block : `${block},`) };
    }),
  ].toSorted((a, b) => a.start - b.start);
}

const ARRAY = 0x5b;
const TRUE = 0x74;
/** Of what was withheld, so much is named. */
const MOST_NAMED = 8;
const LONGEST_NAME = 200;

// A model reads this: whoever takes an error for a failure calls again, and the call has happened.
function withheldText(withheld: readonly JsonFinding[]): string {
  const places = [...new Set(withheld.map(({ at, rule }) => `${at.slice(0, LONGEST_NAME)} (${rule})`))];
  const more = places.length - MOST_NAMED;
  return (
    `hallpass: the call succeeded. Do not retry it. Withheld as secret: ${places.slice(0, MOST_NAMED).join(', ')}` +
    `${more > 0 ? ` and ${more} more` : ''}. What stands in its place does not fit the output schema of the tool, ` +
    'so that the result is marked as an error; all else in it is as the server sent it.'
  );
}
