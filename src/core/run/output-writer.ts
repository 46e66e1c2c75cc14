import { splice } from '../mask/replacement.ts';
import type { Masker } from '../mask/masker.ts';
import type { OutputEdit } from './merged-edits.ts';
import { Page, type Shown } from './output-page.ts';
import type { Piece } from './terminal-text.ts';

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
    const before = this.written;
    const left: Piece[] = [];
    const masks = edits.filter(({ end }) => end > before).map((edit) => this.#maskOf(edit, pieces));
    for (const piece of pieces) {
      if (left.length > 0 || (piece.at >= upTo && piece.kind !== 'through') || piece.at > upTo) {
        left.push(piece);
      } else if (piece.kind === 'text') {
        const rest = this.#writeText(page, piece, { masks, upTo });
        if (rest !== undefined) left.push(rest);
      } else if (piece.kind === 'through') {
        this.#writeThrough(page, piece);
      } else {
        page.take(piece.source, piece.from, piece.to);
        this.written = piece.at + 1;
      }
    }
    const shown = page.shown();
    this.#line = page.line;
    this.#remember(pieces, before);
    return { shown, left };
  }

  #writeText(
    page: Page,
    piece: Piece,
    { masks, upTo }: { masks: readonly Mask[]; upTo: number },
  ): Piece | undefined {
    const { at, source } = piece;
    const stop = at + piece.to - piece.from;
    // Of a place in the text the one in its source.
    const shift = piece.from - at;
    const end = Math.min(stop, upTo);
    let from = Math.max(at, this.written);
    for (const mask of masks) {
      if (mask.end <= from || mask.start >= end) continue;
      const start = Math.max(mask.start, from);
      page.take(source, from + shift, start + shift);
      from = Math.min(mask.end, end);
      this.#writeMask(page, mask, source.subarray(start + shift, from + shift));
    }
    page.take(source, from + shift, end + shift);
    this.written = Math.max(this.written, end);
    return end < stop ? { ...piece, from: end + shift, at: end } : undefined;
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
  #writeThrough(page: Page, { source, from, to }: Piece): void {
    if (to - from < SHORTEST_STRING) return page.take(source, from, to);
    const sequence = source.subarray(from, to);
    const edits = this.#masker.inspect(sequence);
    for (const edit of edits) page.find(edit, edit.replacement.length);
    page.add(edits.length === 0 ? sequence : splice(sequence, edits));
  }

  // Copied, so that no whole chunk is kept for it.
  #remember(pieces: readonly Piece[], before: number): void {
    const parts: Uint8Array[] = [];
    let missing = BEHIND;
    for (let i = pieces.length - 1; i >= 0 && missing > 0; i--) {
      const { kind, source, from, to, at } = pieces[i] as Piece;
      const end = Math.min(at + to - from, this.written);
      const start = Math.max(at, before, end - missing);
      if (kind !== 'text' || start >= end) continue;
      parts.unshift(source.subarray(start + from - at, end + from - at));
      missing -= end - start;
    }
    if (parts.length === 0) return;
    const kept = this.#lastText.subarray(Math.max(0, this.#lastText.length - missing));
    this.#lastText = Uint8Array.from(Buffer.concat(missing > 0 ? [kept, ...parts] : parts));
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
  for (const { kind, at, source, from, to } of pieces) {
    if (kind !== 'text' || at >= end || at + to - from <= start) continue;
    for (const byte of source.subarray(from + Math.max(0, start - at), Math.min(to, from + end - at)))
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
