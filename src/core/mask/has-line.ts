import { byteClass } from './bytes.ts';
import { LONGEST_HEAD, MEMBER, SHORTEST_LINE } from './wrapped.ts';

const LF = 0x0a;
const CR = 0x0d;
const ESCAPED_MEMBER = MEMBER.map((member, byte) => (byte === 0x5c || byte === 0x25 ? 1 : member));

/**
 * Whether a run of base64 or hex as long as a line, escapes among it perhaps, may go on at a line end in `from..end`: one
 * follows it, or may be spelled in it, or may still come.
 */
export function hasLine(text: Uint8Array, { from, end }: { from: number; end: number }): boolean {
  for (let at = Math.max(0, from - LONGEST_HEAD) + SHORTEST_LINE - 1; at < end;) {
    let start = at;
    while (start > at - SHORTEST_LINE && ESCAPED_MEMBER[text[start] as number] === 1) start--;
    if (start === at - SHORTEST_LINE) {
      at = runEnd(text, start + 1, end);
      if (at === -1 || at === end || text[at] === LF || text[at] === CR) return true;
      start = at;
    }
    at = start + SHORTEST_LINE;
  }
  return false;
}

const BACKSLASH = 0x5c;
const PERCENT = 0x25;

// End of the run; -1 when a line end may be spelled in it.
function runEnd(text: Uint8Array, from: number, end: number): number {
  let at = from;
  for (; at < end && ESCAPED_MEMBER[text[at] as number] === 1; at++) {
    const byte = text[at];
    if ((byte === BACKSLASH || byte === PERCENT) && (at + 1 >= end || spellsLineEnd(byte, text[at + 1])))
      return -1;
  }
  return at;
}

/** What follows a sign: `\n`, `\r`, `\u000a`; `%0a`, `%250a`, `%5Cn`; or another sign. */
const AFTER_BACKSLASH = byteClass('nru\\%');
const AFTER_PERCENT = byteClass('025\\%');

function spellsLineEnd(sign: number, next: number | undefined): boolean {
  return (sign === BACKSLASH ? AFTER_BACKSLASH : AFTER_PERCENT)[next ?? 0] === 1;
}
