import type { Passed } from '../mask/exceptions.ts';
import type { Edit } from '../mask/finding.ts';
import type { Masker } from '../mask/masker.ts';
import type { MaskStream } from '../mask/mask-stream.ts';
import { moved } from '../mask/replacement.ts';

/** A text of which not all has been written, and where in the whole it begins. */
interface Unwritten {
  readonly text: Uint8Array;
  readonly at: number;
}

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
  follow(unwritten: () => Unwritten): readonly Edit[] {
    const rules = this.#masker.current();
    if (rules === this.#rules) return [];
    this.#rules = rules;
    const { text, at } = unwritten();
    const stream = rules.stream();
    this.#later = { stream, at };
    return moved(stream.settle(text).edits, at);
  }

  /** Takes the next piece, or `undefined` at the end, as `MaskStream.settle` does. */
  settle(part: Uint8Array | undefined): { readonly edits: readonly Edit[]; readonly settled: number } {
    const first = this.#first.settle(part);
    if (this.#later === undefined) return first;
    const { stream, at } = this.#later;
    const later = stream.settle(part);
    const edits = [...first.edits, ...moved(later.edits, at)];
    return { edits, settled: Math.min(first.settled, later.settled + at) };
  }

  /** What passed although a rule found it, since the last time that this was asked; in the order of no matter what. */
  takePassed(): readonly Passed[] {
    const { stream, at } = this.#later ?? {};
    return [...this.#first.passed.splice(0), ...moved(stream?.passed.splice(0) ?? [], at ?? 0)];
  }
}
