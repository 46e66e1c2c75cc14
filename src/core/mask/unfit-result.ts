import { toBytes, toText, type Splice } from '../bytes.ts';
import { isObject, type JsonObject } from '../jsonrpc/fit.ts';
import { valuesOf, type ResultFields, type Span } from '../jsonrpc/result-fields.ts';
import { LIMITS } from '../limits.ts';
import { removalsOf } from './hidden-tools.ts';
import type { JsonFinding } from './masked-json.ts';

/** The field of a result that is held against a tool's schema. */
export const STRUCTURED = 'structuredContent';

/**
 * The splices that make a result an error which says that the call succeeded. Its structured content becomes a text: the
 * first generation of the official SDK holds that of errors against the schema, too. All other bytes stay.
 */
export function asError(bytes: Uint8Array, fields: ResultFields, withheld: readonly JsonFinding[]): Splice[] {
  const blocks = [withheldText(withheld), ...movedTexts(bytes, fields)].map((text) =>
    JSON.stringify({ type: 'text', text }),
  );
  const flags = valuesOf(fields, 'isError');
  const contents = valuesOf(fields, 'content').filter(({ start }) => bytes[start] === ARRAY);
  const members = [
    ...(contents.length === 0 ? [`"content":[${blocks.join(',')}]`] : []),
    ...(flags.length === 0 ? ['"isError":true'] : []),
  ];
  // What is no list goes, as all that stands where a list of ours is to stand.
  const gone = contents.length === 0 ? [STRUCTURED, 'content'] : [STRUCTURED];
  const listed = fields.members.map(({ key, start, end }) => ({ start, end, hidden: gone.includes(key) }));
  return [
    ...added(
      (fields.result?.start ?? 0) + 1,
      members,
      listed.every(({ hidden }) => hidden),
    ),
    ...flags.map(({ start, end }) => ({ start, end, replacement: toBytes('true') })),
    ...contents.flatMap(({ start, end }) => added(start + 1, blocks, isBlank(bytes, { start, end }))),
    ...removalsOf(listed),
  ].toSorted((a, b) => a.start - b.start);
}

const ARRAY = 0x5b;

function added(at: number, items: readonly string[], isAll: boolean): Splice[] {
  if (items.length === 0) return [];
  return [{ start: at, end: at, replacement: toBytes(items.join(',') + (isAll ? '' : ',')) }];
}

function isBlank(bytes: Uint8Array, { start, end }: Span): boolean {
  return !bytes.subarray(start + 1, end - 1).some((byte) => byte > SPACE);
}

const SPACE = 0x20;

// A server should have said it as text, too, and then there is nothing to add (2025-06-18 and later, Tools).
function movedTexts(bytes: Uint8Array, fields: ResultFields): string[] {
  const said = new Set(
    valuesOf(fields, 'content')
      .flatMap((span) => textsIn(bytes, span))
      .map(comparable),
  );
  return valuesOf(fields, STRUCTURED)
    .map(({ start, end }) => toText(bytes.subarray(start, end)))
    .filter((text) => !said.has(comparable(text)));
}

function textsIn(bytes: Uint8Array, { start, end }: Span): string[] {
  if (end - start > LIMITS.schemaCheckBytes) return [];
  const content: unknown = JSON.parse(toText(bytes.subarray(start, end)));
  const blocks: unknown[] = Array.isArray(content) ? content : [];
  return blocks.flatMap((block) =>
    isObject(block) && typeof block['text'] === 'string' ? [block['text']] : [],
  );
}

// The same for equal values, whatever the order of their keys. Made once for each: there may be many of them, and large ones.
function comparable(text: string): string {
  if (text.length > LIMITS.schemaCheckBytes || !/^\s*["[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) => (isObject(value) ? sorted(value) : value));
  } catch {
    // A text that only begins like JSON.
    return text;
  }
}

function sorted(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

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
    'so that the result is marked as an error and its structured content is given as text.'
  );
}
