import type { Passed } from './exceptions.ts';
import type { Edit, TextContext } from './finding.ts';
import { type Editing, moved, splice, toEdits } from './replacement.ts';
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
  /** What passed so far although a rule found it, at such offsets, too. */
  readonly passed: Passed[] = [];
  readonly #editing: Editing;
  readonly #scan: SlidingScan;

  constructor(engine: Engine, context: TextContext, editing: Editing) {
    this.#editing = editing;
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
    const settled = chunk === undefined ? this.#scan.finish() : this.#scan.push(chunk);
    return { edits: moved(this.#editsOf(settled), settled.base), settled: settled.base + settled.to };
  }

  /** Takes the next piece; returns what is certain by now. The result is the caller's to keep. */
  push(chunk: Uint8Array): Uint8Array {
    return chunk.length === 0 ? EMPTY : this.#masked(this.#scan.push(chunk));
  }

  /** Ends the stream; returns the rest. */
  flush(): Uint8Array {
    return this.#masked(this.#scan.finish());
  }

  #masked(settled: Settled): Uint8Array {
    const { window, base, from, to } = settled;
    const edits = this.#editsOf(settled);
    this.edits.push(...moved(edits, base));
    const part = window.subarray(from, to);
    return edits.length === 0 ? Uint8Array.from(part) : splice(part, moved(edits, -from));
  }

  #editsOf({ window, base, found }: Settled): Edit[] {
    if (found.length === 0) return [];
    const passed: Passed[] = [];
    const editing = { ...this.#editing, passed };
    const edits = found.flatMap((candidate) => toEdits(window, candidate, editing));
    if (passed.length > 0) this.passed.push(...moved(passed, base));
    return edits;
  }
}
