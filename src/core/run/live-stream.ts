import type { Masker } from '../mask/masker.ts';
import type { MaskStream, SettledText } from '../mask/mask-stream.ts';
import { moved } from '../mask/replacement.ts';

/** A text of which not all has been written, and where in the whole it begins. */
interface Unwritten {
  readonly text: Uint8Array;
  readonly at: number;
}

const NOTHING = { edits: [], passed: [] };

/**
 * Says what is to be hidden in a text that comes in pieces, under rules that may change in its middle. What has begun goes on
 * to its end: it alone knows the headers of a table, or a key of which the beginning has been written. Rules that came later
 * look at what is not yet written and at all that follows, and what either of them finds is hidden.
 */
export class LiveStream {
  readonly #masker: Masker;
  readonly #first: MaskStream;
  #rules: Masker;
  /** By the rules that are in force now, and where it began. */
  #later: { readonly stream: MaskStream; readonly at: number } | undefined;

  constructor(masker: Masker) {
    this.#masker = masker;
    this.#rules = masker.current();
    this.#first = this.#rules.stream();
  }

  /** Takes up rules that have changed; returns what they find in what is not written yet. */
  follow(unwritten: () => Unwritten): Pick<SettledText, 'edits' | 'passed'> {
    const rules = this.#masker.current();
    if (rules === this.#rules) return NOTHING;
    this.#rules = rules;
    const { text, at } = unwritten();
    const stream = rules.stream();
    this.#later = { stream, at };
    const { edits, passed } = stream.settle(text);
    return { edits: moved(edits, at), passed: moved(passed, at) };
  }

  /** Takes the next piece, or `undefined` at the end, as `MaskStream.settle` does. */
  settle(part: Uint8Array | undefined): SettledText {
    const first = this.#first.settle(part);
    if (this.#later === undefined) return first;
    const { stream, at } = this.#later;
    const later = stream.settle(part);
    return {
      edits: [...first.edits, ...moved(later.edits, at)],
      passed: [...first.passed, ...moved(later.passed, at)],
      settled: Math.min(first.settled, later.settled + at),
    };
  }
}
