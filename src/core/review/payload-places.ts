import { PREFIX_BYTES, readPrefix } from '../session/payload.ts';
import { Column } from './column.ts';
import type { PayloadPlace } from './session-index.ts';

/** Reads at most so many bytes of a file, fewer only at its end. They are valid until the next call. */
export type ReadAt = (offset: number, length: number) => Buffer;

// A place in the sidecar can't be this.
const NOWHERE = 2 ** 52;

/**
 * Where each payload is: one record for each event that has one, in the same order. A removed payload leaves a record
 * without bytes, so what comes after it is found only by looking at each.
 */
export class PayloadPlaces {
  readonly #readAt: ReadAt;
  readonly #offsets = new Column('wide');
  readonly #sizes = new Column('u32');
  #end = 0;
  #isLost = false;

  constructor(readAt: ReadAt) {
    this.#readAt = readAt;
  }

  get length(): number {
    return this.#offsets.length;
  }

  /** Takes the next payload, of which the log says how large it is. */
  add(size: number): void {
    const header = this.#isLost ? undefined : readPrefix(this.#readAt(this.#end, PREFIX_BYTES));
    // Out of step with the log: whatever comes next belongs to nobody knows which event.
    if (header === undefined || (header.state === 'stored' && header.size !== size)) this.#isLost = true;
    const stored = header?.state === 'stored' ? size : 0;
    this.#offsets.push(this.#isLost ? NOWHERE : this.#end);
    this.#sizes.push(stored);
    this.#end += PREFIX_BYTES + stored;
  }

  /** Of payload `index` (from 0): undefined where it is not to be found. */
  at(index: number): PayloadPlace | undefined {
    const offset = this.#offsets.at(index);
    return offset === NOWHERE ? undefined : { offset, size: this.#sizes.at(index) };
  }

  /** The sidecar is another: all that come are added anew. */
  clear(): void {
    this.#offsets.clear();
    this.#sizes.clear();
    this.#end = 0;
    this.#isLost = false;
  }
}
