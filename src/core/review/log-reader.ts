import { LIMITS } from '../limits.ts';
import type { GrowingIndex } from './growing-index.ts';

const NEWLINE = 0x0a;
const PIECE_BYTES = 1024 * 1024;

/** Reads a log into its index, from front to back, as far as there are whole lines: the last one may yet be written on. */
export class LogReader {
  #buffer: Buffer;
  #position = 0;

  /** `readInto` fills a buffer as far as the log goes, and returns how many bytes came. */
  readonly #readInto: (buffer: Buffer, offset: number) => number;

  constructor(readInto: (buffer: Buffer, offset: number) => number, pieceBytes = PIECE_BYTES) {
    this.#readInto = readInto;
    this.#buffer = Buffer.allocUnsafe(pieceBytes);
  }

  /** Reads the next piece. False: there is no further line. */
  readPiece(index: GrowingIndex): boolean {
    const piece = this.#buffer.subarray(0, this.#readInto(this.#buffer, this.#position));
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end === 0) return this.#goesOn(index, piece.length);
    for (let start = 0; start < end;) {
      const newline = piece.indexOf(NEWLINE, start);
      index.append(piece.subarray(start, newline), this.#position + start);
      start = newline + 1;
    }
    this.#position += end;
    return true;
  }

  // The end of the log, as far as it is written; or a line that is longer than a piece.
  #goesOn(index: GrowingIndex, bytes: number): boolean {
    if (bytes > LIMITS.eventBytes) index.fail(`line ${index.events + 1} is longer than any of ours`);
    if (bytes > LIMITS.eventBytes || bytes < this.#buffer.length) return false;
    this.#buffer = Buffer.allocUnsafe(2 * this.#buffer.length);
    return true;
  }
}
