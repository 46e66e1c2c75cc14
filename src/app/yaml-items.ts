import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLSeq } from 'yaml';

/** A YAML text with one item more in a list that its top level has; comments and order stay. */
export function withItem(text: string, key: string, item: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(text, { version: '1.2' });
  const list = document.get(key, true);
  if (!isSeq(list)) document.set(key, document.createNode([]));
  // Where none is left, the next one has lines of its own again.
  else if (list.items.length === 0) list.flow = false;
  document.addIn([key], document.createNode(item));
  return document.toString({ lineWidth: 0 });
}

/**
 * A YAML text without some items of a list that its top level has. All else stays byte for byte, comments between the items
 * included, where each item has lines of its own; other lists are written anew.
 */
export function withoutItems(text: string, key: string, isGone: (index: number) => boolean): string {
  const document = parseDocument(text, { version: '1.2', keepSourceTokens: true });
  const list = document.get(key, true);
  if (!isSeq(list)) return text;
  return withoutLines(text, { document, key, list }, isGone) ?? writtenAnew(document, list, isGone);
}

interface List {
  readonly document: Document;
  readonly key: string;
  readonly list: YAMLSeq;
}

function withoutLines(text: string, of: List, isGone: (index: number) => boolean): string | undefined {
  const items = itemLines(text, of.list);
  if (items === undefined) return undefined;
  const cuts = items.filter((_, index) => isGone(index));
  if (cuts.length < items.length) return cut(text, cuts);
  // What a key names has to be a list still.
  const colon = text.indexOf(':', keyEnd(of)) + 1;
  return `${text.slice(0, colon)} []${cut(text.slice(colon), cuts, colon)}`;
}

interface Lines {
  readonly from: number;
  readonly to: number;
}

/** From and to where each item's lines go; undefined: some item shares a line with something else. */
function itemLines(text: string, { items, srcToken }: YAMLSeq): Lines[] | undefined {
  if (srcToken?.type !== 'block-seq') return undefined;
  const lines = items.flatMap((item, index) => {
    const dash = srcToken.items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
    const end = (item as YAMLSeq).range?.[1];
    if (dash === undefined || end === undefined) return [];
    const from = text.lastIndexOf('\n', dash) + 1;
    return text.slice(from, dash).trim() === '' ? [{ from, to: lineEnd(text, end) }] : [];
  });
  return lines.length === items.length ? lines : undefined;
}

function lineEnd(text: string, at: number): number {
  if (text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

function keyEnd({ document, key }: List): number {
  const pairs = isMap(document.contents) ? document.contents.items : [];
  const names = pairs.map((pair) => pair.key).filter((name) => isScalar(name));
  return names.find(({ value }) => value === key)?.range?.[1] ?? 0;
}

function cut(text: string, cuts: readonly Lines[], offset = 0): string {
  let left = '';
  let at = 0;
  for (const { from, to } of cuts) {
    left += text.slice(at, from - offset);
    at = to - offset;
  }
  return left + text.slice(at);
}

function writtenAnew(document: Document, list: YAMLSeq, isGone: (index: number) => boolean): string {
  list.items = list.items.filter((_, index) => !isGone(index));
  return document.toString({ lineWidth: 0 });
}
