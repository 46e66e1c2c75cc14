import { walkJson, type JsonPath } from './json-walk.ts';

/**
 * The text without some elements of one of its arrays. Every other byte stays, that between the elements included; each
 * element that stays keeps the comma and the space before it, unless it has become the first.
 */
export function withoutElements(raw: Uint8Array, array: JsonPath, dropped: ReadonlySet<number>): Uint8Array {
  if (dropped.size === 0) return raw;
  return without(raw, spansOf(raw, array), dropped);
}

/** The same for members of one of its objects. */
export function withoutMembers(
  raw: Uint8Array,
  object: readonly string[],
  dropped: ReadonlySet<string>,
): Uint8Array {
  const members = membersOf(raw, object);
  const at = members.flatMap(({ name }, index) => (dropped.has(name) ? [index] : []));
  return at.length === 0 ? raw : without(raw, members, new Set(at));
}

function without(raw: Uint8Array, elements: readonly Span[], dropped: ReadonlySet<number>): Uint8Array {
  const [first, last] = [elements[0], elements.at(-1)];
  if (first === undefined || last === undefined) return raw;
  const parts = [raw.subarray(0, first.start)];
  elements.forEach(({ start, end }, index) => {
    if (dropped.has(index)) return;
    const before = elements[index - 1];
    if (parts.length > 1 && before !== undefined) parts.push(raw.subarray(before.end, start));
    parts.push(raw.subarray(start, end));
  });
  return Buffer.concat([...parts, raw.subarray(last.end)]);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spansOf(raw: Uint8Array, array: JsonPath): Span[] {
  const spans: Span[] = [];
  const note = (path: JsonPath, start: number, end: number): void => {
    const index = path[array.length];
    if (path.length !== array.length + 1 || typeof index !== 'number') return;
    if (array.every((key, i) => path[i] === key)) spans[index] = { start, end };
  };
  // Spans of strings leave the quotes out.
  const string = (path: JsonPath, start: number, end: number): void => note(path, start - 1, end + 1);
  walkJson(raw, { string, number: note, literal: note, container: note });
  return spans;
}

function membersOf(raw: Uint8Array, object: readonly string[]): (Span & { readonly name: string })[] {
  const members: (Span & { readonly name: string })[] = [];
  let from = 0;
  const isMember = (path: JsonPath): boolean =>
    path.length === object.length + 1 && object.every((key, i) => path[i] === key);
  const note = (path: JsonPath, _start: number, end: number): void => {
    if (isMember(path)) members.push({ name: String(path.at(-1)), start: from, end });
  };
  walkJson(raw, {
    key: (path, start) => {
      if (isMember(path)) from = start - 1;
    },
    string: (path, start, end) => note(path, start, end + 1),
    number: note,
    literal: note,
    container: note,
  });
  return members;
}
