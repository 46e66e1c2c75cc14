import { LIMITS } from '../limits.ts';
import type { Candidate } from './candidate.ts';
import type { Edit, TextContext } from './finding.ts';
import type { Placeholders } from './placeholders.ts';
import { splice, toEdit } from './replacement.ts';
import { type Engine, Scan } from './scan.ts';
import { Window } from './window.ts';

const EMPTY = new Uint8Array(0);

/**
 * Masks a text that arrives in pieces. The concatenated output equals `maskText` of the concatenated input, whatever the
 * cuts; held back is only what may still be part of a secret, and never more than `LIMITS.holdBackBytes`.
 */
export class MaskStream {
  /** All edits so far, their offsets counted from the start of the stream. */
  readonly edits: Edit[] = [];
  readonly #placeholders: Placeholders;
  readonly #scan: Scan;
  readonly #window = new Window(new Uint8Array(4096), false);
  /** Stream offset of the window's first byte. */
  #base = 0;
  /** Window offset up to which everything has been put out. */
  #released = 0;

  constructor(engine: Engine, context: TextContext, placeholders: Placeholders) {
    this.#placeholders = placeholders;
    this.#scan = new Scan(engine, { context, shortKnown: (token) => engine.known.shortSource(token) });
    this.#window.end = 0;
  }

  /** Bytes taken in and not yet put out. */
  get held(): number {
    return this.#window.end - this.#released;
  }

  /** Takes the next piece; returns what is certain by now. The result is the caller's to keep. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#window.final) throw new Error('the stream was flushed');
    if (chunk.length === 0) return EMPTY;
    this.#append(chunk);
    return this.#release();
  }

  /** Ends the stream; returns the rest. */
  flush(): Uint8Array {
    this.#window.final = true;
    return this.#release();
  }

  #release(): Uint8Array {
    const { found, settled } = this.#scan.advance(this.#window);
    const text = this.#window.bytes.subarray(0, settled);
    const edits = found.map((candidate: Candidate) =>
      toEdit(this.#window.bytes, candidate, this.#placeholders),
    );
    const output = splice(text.subarray(this.#released), moved(edits, -this.#released));
    this.edits.push(...moved(edits, this.#base));
    this.#released = settled;
    this.#forget();
    return output;
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#window.end + chunk.length;
    if (needed > this.#window.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#window.bytes.length * 2));
      larger.set(this.#window.bytes.subarray(0, this.#window.end));
      this.#window.bytes = larger;
    }
    this.#window.bytes.set(chunk, this.#window.end);
    this.#window.end = needed;
  }

  // Keeps what rules may still look back at; moves it only when much can be dropped, so that no byte is moved often.
  #forget(): void {
    const drop = this.#released - LIMITS.lookBehindBytes;
    if (drop < this.#window.end / 2) return;
    this.#window.bytes.copyWithin(0, drop, this.#window.end);
    this.#window.end -= drop;
    this.#base += drop;
    this.#released -= drop;
    this.#scan.shift(drop);
    if (this.#window.bytes.length > 4 * LIMITS.holdBackBytes && this.#window.end < LIMITS.holdBackBytes) {
      this.#window.bytes = this.#window.bytes.slice(0, 2 * LIMITS.holdBackBytes);
    }
  }
}

function moved(edits: readonly Edit[], by: number): Edit[] {
  return edits.map((edit) => ({ ...edit, start: edit.start + by, end: edit.end + by }));
}
