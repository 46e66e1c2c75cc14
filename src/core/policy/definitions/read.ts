import { createHmac } from 'node:crypto';

import { toText } from '../../bytes.ts';
import { pointerTo } from '../../jsonrpc/json-pointer.ts';
import { decodeJsonString } from '../../jsonrpc/json-string.ts';
import { walkInSlices, walkJson, type JsonPath } from '../../jsonrpc/json-walk.ts';
import { LIMITS } from '../../limits.ts';
import type { Slices } from '../../slices.ts';

/** One page of a list, as the server wrote it. */
export interface Page {
  readonly elements: readonly Element[];
  /** Undefined or empty: nothing comes after it. */
  readonly nextCursor: string | undefined;
}

export interface Element {
  readonly index: number;
  readonly raw: Uint8Array;
}

/** The page in the result of a message at `place` (of a batch: its index), `slice` bytes at a time; undefined: no list. */
export function* readPage(
  message: Uint8Array,
  { place, key }: { place: JsonPath; key: string },
  slice: number,
): Slices<Page | undefined> {
  const elements: Element[] = [];
  let nextCursor: string | undefined;
  let isThere = false;
  const isList = (path: JsonPath): boolean => isBelow(path, [...place, 'result', key]);
  const container = (path: JsonPath, start: number, end: number): void => {
    const index = path.at(-1);
    isThere ||= index === key && isBelow(path, [...place, 'result']);
    if (typeof index === 'number' && isList(path))
      elements.push({ index, raw: message.subarray(start, end) });
  };
  const string = (path: JsonPath, start: number, end: number): void => {
    if (path.at(-1) === 'nextCursor' && isBelow(path, [...place, 'result']))
      nextCursor = toText(decodeJsonString(message, start, end));
  };
  yield* walkInSlices(message, { container, string }, slice);
  return isThere ? { elements, nextCursor } : undefined;
}

/**
 * The instructions in a greeting, with their quotes; each of them, where they stand in it more than once. Undefined: it is
 * no result.
 */
export function* readInstructions(
  message: Uint8Array,
  place: JsonPath,
  slice: number,
): Slices<Uint8Array[] | undefined> {
  const found: Uint8Array[] = [];
  let isResult = false;
  const note = (path: JsonPath, start: number, end: number): void => {
    if (path.at(-1) === 'instructions' && isBelow(path, [...place, 'result']))
      found.push(message.subarray(start, end));
    isResult ||= path.at(-1) === 'result' && isBelow(path, place);
  };
  const string = (path: JsonPath, start: number, end: number): void => note(path, start - 1, end + 1);
  yield* walkInSlices(message, { string, number: note, literal: note, container: note }, slice);
  return isResult ? found : undefined;
}

/** A part of a definition as its server wrote it. */
export interface Part {
  readonly at: string;
  /** JSON text: of a string with its shortest escapes, of a number as it was written. */
  readonly json: string;
  /** Of a string. */
  readonly text: string | undefined;
}

/** What a definition says. */
export interface Parts {
  readonly parts: readonly Part[];
  readonly keys: readonly string[];
  /** A key stands twice: readers differ in which counts. */
  readonly isAmbiguous: boolean;
}

/** All parts of one definition, in the order of its text. Up to `LIMITS.definitionBytes`. */
export function partsOf(raw: Uint8Array): Parts {
  const parts: Part[] = [];
  const keys = new Set<string>();
  const plain = (path: JsonPath, start: number, end: number): void => {
    parts.push({ at: pointerTo(path), json: toText(raw.subarray(start, end)), text: undefined });
  };
  walkJson(raw, {
    open: (path, isObject) =>
      void parts.push({ at: pointerTo(path), json: isObject ? '{}' : '[]', text: undefined }),
    key: (path) => void keys.add(String(path.at(-1))),
    string: (path, start, end) => {
      const text = toText(decodeJsonString(raw, start, end));
      parts.push({ at: pointerTo(path), json: JSON.stringify(text), text });
    },
    number: plain,
    literal: plain,
  });
  const isAmbiguous = new Set(parts.map(({ at }) => at)).size < parts.length;
  return { parts, keys: [...keys], isAmbiguous };
}

/** The name by which a definition is asked for. */
export function nameIn({ parts }: Parts, field: string): string {
  return parts.find(({ at }) => at === `/${field}`)?.text ?? '';
}

/** The same of one that is too long for its parts to be listed. */
export function* readName(raw: Uint8Array, field: string, slice: number): Slices<string> {
  let name = '';
  const string = (path: JsonPath, start: number, end: number): void => {
    if (path.length === 1 && path[0] === field) name = toText(decodeJsonString(raw, start, end));
  };
  yield* walkInSlices(raw, { string }, slice);
  return name;
}

/** The keyed digest of all parts, in whatever order the server wrote the keys. */
export function digestOf(key: Uint8Array, { parts }: Parts): string {
  const mac = createHmac('sha256', key);
  for (const { at, json } of parts.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)))
    mac.update(`${JSON.stringify([at, json])}\n`);
  return mac.digest('hex');
}

/** The keyed digest of one text, for one purpose. */
export function keyed(key: Uint8Array, purpose: string, text: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([purpose, text]))
    .digest('hex')
    .slice(0, ID_CHARACTERS);
}

const ID_CHARACTERS = 32;

/** Whether a definition is too long to be looked through. */
export function isTooLong(raw: Uint8Array): boolean {
  return raw.length > LIMITS.definitionBytes;
}

function isBelow(path: JsonPath, above: JsonPath): boolean {
  return path.length === above.length + 1 && above.every((segment, at) => path[at] === segment);
}
