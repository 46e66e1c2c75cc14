import type { Edit, TextContext } from './finding.ts';
import type { Placeholders } from './placeholders.ts';
import { moved, splice, toEdits } from './replacement.ts';
import type { Engine } from './scan.ts';
import { type Settled, SlidingScan } from './sliding-scan.ts';

const EMPTY = new Uint8Array(0);

/**
 * Masks a text that arrives in pieces. The concatenated output equals `maskText` of the concatenated input, whatever the
 * cuts; held back is only what may still be part of a secret, and never more than `LIMITS.holdBackBytes`.
 */
export class MaskStream {
  /** All edits so far, their offsets counted from the start of the stream. */
  readonly edits: Edit[] = [];
  readonly #placeholders: Placeholders;
  readonly #scan: SlidingScan;

  constructor(engine: Engine, context: TextContext, placeholders: Placeholders) {
    this.#placeholders = placeholders;
    this.#scan = new SlidingScan(engine, context);
  }

  /** Bytes taken in and not yet put out. */
  get held(): number {
    return this.#scan.open;
  }

  /**
   * Takes the next piece, or `undefined` for the end, and puts nothing out: says what is to be hidden, at offsets counted
   * from the start of the stream, and up to where that is certain. For who writes the text itself; nothing is kept in `edits`.
   */
  settle(chunk: Uint8Array | undefined): { readonly edits: readonly Edit[]; readonly settled: number } {
    const { window, base, to, found } = chunk === undefined ? this.#scan.finish() : this.#scan.push(chunk);
    const edits = found.flatMap((candidate) => toEdits(window, candidate, this.#placeholders));
    return { edits: moved(edits, base), settled: base + to };
  }

  /** Takes the next piece; returns what is certain by now. The result is the caller's to keep. */
  push(chunk: Uint8Array): Uint8Array {
    return chunk.length === 0 ? EMPTY : this.#masked(this.#scan.push(chunk));
  }

  /** Ends the stream; returns the rest. */
  flush(): Uint8Array {
    return this.#masked(this.#scan.finish());
  }

  #masked({ window, base, from, to, found }: Settled): Uint8Array {
    const edits = found.flatMap((candidate) => toEdits(window, candidate, this.#placeholders));
    this.edits.push(...moved(edits, base));
    const part = window.subarray(from, to);
    return edits.length === 0 ? Uint8Array.from(part) : splice(part, moved(edits, -from));
  }
}
