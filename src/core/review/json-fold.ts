import { LIMITS } from '../limits.ts';
import { Scanner, type Span } from './json-scan.ts';

/** A line of JSON as it is shown: its parts are spans of the text it was read from, so that every lexeme stays as it was. */
export interface JsonLine {
  readonly depth: number;
  /** The key before it, with its quotes; undefined: in an array, at the top, or a closing bracket. */
  readonly key: Span | undefined;
  /** What is between key and comma: a value, or a bracket that opens or closes. */
  readonly value: Span;
  readonly comma: boolean;
  /** Of an opening bracket: the line that closes it (the last line, where it was cut), and how much is between. */
  readonly closes: number | undefined;
  readonly members: number;
}

export interface JsonLines {
  readonly lines: readonly JsonLine[];
  /** It goes on beyond what was read, or has more lines than are looked at. */
  readonly isCut: boolean;
}

interface Draft {
  depth: number;
  key: Span | undefined;
  value: Span;
  comma: boolean;
  closes: number | undefined;
  members: number;
}

/**
 * JSON text in lines, one for each value. Nothing is decoded or put in order. A text that ends too soon counts only where
 * its end was cut off (`isPart`). Undefined: it is no JSON.
 */
export function jsonLines(text: string, isPart: boolean): JsonLines | undefined {
  const scan = new Scanner(text, isPart);
  const lines: Draft[] = [];
  const open: Draft[] = [];
  const done = (isCut: boolean): JsonLines => {
    for (const one of open) one.closes = lines.length - 1;
    return { lines, isCut };
  };
  for (;;) {
    if (lines.length >= LIMITS.reviewPayloadLines) return done(true);
    const read = readValue(scan, { lines, open });
    if (read === 'end' && isPart && lines.length > 0) return done(true);
    if (read === 'end' || read === 'bad') return undefined;
    if (open.length === 0) return scan.peek() === '' ? done(false) : undefined;
  }
}

interface Stack {
  readonly lines: Draft[];
  readonly open: Draft[];
}

type Read = 'ok' | 'end' | 'bad';

// A value with its key, the closing brackets behind it, and the comma.
function readValue(scan: Scanner, { lines, open }: Stack): Read {
  const within = open.at(-1);
  const isObject = within !== undefined && scan.text[within.value.from] === '{';
  let key: Span | undefined;
  if (isObject) {
    key = scan.string();
    if (key === undefined) return scan.failure;
    const colon = scan.take(':');
    if (colon !== 'ok') return colon;
  }
  const value = scan.value();
  if (value === undefined) return scan.failure;
  const isOpen = scan.isContainer(value);
  const line: Draft = { depth: open.length, key, value, comma: false, closes: undefined, members: 0 };
  lines.push(line);
  if (within !== undefined) within.members += 1;
  if (!isOpen) return closeAll(scan, line, { lines, open });
  open.push(line);
  return open.length > LIMITS.jsonDepth ? 'bad' : 'ok';
}

function closeAll(scan: Scanner, last: Draft, { lines, open }: Stack): Read {
  let line = last;
  for (let within = open.at(-1); within !== undefined; within = open.at(-1)) {
    const next = scan.peek();
    if (next === '') return 'end';
    if (next === ',') {
      scan.take(',');
      line.comma = true;
      return 'ok';
    }
    if (next !== (scan.text[within.value.from] === '{' ? '}' : ']')) return 'bad';
    open.pop();
    within.closes = lines.length;
    const value = { from: scan.at, to: scan.at + 1 };
    scan.take(next);
    line = { depth: open.length, key: undefined, value, comma: false, closes: undefined, members: 0 };
    lines.push(line);
  }
  return 'ok';
}

/** The lines that are left when some are folded: their numbers. A folded bracket stays, with what closes it left out. */
export function unfolded(lines: readonly JsonLine[], folded: ReadonlySet<number>): number[] {
  const left: number[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    left.push(at);
    const closes = lines[at]?.closes;
    if (closes !== undefined && folded.has(at)) at = closes;
  }
  return left;
}

/** The brackets around a line, the outermost first. */
export function around(lines: readonly JsonLine[], at: number): number[] {
  const found: number[] = [];
  for (let line = 0; line < at;) {
    const closes = lines[line]?.closes;
    if (closes !== undefined && closes >= at) found.push(line);
    line = closes !== undefined && closes < at ? closes + 1 : line + 1;
  }
  return found;
}

/** The line at which a JSON pointer (RFC 6901) leads, or the last one on the way there. */
export function lineAt(text: string, lines: readonly JsonLine[], pointer: string): number {
  let at = 0;
  for (const word of pointer.split('/').slice(1)) {
    const next = childAt({ text, lines }, at, word.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

interface JsonText {
  readonly text: string;
  readonly lines: readonly JsonLine[];
}

function childAt({ text, lines }: JsonText, parent: number, word: string): number | undefined {
  const closes = lines[parent]?.closes;
  if (closes === undefined) return undefined;
  let number = 0;
  for (let at = parent + 1; at <= closes; number += 1) {
    const line = lines[at];
    if (line === undefined) return undefined;
    if (line.key === undefined ? String(number) === word : keyText(text, line.key) === word) return at;
    at = (line.closes ?? at) + 1;
  }
  return undefined;
}

function keyText(text: string, { from, to }: Span): string {
  const lexeme = text.slice(from, to);
  return lexeme.includes('\\') ? String(JSON.parse(lexeme)) : lexeme.slice(1, -1);
}
