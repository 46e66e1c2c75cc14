import type { Slices } from '../slices.ts';
import { walkInSlices, type JsonPath } from './json-walk.ts';

/** A value with its quotes or brackets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the result of an answer stands, and what is directly in it. A key may be there twice: then peers differ in which counts. */
export interface ResultFields {
  readonly result: Span | undefined;
  readonly values: ReadonlyMap<string, readonly Span[]>;
}

/** Finds them in one message, `slice` bytes at a time. */
export function* resultFields(message: Uint8Array, slice: number): Slices<ResultFields> {
  const values = new Map<string, Span[]>();
  let result: Span | undefined;
  const note = (path: JsonPath, start: number, end: number): void => {
    const [top, key] = path;
    if (top !== 'result' || path.length > 2) return;
    if (path.length === 1) result = { start, end };
    if (typeof key === 'string') values.set(key, [...(values.get(key) ?? []), { start, end }]);
  };
  yield* walkInSlices(
    message,
    {
      string: (path, start, end) => note(path, start - 1, end + 1),
      number: note,
      literal: note,
      container: note,
    },
    slice,
  );
  return { result, values };
}
