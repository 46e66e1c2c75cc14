import { LIMITS } from '../limits.ts';
import type { Passed } from '../mask/exceptions.ts';
import type { Edit } from '../mask/finding.ts';
import type { Masker } from '../mask/masker.ts';
import { moved, splice } from '../mask/replacement.ts';
import { LiveStream } from './live-stream.ts';
import { mergedEdits } from './merged-edits.ts';

/** What may be seen of a text by now. */
export interface LivePart {
  readonly bytes: Uint8Array;
  /** In order, at offsets of the text that `bytes` stand for. */
  readonly edits: readonly Edit[];
  /** What stands in clear in it although a rule found it, at such offsets, too. */
  readonly passed: readonly Passed[];
}

/**
 * Masks a text that comes in pieces, for as long as it goes on, under rules that may change in its middle: what they are by
 * then counts for all that has not been put out, as `LiveStream` has it.
 */
export class LiveText {
  readonly #stream: LiveStream;
  /** Not put out yet. */
  #held: Uint8Array[] = [];
  #edits: Edit[] = [];
  #passed: Passed[] = [];
  /** Put out up to here. */
  #written = 0;
  /** The end of that, as it was: a secret is told by what stands before it. */
  #behind: Uint8Array = new Uint8Array(0);

  constructor(masker: Masker) {
    this.#stream = new LiveStream(masker);
  }

  /** Takes the next piece, or `undefined` at the end; returns what is certain by now. */
  push(part: Uint8Array | undefined): LivePart {
    const before = this.#stream.follow(() => this.#unwritten());
    if (part !== undefined) this.#held.push(part);
    const { edits, passed, settled } = this.#stream.settle(part);
    this.#edits.push(...before.edits, ...edits);
    this.#passed.push(...before.passed, ...passed);
    return this.#write(settled);
  }

  #unwritten(): { text: Uint8Array; at: number } {
    const at = this.#written - this.#behind.length;
    return { text: Buffer.concat([this.#behind, ...this.#held]), at };
  }

  #write(upTo: number): LivePart {
    const from = this.#written;
    const { ready, later, end: ends } = mergedEdits(this.#edits, upTo);
    const end = Math.max(from, ends);
    const text = this.#take(end - from);
    const edits = moved(startingAt(ready, from), -from);
    const passed = this.#passed.filter((one) => one.end <= end);
    this.#edits = later;
    this.#passed = this.#passed.filter((one) => one.end > end);
    const clear = moved(startingAt(passed, from), -from).filter((one) => !edits.some(overlapping(one)));
    return { bytes: splice(text, edits), edits, passed: distinct(clear) };
  }

  #take(length: number): Uint8Array {
    if (length === 0) return new Uint8Array(0);
    const held = Buffer.concat(this.#held);
    const text = held.subarray(0, length);
    this.#held = length === held.length ? [] : [held.subarray(length)];
    this.#written += length;
    // Copied, so that nothing else is kept for it.
    this.#behind = Uint8Array.from(Buffer.concat([this.#behind, text]).subarray(-LIMITS.lookBehindBytes));
    return text;
  }
}

// Without what was put out already: rules that came later may find what had begun there. What is left of it is hidden all the
// same, by its placeholder, for an encoded one fits only the whole.
function startingAt<T extends Passed>(found: readonly T[], from: number): T[] {
  const later = found.filter(({ end }) => end > from);
  return later.map((one) => (one.start < from ? restOf(one, from) : one));
}

function restOf<T extends Passed>(one: T, from: number): T {
  return { ...one, start: from, replacement: one.placeholder };
}

function overlapping({ start, end }: Passed): (edit: Edit) => boolean {
  return (edit) => edit.start < end && start < edit.end;
}

// Old rules and new ones may let the same pass.
function distinct(passed: readonly Passed[]): Passed[] {
  const told = new Map(passed.map((one) => [`${one.start} ${one.end} ${one.placeholder}`, one]));
  return [...told.values()].toSorted((a, b) => a.start - b.start);
}
