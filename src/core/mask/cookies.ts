import type { Hit } from './anchors.ts';
import { byteClass, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { textWithoutIssued } from './issued.ts';
import { judge } from './judge.ts';
import type { Window } from './window.ts';

const LINE = complement(byteClass('\r\n"\'`\\\0'));
const LONGEST_HEADER = 2048;
const BEFORE_VALUE = byteClass('"\' \t');
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
const SLASHES = byteClass('\\');
const U = 0x75;
const SECRETS: ReadonlySet<string> = new Set(['random', 'hex', 'uuid', 'mixed']);
const SHORTEST = 8;

/** The values of a Cookie or Set-Cookie header that may be sessions: from the first of them to the last. */
export function cookieValues(hit: Hit, nameEnd: number): Candidate | undefined {
  const { window } = hit;
  if (isAmidHeader(hit)) return undefined;
  const tie = window.runEnd(nameEnd, BEFORE_VALUE, nameEnd + 4);
  if (window.peek(tie) !== COLON) return undefined;
  const from = window.runEnd(tie + 1, BEFORE_VALUE, tie + 5);
  const end = headerEnd(window, from);
  const header = Buffer.from(window.bytes.subarray(from, end)).toString('latin1');
  let first = -1;
  let last = -1;
  for (const { index, 0: pair } of header.matchAll(/[^;]+/g)) {
    const value = index + pair.indexOf('=') + 1;
    const span = { start: from + value, end: from + index + pair.trimEnd().length };
    if (value === index || span.end - span.start < SHORTEST) continue;
    if (!SECRETS.has(judge(textWithoutIssued(window, span, hit.around.issuedEnd)))) continue;
    if (first === -1) first = span.start;
    last = span.end;
  }
  if (first === -1) return undefined;
  return { rule: 'cookie', kind: 'context', start: first, end: last, why: 'it is the value of a cookie' };
}

// In JSON the line ends at an escape, but for those that spell a character.
function headerEnd(window: Window, from: number): number {
  const limit = from + LONGEST_HEADER;
  let end = window.longRunEnd(from, LINE, limit);
  while (window.peek(end) === BACKSLASH && end < limit) {
    const past = window.runEnd(end, SLASHES, limit);
    if (window.peek(past) !== U) break;
    end = window.longRunEnd(past, LINE, limit);
  }
  return end;
}

// Cookie: a=b; cookie: …: one header, and looked at once.
function isAmidHeader({ window, start }: Hit): boolean {
  const at = window.runStart(start, BEFORE_VALUE, start - 4);
  return window.peek(at - 1) === SEMICOLON;
}
