import { splice } from '../mask/replacement.ts';
import type { Edit } from '../mask/finding.ts';
import type { Masker } from '../mask/masker.ts';
import type { FindingRecord } from '../session/event.ts';
import type { OutputEdit } from './merged-edits.ts';
import type { Piece } from './terminal-text.ts';

/** What may be shown and recorded. */
export interface Shown {
  readonly bytes: Uint8Array;
  /** Where they stand in `bytes`. */
  readonly findings: readonly FindingRecord[];
  /** The line of the whole output in which each of them stands, from 1. */
  readonly lines: readonly number[];
}

const LF = 0x0a;
/** Of what was written last, so much is remembered: a prompt is told by what stands before it. */
const BEHIND = 256;

interface Plan {
  /** Sorted, free of overlaps, none past `upTo`. */
  readonly edits: readonly OutputEdit[];
  /** Offset in the text. */
  readonly upTo: number;
}

/** Writes text with its escape sequences, and in place of secrets their masks. */
export class OutputWriter {
  /** The text is written up to here. */
  written = 0;
  #lastText: Uint8Array = new Uint8Array(0);
  /** Written since. */
  #last: Uint8Array[] = [];
  readonly #masker: Masker;
  readonly #keepWidth: boolean;
  #line = 1;

  constructor(masker: Masker, keepWidth: boolean) {
    this.#masker = masker;
    this.#keepWidth = keepWidth;
  }

  /** The end of the text that was written. */
  get lastText(): Uint8Array {
    return this.#lastText;
  }

  /** Writes what of the pieces comes before `upTo`; what is left of them comes first the next time. */
  write(pieces: readonly Piece[], { edits, upTo }: Plan): { shown: Shown; left: Piece[] } {
    const page = new Page(this.#line);
    const left: Piece[] = [];
    const masks = edits.filter(({ end }) => end > this.written).map((edit) => this.#maskOf(edit, pieces));
    for (const piece of pieces) {
      if (left.length > 0 || (piece.at >= upTo && piece.kind !== 'through') || piece.at > upTo) {
        left.push(piece);
      } else if (piece.kind === 'text') {
        const rest = this.#writeText(page, piece, { masks, upTo });
        if (rest !== undefined) left.push(rest);
      } else {
        page.add(piece.kind === 'through' ? this.#clean(page, piece.bytes) : piece.bytes);
        if (piece.kind === 'break') this.written = piece.at + 1;
      }
    }
    this.#line = page.line;
    if (this.#last.length > 0) this.#remember();
    return { shown: page.shown(), left };
  }

  #writeText(
    page: Page,
    piece: Piece,
    { masks, upTo }: { masks: readonly Mask[]; upTo: number },
  ): Piece | undefined {
    const { at, bytes } = piece;
    const end = Math.min(at + bytes.length, upTo);
    let from = Math.max(at, this.written);
    for (const mask of masks) {
      if (mask.end <= from || mask.start >= end) continue;
      const start = Math.max(mask.start, from);
      page.add(bytes.subarray(from - at, start - at));
      from = Math.min(mask.end, end);
      this.#writeMask(page, mask, bytes.subarray(start - at, from - at));
    }
    page.add(bytes.subarray(from - at, end - at));
    if (end - Math.max(at, this.written) > 0)
      this.#last.push(bytes.subarray(Math.max(0, this.written - at), end - at));
    this.written = Math.max(this.written, end);
    return end < at + bytes.length ? { kind: 'text', bytes: bytes.subarray(end - at), at: end } : undefined;
  }

  // The first piece of what is hidden brings the placeholder; where the width counts each its share of it.
  #writeMask(page: Page, mask: Mask, hidden: Uint8Array): void {
    if (!mask.begun) page.find(mask.edit, this.#keepWidth ? mask.cells.length : mask.replacement.length);
    if (!this.#keepWidth && !mask.begun) page.add(mask.replacement);
    mask.begun = true;
    if (!this.#keepWidth && !mask.keepsLines) return;
    page.add(Buffer.from([...hidden].flatMap((byte) => mask.byteFor(byte, this.#keepWidth))));
  }

  #maskOf(edit: OutputEdit, pieces: readonly Piece[]): Mask {
    const start = Math.max(edit.start, this.written);
    return new Mask(edit, columnsIn(pieces, start, edit.end));
  }

  // A title or a link may have a secret in it.
  #clean(page: Page, sequence: Uint8Array): Uint8Array {
    if (sequence.length < SHORTEST_STRING) return sequence;
    const edits = this.#masker.inspect(sequence);
    for (const edit of edits) page.find(edit, edit.replacement.length);
    return edits.length === 0 ? sequence : splice(sequence, edits);
  }

  // Copied, so that no whole chunk is kept for it.
  #remember(): void {
    const all = this.#last.slice(-BEHIND).map((text) => text.subarray(Math.max(0, text.length - BEHIND)));
    const together = Buffer.concat([this.#lastText, ...all]);
    this.#lastText = Uint8Array.from(together.subarray(Math.max(0, together.length - BEHIND)));
    this.#last = [];
  }
}

/** No secret is in a shorter one. */
const SHORTEST_STRING = 12;

const STAR = 0x2a;

/** One secret on its way to being hidden, perhaps in several pieces. */
class Mask {
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

function columnsIn(pieces: readonly Piece[], start: number, end: number): number {
  let columns = 0;
  for (const { kind, at, bytes } of pieces) {
    if (kind !== 'text' || at >= end || at + bytes.length <= start) continue;
    for (const byte of bytes.subarray(Math.max(0, start - at), end - at))
      if (!isControl(byte) && !isContinuation(byte)) columns++;
  }
  return columns;
}

function isControl(byte: number): boolean {
  return byte < 0x20;
}

// UTF-8: what is not the first byte of a character.
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** What is shown at a time. */
class Page {
  line: number;
  readonly #parts: Uint8Array[] = [];
  readonly #findings: FindingRecord[] = [];
  readonly #lines: number[] = [];
  #length = 0;

  constructor(line: number) {
    this.line = line;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#length += bytes.length;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) this.line++;
  }

  find({ rule, placeholder, why }: Edit, length: number): void {
    this.#findings.push({ rule, at: `${this.#length}-${this.#length + length}`, placeholder, why });
    this.#lines.push(this.line);
  }

  shown(): Shown {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    return { bytes, findings: this.#findings, lines: this.#lines };
  }
}
