import type { Passed } from './exceptions.ts';
import type { Edit, TextContext } from './finding.ts';
import { type Editing, moved, splice, toEdits } from './replacement.ts';
import type { Engine } from './scan.ts';
import { type Settled, SlidingScan } from './sliding-scan.ts';

/** What became certain of a text with its next piece. */
export interface SettledText {
  readonly edits: readonly Edit[];
  /** What a rule found and an exception let pass. */
  readonly passed: readonly Passed[];
  /** All before is certain. */
  readonly settled: number;
}

const EMPTY = new Uint8Array(0);
const NOTHING = { edits: [], passed: [] };

/**
 * Masks a text that arrives in pieces. The concatenated output equals `maskText` of the concatenated input, whatever the
 * cuts; held back is only what may still be part of a secret, and never more than `LIMITS.holdBackBytes`.
 */
export class MaskStream {
  /** All edits that `push` made so far, their offsets counted from the start of the stream: for a text that ends some day. */
  readonly edits: Edit[] = [];
  /** What it let pass so far although a rule found it, at such offsets, too. */
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
   * Takes the next piece, or `undefined` for the end, and puts nothing out: says what is to be hidden and what passes, at
   * offsets counted from the start of the stream, and up to where that is certain. For who writes the text itself, however
   * long it goes on: nothing of it is kept.
   */
  settle(chunk: Uint8Array | undefined): SettledText {
    const settled = chunk === undefined ? this.#scan.finish() : this.#scan.push(chunk);
    const { edits, passed } = this.#editsOf(settled);
    return {
      edits: moved(edits, settled.base),
      passed: moved(passed, settled.base),
      settled: settled.base + settled.to,
    };
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
    const { edits, passed } = this.#editsOf(settled);
    this.edits.push(...moved(edits, base));
    this.passed.push(...moved(passed, base));
    const part = window.subarray(from, to);
    return edits.length === 0 ? Uint8Array.from(part) : splice(part, moved(edits, -from));
  }

  #editsOf({ window, found }: Settled): Omit<SettledText, 'settled'> {
    if (found.length === 0) return NOTHING;
    const passed: Passed[] = [];
    const editing = { ...this.#editing, passed };
    return { edits: found.flatMap((candidate) => toEdits(window, candidate, editing)), passed };
  }
}
