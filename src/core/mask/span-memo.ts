import type { Span } from './values.ts';
import type { Window } from './window.ts';

const SLOTS = 1024;
/** Longer stretches are worked out each time. */
const LONGEST = 1024;
const PRIME = 16777619;
/** What `work` says of what may be another verdict the next time. */
export const NOT_KEPT = -1;

/**
 * Remembers what was worked out about stretches of one text, by their bytes: hostile text repeats what takes long to judge.
 * Kept are only their places in the text, for as long as it is looked at: no byte of what may be a secret. A slot holds one
 * stretch; the next one takes its place.
 */
export class SpanMemo {
  readonly #windows = new Int32Array(SLOTS);
  readonly #starts = new Int32Array(SLOTS);
  readonly #lengths = new Int32Array(SLOTS);
  readonly #asides = new Int32Array(SLOTS);
  readonly #values = new Float64Array(SLOTS);

  /**
   * What was remembered about the bytes of `start..end` in this text, or what `work` says about them now: a number from 0
   * up. `aside` is what else it depends on.
   */
  get(window: Window, { start, end, aside }: Span & { readonly aside: number }, work: () => number): number {
    const length = end - start;
    if (length <= 0 || length > LONGEST || end > window.end) return work();
    const slot = (hash(window.bytes, start, end) ^ aside) & (SLOTS - 1);
    if (
      this.#windows[slot] === window.id &&
      this.#lengths[slot] === length &&
      this.#asides[slot] === aside &&
      window.isSame({ start, end }, this.#starts[slot] as number)
    )
      return this.#values[slot] as number;
    const value = work();
    if (value === NOT_KEPT) return value;
    this.#windows[slot] = window.id;
    this.#starts[slot] = start;
    this.#lengths[slot] = length;
    this.#asides[slot] = aside;
    this.#values[slot] = value;
    return value;
  }
}

/** Of a longer stretch so many of the first and of the last bytes tell where it is kept. */
const HASHED = 24;

// FNV-1a, its upper half folded in.
function hash(bytes: Uint8Array, start: number, end: number): number {
  const isLong = end - start > 2 * HASHED;
  let value = 0x811c9dc5;
  const stop = isLong ? start + HASHED : end;
  for (let i = start; i < stop; i++) value = Math.imul(value ^ (bytes[i] as number), PRIME);
  if (isLong) for (let i = end - HASHED; i < end; i++) value = Math.imul(value ^ (bytes[i] as number), PRIME);
  value ^= end - start;
  return value ^ (value >>> 15);
}
