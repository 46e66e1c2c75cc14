import { toBytes, toText } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import { idText } from './id.ts';
import { JsonError, walkJson, type JsonPath } from './json-walk.ts';

/** A line as it came, terminator included, or what is left of one that was too long to keep. */
export type Line =
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-long'; readonly size: number; readonly id: string | undefined };

const NEWLINE = 0x0a;
const ENDS_KEPT = 1024;

/** Cuts a byte stream into lines; nothing is copied but lines that lie across chunks. Blank lines are dropped. */
export class LineFramer {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(limit: number = LIMITS.messageBytes) {
    this.#limit = limit;
  }

  /** The lines that `chunk` completes. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, end + 1));
      this.#complete(lines);
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** What the stream ended in without a newline. */
  flush(): Line[] {
    const lines: Line[] = [];
    this.#complete(lines);
    return lines;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#size += bytes.length;
    this.#parts.push(bytes);
    if (this.#size > this.#limit) this.#shrink();
  }

  // Too long already: only both ends stay, where an id may be found to answer to.
  #shrink(): void {
    const kept = Math.min(ENDS_KEPT, this.#limit);
    this.#parts = [firstBytes(this.#parts, kept), lastBytes(this.#parts, kept)];
  }

  #complete(lines: Line[]): void {
    const parts = this.#parts;
    const size = this.#size;
    this.#parts = [];
    this.#size = 0;
    if (size > this.#limit) {
      lines.push({ kind: 'too-long', size, id: idIn(parts) });
      return;
    }
    const [only] = parts;
    if (only === undefined) return;
    const bytes = parts.length === 1 ? only : Buffer.concat(parts);
    if (bytes.some((byte) => byte > 0x20)) lines.push({ kind: 'line', bytes });
  }
}

function firstBytes(parts: readonly Uint8Array[], count: number): Uint8Array {
  const first: Uint8Array[] = [];
  for (let i = 0, missing = count; missing > 0 && i < parts.length; i += 1) {
    const piece = parts[i]?.subarray(0, missing) ?? new Uint8Array();
    first.push(piece);
    missing -= piece.length;
  }
  return Buffer.concat(first);
}

function lastBytes(parts: readonly Uint8Array[], count: number): Uint8Array {
  const last: Uint8Array[] = [];
  for (let i = parts.length - 1, missing = count; missing > 0 && i >= 0; i -= 1) {
    const piece = parts[i]?.subarray(-missing) ?? new Uint8Array();
    last.unshift(piece);
    missing -= piece.length;
  }
  return Buffer.concat(last);
}

// Only the message's own id will do: that of something inside would answer another request, and leave this one waiting.
function idIn([head, tail]: readonly Uint8Array[]): string | undefined {
  return (head && idAtStart(head)) ?? (tail && idAtEnd(tail));
}

function idAtStart(head: Uint8Array): string | undefined {
  // What the cut left of a character is no UTF-8.
  const bytes = toBytes(toText(head));
  let id: string | undefined;
  const note =
    (isString: boolean) =>
    (path: JsonPath, start: number, end: number): void => {
      // A number that ends where we cut may go on.
      if (path.length === 1 && path[0] === 'id' && end < bytes.length)
        id ??= idText(bytes, { start, end, isString });
    };
  try {
    walkJson(bytes, { string: note(true), number: note(false) });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  return id;
}

// What stands directly before the last brace of all belongs to the message itself.
const ID_AT_END =
  /[,{]\s*"id"\s*:\s*(-?\d{1,16}|"[^"\\]{0,200}")\s*(?:,\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]{0,200}"\s*){0,2}\}\s*$/;

function idAtEnd(tail: Uint8Array): string | undefined {
  return ID_AT_END.exec(toText(tail))?.[1];
}

/** A line as a message: one that was too long becomes a message that `inspect` refuses. */
export function toMessage(line: Line): {
  raw: Uint8Array;
  tooLong?: { size: number; id: string | undefined };
} {
  if (line.kind === 'line') return { raw: line.bytes };
  return { raw: new Uint8Array(), tooLong: { size: line.size, id: line.id } };
}
