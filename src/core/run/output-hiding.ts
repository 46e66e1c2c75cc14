import type { OutputEdit } from './merged-edits.ts';
import type { Passage } from './passage.ts';

const STAR = 0x2a;

/** One secret on its way to being hidden, perhaps in several parts. */
export class OutputHiding {
  readonly edit: OutputEdit;
  readonly start: number;
  readonly end: number;
  readonly replacement: Uint8Array;
  /** What stands in each column. */
  readonly cells: Uint8Array;
  /** It was broken into lines, which stay. */
  readonly keepsLines: boolean;
  begun = false;
  #column = 0;

  constructor(edit: OutputEdit, columns: number) {
    this.edit = edit;
    this.start = edit.start;
    this.end = edit.end;
    this.replacement = Buffer.from(edit.replacement);
    this.keepsLines = edit.broken === true;
    const name = Buffer.from(edit.placeholder);
    this.cells = Buffer.alloc(columns, name.length <= columns ? '_' : '*');
    if (name.length <= columns) this.cells.set(name);
  }

  byteFor(byte: number, keepWidth: boolean): number[] {
    if (isControl(byte)) return [byte];
    if (!keepWidth || isContinuation(byte)) return [];
    return [this.cells[this.#column++] ?? STAR];
  }
}

/** The columns that a part of the text takes. */
export function columnsIn(passages: readonly Passage[], start: number, end: number): number {
  let columns = 0;
  for (const passage of passages)
    for (const byte of passage.textIn(start, end)) if (!isControl(byte) && !isContinuation(byte)) columns++;
  return columns;
}

function isControl(byte: number): boolean {
  return byte < 0x20;
}

// UTF-8: what is not the first byte of a character.
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
