import { createScanner, type Node, parseTree } from 'jsonc-parser';

import { HallpassError } from '../core/errors.ts';

/** A piece of a text and what stands there instead. Offsets are UTF-16 units. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

const BYTE_ORDER_MARK = '\ufeff';

/**
 * The tree of a JSON file with comments and trailing commas, as its clients read it. It may be an attacker's; undefined
 * for an empty one.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parseJsonc(text: string, file: string): Node | undefined {
  const errors: { error: number; offset: number; length: number }[] = [];
  // Of the same length, so that every offset is one of the text.
  const body = text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
  if (body.trim() === '') return undefined;
  const tree = parseTree(body, errors, { allowTrailingComma: true });
  const [broken] = errors;
  if (broken === undefined) return tree;
  const before = text.slice(0, broken.offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  throw new HallpassError('ERR_CONFIG', `${file}:${before.length}:${column}: not JSON`, {
    hint: 'Correct the file there and run the command again. Nothing was written.',
  });
}

/** A property of an object: its key and its value. */
export interface Member {
  readonly key: string;
  readonly property: Node;
  readonly value: Node;
}

/** The properties of an object in order; none of anything else. */
export function membersOf(node: Node | undefined): Member[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [{ key: String(key.value), property, value }];
  });
}

/** The member of that name: of several the last, as JSON has it. */
export function memberOf(node: Node | undefined, key: string): Member | undefined {
  return membersOf(node).findLast((member) => member.key === key);
}

/** The node at a path of keys. */
export function nodeAt(root: Node | undefined, path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((node, key) => memberOf(node, key)?.value, root);
}

/** Sets `key` of an object, in place or after its other members. Nothing but that is touched, comments included. */
export function setMember(text: string, object: Node, [key, value]: readonly [string, unknown]): TextEdit[] {
  const json = spaced(value);
  const found = memberOf(object, key);
  if (found !== undefined) return [{ offset: found.value.offset, length: found.value.length, content: json }];
  const content = `${JSON.stringify(key)}: ${json}`;
  const members = membersOf(object);
  const last = members.at(-1)?.property;
  if (last === undefined) return [{ offset: object.offset + 1, length: 0, content }];
  const at = last.offset + last.length;
  return [{ offset: at, length: 0, content: `,${separatorBefore(text, last)}${content}` }];
}

/** Removes `key` of an object with one comma; the comments around it stay. */
export function removeMember(text: string, object: Node, key: string): TextEdit[] {
  const members = membersOf(object);
  const index = members.findLastIndex((member) => member.key === key);
  const gone = members[index]?.property;
  if (gone === undefined) return [];
  const before = members[index - 1]?.property;
  const end = gone.offset + gone.length;
  const after = commaAfter(text, end);
  if (after !== undefined) return [wholeLine(text, gone.offset, after + 1)];
  const between = before === undefined ? undefined : commaAfter(text, before.offset + before.length);
  const comma = between === undefined ? [] : [{ offset: between, length: 1, content: '' }];
  return [...comma, wholeLine(text, gone.offset, end)];
}

/** Puts elements before all others of an array. */
export function prependElements(array: Node, values: readonly unknown[]): TextEdit[] {
  const first = array.children?.[0];
  const content = values.map((value) => JSON.stringify(value)).join(', ');
  if (first === undefined) return [{ offset: array.offset + 1, length: 0, content }];
  return [{ offset: first.offset, length: 0, content: `${content}, ` }];
}

/** Applies edits that were all made for this text, and says how to take them back: later first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): { text: string; inverse: TextEdit[] } {
  let changed = text;
  const inverse: TextEdit[] = [];
  // From the end, so that what is done leaves the other places where they are.
  for (const { offset, length, content } of edits.toSorted((a, b) => b.offset - a.offset)) {
    inverse.unshift({ offset, length: content.length, content: changed.slice(offset, offset + length) });
    changed = changed.slice(0, offset) + content + changed.slice(offset + length);
  }
  return { text: changed, inverse };
}

/** Takes edits back one after the other, in the order given. */
export function takeBack(text: string, inverse: readonly TextEdit[]): string {
  return inverse.reduce(
    (at, { offset, length, content }) => at.slice(0, offset) + content + at.slice(offset + length),
    text,
  );
}

// On one line, as a person writes it.
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

// The line break and indentation before a member, or a blank.
function separatorBefore(text: string, { offset }: Node): string {
  const space = /\s*$/.exec(text.slice(Math.max(0, offset - 200), offset))?.[0] ?? '';
  const line = /\r?\n[ \t]*$/.exec(space)?.[0];
  return line ?? ' ';
}

function commaAfter(text: string, end: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(end);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === ',' ? at : undefined;
}

// With the line it stands on, if it has that to itself.
function wholeLine(text: string, start: number, end: number): TextEdit {
  const indent = /(?:^|\n)([ \t]*)$/.exec(text.slice(Math.max(0, start - 200), start))?.[1];
  const rest = /^[ \t]*\r?\n/.exec(text.slice(end, end + 200))?.[0];
  if (indent !== undefined && rest !== undefined) {
    const offset = start - indent.length;
    return { offset, length: end + rest.length - offset, content: '' };
  }
  const blanks = /^[ \t]*/.exec(text.slice(end, end + 200))?.[0].length ?? 0;
  return { offset: start, length: end + blanks - start, content: '' };
}
