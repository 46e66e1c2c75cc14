import type { PayloadRecord } from './event.ts';
import { PREFIX_BYTES, readPrefix } from './payload.ts';
import type { ByteSource } from './payload-walk.ts';

export type ReadPayload =
  | { readonly state: 'stored'; readonly bytes: Buffer }
  | { readonly state: 'redacted' | 'missing' };

const PIECE_BYTES = 1024 * 1024;

/** Reads payloads for showing. Does not check them: that is what verifying is for. */
export class PayloadReader {
  readonly #source: ByteSource;
  #lost = false;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The payload of the next event that has one, at most its first `limit` bytes. */
  next(payload: PayloadRecord, limit: number): ReadPayload {
    const header = this.#lost ? undefined : readPrefix(this.#source.peek(PREFIX_BYTES));
    // Out of step with the log: whatever comes next belongs to nobody knows which event.
    if (header === undefined || (header.state === 'stored' && header.size !== payload.size)) {
      this.#lost = true;
      return { state: 'missing' };
    }
    this.#source.skip(PREFIX_BYTES);
    if (header.state === 'redacted') return { state: 'redacted' };
    const bytes = Buffer.from(this.#source.peek(Math.min(payload.size, limit)));
    this.#pass(payload.size);
    return { state: 'stored', bytes };
  }

  #pass(count: number): void {
    for (let left = count; left > 0;) {
      const piece = this.#source.peek(Math.min(left, PIECE_BYTES)).length;
      if (piece === 0) return;
      this.#source.skip(piece);
      left -= piece;
    }
  }
}
