const BLOCK = 3;
const TABLE = 2 ** 18;

/** Looks for many needles in one pass, as Wu and Manber do: what ends no needle's beginning is leapt over. */
export class Needles {
  readonly #needles: readonly Uint8Array[];
  readonly #window: number;
  /** How far on the next window may begin, by the last block of this one. */
  readonly #leaps: Uint8Array;
  /** The needles whose beginning ends in such a block. */
  readonly #ending = new Map<number, number[]>();

  constructor(needles: readonly Uint8Array[]) {
    this.#needles = needles;
    this.#window = Math.min(255, ...needles.map(({ length }) => length));
    if (this.#window < BLOCK) throw new Error('a needle is too short to be looked for');
    this.#leaps = new Uint8Array(TABLE).fill(this.#window - BLOCK + 1);
    needles.forEach((needle, index) => this.#enter(needle, index));
  }

  /** Where each needle that is in `bytes` is first, by its index. */
  in(bytes: Uint8Array): Map<number, number> {
    const found = new Map<number, number>();
    for (let end = this.#window; end <= bytes.length;) {
      const block = blockBefore(bytes, end);
      const leap = this.#leaps[block] ?? 1;
      if (leap === 0) this.#match(bytes, { at: end - this.#window, block }, found);
      end += Math.max(leap, 1);
    }
    return found;
  }

  #enter(needle: Uint8Array, index: number): void {
    for (let end = BLOCK; end <= this.#window; end += 1) {
      const block = blockBefore(needle, end);
      this.#leaps[block] = Math.min(this.#leaps[block] ?? 0, this.#window - end);
    }
    const last = blockBefore(needle, this.#window);
    const others = this.#ending.get(last);
    if (others === undefined) this.#ending.set(last, [index]);
    else others.push(index);
  }

  #match(bytes: Uint8Array, { at, block }: { at: number; block: number }, found: Map<number, number>): void {
    for (const index of this.#ending.get(block) ?? []) {
      if (!found.has(index) && isAt(bytes, at, this.#needles[index] ?? bytes)) found.set(index, at);
    }
  }
}

// Some blocks share a number. That costs a look, and hides nothing.
function blockBefore(bytes: Uint8Array, end: number): number {
  return (((bytes[end - 3] ?? 0) << 11) ^ ((bytes[end - 2] ?? 0) << 5) ^ (bytes[end - 1] ?? 0)) & (TABLE - 1);
}

function isAt(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  return needle.every((byte, i) => bytes[at + i] === byte);
}
