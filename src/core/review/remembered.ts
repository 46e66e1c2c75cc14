import { LIMITS } from '../limits.ts';

/** What waits, by what it waits for. The oldest is forgotten when there is too much: a log may be full of what never comes. */
export class Remembered<Value> {
  readonly #waiting = new Map<string, Value[]>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  add(key: string, value: Value): void {
    const same = this.#waiting.get(key) ?? [];
    // What is newest is forgotten last.
    this.#waiting.delete(key);
    this.#waiting.set(key, same);
    same.push(value);
    if (same.length > LIMITS.reviewSameId) same.shift();
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > LIMITS.reviewOpenCalls && oldest !== undefined) this.#waiting.delete(oldest);
  }

  newest(key: string): Value | undefined {
    return this.#waiting.get(key)?.at(-1);
  }

  /** The oldest that `fits`, which then waits no more. */
  take(key: string, fits: (value: Value) => boolean = () => true): Value | undefined {
    const same = this.#waiting.get(key);
    const at = same?.findIndex(fits) ?? -1;
    if (same === undefined || at === -1) return undefined;
    const [value] = same.splice(at, 1);
    if (same.length === 0) this.#waiting.delete(key);
    return value;
  }

  takeNewest(key: string): Value | undefined {
    const same = this.#waiting.get(key);
    const value = same?.pop();
    if (same?.length === 0) this.#waiting.delete(key);
    return value;
  }
}
