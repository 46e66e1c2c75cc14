import { GrowingIndex } from '../../core/review/growing-index.ts';
import { LogReader } from '../../core/review/log-reader.ts';
import type { SessionIndex } from '../../core/review/session-index.ts';
import type { Slices } from '../../core/slices.ts';
import type { Pages } from '../session-port.ts';

const PIECE_BYTES = 64 * 1024;

/** Counts what is in a log. When that has grown it goes on where it was. */
export class LogTotals {
  readonly #index = new GrowingIndex();
  readonly #reader: LogReader;
  #log: Pages | undefined;

  constructor() {
    this.#reader = new LogReader((buffer, offset) => this.#log?.readInto(buffer, offset) ?? 0, PIECE_BYTES);
  }

  *count(log: Pages): Slices<SessionIndex['totals']> {
    this.#log = log;
    while (this.#reader.readPiece(this.#index)) yield;
    return this.#index.totals;
  }
}
