const SLOTS = 4096;
/** Longer pieces are worked out each time. */
const LONGEST = 48;
const PRIME = 16777619;

/**
 * Remembers what was worked out about short pieces of text, by their bytes: the same names and words come again and again,
 * and looking one up takes a tenth of making a string of it. A slot holds one piece; the next one takes its place.
 */
export class ByteMemo<T> {
  readonly #keys = new Uint8Array(SLOTS * LONGEST);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #values: (T | undefined)[] = Array.from<T | undefined>({ length: SLOTS });

  /** What was remembered about `start..end`, or what `work` says about it now. `undefined` is not remembered. */
  get(
    bytes: Uint8Array,
    { start, end }: { start: number; end: number },
    work: () => T | undefined,
  ): T | undefined {
    const length = end - start;
    if (length === 0 || length > LONGEST) return work();
    const slot = hash(bytes, start, end) & (SLOTS - 1);
    if (this.#lengths[slot] === length && this.#isEqual(slot * LONGEST, bytes, { start, end }))
      return this.#values[slot];
    const value = work();
    if (value === undefined) return value;
    this.#lengths[slot] = length;
    this.#values[slot] = value;
    for (let i = 0; i < length; i++) this.#keys[slot * LONGEST + i] = bytes[start + i] as number;
    return value;
  }

  #isEqual(at: number, bytes: Uint8Array, { start, end }: { start: number; end: number }): boolean {
    for (let i = start, k = at; i < end; i++, k++) if (this.#keys[k] !== bytes[i]) return false;
    return true;
  }
}

// FNV-1a, its upper half folded in.
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ (bytes[i] as number), PRIME);
  return value ^ (value >>> 15);
}
