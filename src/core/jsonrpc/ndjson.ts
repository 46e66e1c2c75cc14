import { toText } from '../bytes.ts';
import { LIMITS } from '../limits.ts';

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
    const head = Buffer.from(this.#parts[0]?.subarray(0, ENDS_KEPT) ?? []);
    const tail = Buffer.from(Buffer.concat(this.#parts.slice(1)).subarray(-ENDS_KEPT));
    this.#parts = [head, tail];
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

// A best guess, good enough to tell the one who waits; a wrong one answers a request that does not exist.
function idIn(ends: readonly Uint8Array[]): string | undefined {
  for (const end of ends) {
    const id = /"id"\s*:\s*(-?\d{1,16}|"[^"\\]{0,200}")/.exec(toText(end))?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}

/** A line as a message: one that was too long becomes a message that `inspect` refuses. */
export function toMessage(line: Line): {
  raw: Uint8Array;
  tooLong?: { size: number; id: string | undefined };
} {
  if (line.kind === 'line') return { raw: line.bytes };
  return { raw: new Uint8Array(), tooLong: { size: line.size, id: line.id } };
}
