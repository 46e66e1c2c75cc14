import type { Slices } from '../slices.ts';
import { walkInSlices, type JsonPath } from './json-walk.ts';

/** A value with its quotes or brackets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A key of a result and its value. */
export interface Member extends Span {
  readonly key: string;
  readonly value: Span;
}

/** Where the result of an answer stands, and what is directly in it. A key may be there twice: then peers differ in which counts. */
export interface ResultFields {
  readonly result: Span | undefined;
  readonly members: readonly Member[];
}

/** Finds them in one message, `slice` bytes at a time. */
export function* resultFields(message: Uint8Array, slice: number): Slices<ResultFields> {
  const members: Member[] = [];
  let result: Span | undefined;
  let from = 0;
  const key = (path: JsonPath, start: number): void => {
    if (path.length === 2 && path[0] === 'result') from = start - 1;
  };
  const note = (path: JsonPath, start: number, end: number): void => {
    if (path[0] !== 'result' || path.length > 2) return;
    if (path.length === 1) result = { start, end };
    if (typeof path[1] === 'string') members.push({ key: path[1], start: from, end, value: { start, end } });
  };
  const string = (path: JsonPath, start: number, end: number): void => note(path, start - 1, end + 1);
  yield* walkInSlices(message, { key, string, number: note, literal: note, container: note }, slice);
  return { result, members };
}

/** The values of a key. */
export function valuesOf({ members }: ResultFields, key: string): Span[] {
  return members.filter((member) => member.key === key).map(({ value }) => value);
}
