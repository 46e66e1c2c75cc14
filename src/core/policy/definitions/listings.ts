import { LIMITS } from '../../limits.ts';

/** Pages that belong together, up to one of them. */
export interface Listing {
  /** How many pages came before. */
  readonly depth: number;
  /** What all of them list. */
  readonly listed: Set<string>;
}

/**
 * Which pages of a list belong together: a request names its cursor, and the page before it has given that. The oldest
 * is forgotten when there are too many.
 */
export class Listings {
  /** Cursors of requests that wait. */
  readonly #asked = new Map<string, string>();
  /** What a cursor goes on with. */
  readonly #next = new Map<string, Listing>();

  /** A request: `request` tells it from all others. */
  ask(request: string, cursor: string): void {
    put(this.#asked, request, cursor);
  }

  /** Its answer. Undefined: it goes on with a listing that nobody knows. */
  answer(request: string): Listing | undefined {
    const cursor = this.#asked.get(request);
    this.#asked.delete(request);
    if (cursor === undefined) return undefined;
    return cursor === '' ? { depth: 0, listed: new Set() } : this.#next.get(cursor);
  }

  /** The page that was answered names the one after it. */
  goesOn({ depth, listed }: Listing, cursor: string): void {
    put(this.#next, cursor, { depth: depth + 1, listed });
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > LIMITS.listings && oldest !== undefined) map.delete(oldest);
}
