type Values = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

const FIRST_LENGTH = 1024;

/** Numbers, one after the other, in as little memory as they need. */
export class Column {
  #values: Values;
  #length = 0;

  constructor(of: 'wide' | 'u32') {
    this.#values = of === 'wide' ? new Float64Array(FIRST_LENGTH) : new Uint32Array(FIRST_LENGTH);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values);
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** Throws for what isn't there. */
  at(index: number): number {
    const value = index < this.#length ? this.#values[index] : undefined;
    if (value === undefined) throw new RangeError(`there is no ${index} among ${this.#length}`);
    return value;
  }

  set(index: number, value: number): void {
    if (index < this.#length) this.#values[index] = value;
  }

  clear(): void {
    this.#length = 0;
  }
}

function grown(values: Values): Values {
  const length = 2 * values.length;
  const larger = values instanceof Float64Array ? new Float64Array(length) : new Uint32Array(length);
  larger.set(values);
  return larger;
}
