/** Bits of the table: with a few dozen values one in a hundred others passes. */
const BITS = 20;
const WIDTH = 4;

/**
 * Which four bytes stand side by side in any of some patterns, each of which has four and more. Says so of others, too, but of
 * few: who has hundreds of thousands of them has all.
 */
export class Neighbours {
  #bits = new Uint8Array(0);

  add(pattern: Uint8Array): void {
    if (this.#bits.length === 0) this.#bits = new Uint8Array(1 << (BITS - 3));
    for (let i = 0; i + WIDTH <= pattern.length; i++) {
      const cell = cellOf(pattern, [i, i + 1, i + 2, i + 3]);
      this.#bits[cell >>> 3] = (this.#bits[cell >>> 3] as number) | (1 << (cell & 7));
    }
  }

  /**
   * False: no pattern goes on over a gap in the text, which is between the bytes before `stop` and those from `next` on. All
   * that is needed must be there: three bytes before it and three behind.
   */
  mayCross(text: Uint8Array, stop: number, next: number): boolean {
    if (this.#bits.length === 0) return false;
    return (
      this.#has(cellOf(text, [stop - 2, stop - 1, next, next + 1])) ||
      this.#has(cellOf(text, [stop - 3, stop - 2, stop - 1, next])) ||
      this.#has(cellOf(text, [stop - 1, next, next + 1, next + 2]))
    );
  }

  #has(cell: number): boolean {
    return ((this.#bits[cell >>> 3] as number) & (1 << (cell & 7))) !== 0;
  }
}

function cellOf(bytes: Uint8Array, [a, b, c, d]: readonly [number, number, number, number]): number {
  const word =
    (bytes[a] as number) |
    ((bytes[b] as number) << 8) |
    ((bytes[c] as number) << 16) |
    ((bytes[d] as number) << 24);
  return Math.imul(word, 0x9e3779b1) >>> (32 - BITS);
}
