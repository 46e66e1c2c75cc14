import { HallpassError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { KnownValues } from '../core/mask/known-values.ts';
import { Secret } from '../core/secret.ts';
import type { SealedStore } from './sealed-store.ts';

/** What may be shown of a stored secret. */
export interface SecretEntry {
  readonly name: string;
  /** The only origins it may be sent to; none: it is not for HTTP servers at all. */
  readonly origins: readonly string[];
  /** Milliseconds since 1970. */
  readonly addedAt: number;
}

interface Stored {
  readonly value: string;
  readonly origins: readonly string[];
  readonly added_at: number;
}

const BOOK = 'secrets';

/** The secrets that a person gave to `hallpass secret add`. */
export class SecretBook {
  readonly #store: SealedStore;

  constructor(store: SealedStore) {
    this.#store = store;
  }

  list(): SecretEntry[] {
    return Object.entries(this.#read())
      .map(([name, { origins, added_at }]) => ({ name, origins, addedAt: added_at }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Returns whether one of that name was replaced. */
  add({ name, origins, addedAt }: SecretEntry, value: Secret): boolean {
    let replaced = false;
    this.#store.update(BOOK, (book) => {
      replaced = Object.hasOwn(toBook(book), name);
      return { ...toBook(book), [name]: { value: value.reveal(), origins, added_at: addedAt } };
    });
    return replaced;
  }

  /** Throws ERR_NO_SUCH_SECRET. */
  remove(name: string): void {
    this.get(name);
    this.#store.update(BOOK, (book) => {
      const { [name]: _gone, ...rest } = toBook(book);
      return Object.keys(rest).length === 0 ? undefined : rest;
    });
  }

  /** Throws ERR_NO_SUCH_SECRET. */
  get(name: string): SecretEntry & { readonly value: Secret } {
    const book = this.#read();
    const found = Object.hasOwn(book, name) ? book[name] : undefined;
    if (found === undefined) throw noSuchSecret(name, Object.keys(book));
    return { name, origins: found.origins, addedAt: found.added_at, value: new Secret(found.value) };
  }

  /** One of them as it may be put back in an argument, and the only origins whose URLs it may stand in. */
  restorable(name: string): { readonly value: Uint8Array; readonly origins: readonly string[] } | undefined {
    const book = this.#read();
    const found = Object.hasOwn(book, name) ? book[name] : undefined;
    return found && { value: Buffer.from(found.value.trim()), origins: found.origins };
  }

  /** Makes each of them a known value, which is masked wherever it turns up. */
  addTo(known: KnownValues): void {
    for (const [name, { value }] of Object.entries(this.#read()))
      known.add(value, `stored secret ${name}`, { sure: true });
  }

  #read(): Readonly<Record<string, Stored>> {
    return toBook(this.#store.read(BOOK));
  }
}

function toBook(value: unknown): Readonly<Record<string, Stored>> {
  return (value ?? {}) as Record<string, Stored>;
}

function noSuchSecret(name: string, names: readonly string[]): HallpassError {
  const guess = nearest(name, names);
  return new HallpassError(
    'ERR_NO_SUCH_SECRET',
    `no secret is stored under "${name}"`,
    guess === undefined ? {} : { hint: `Did you mean "${guess}"?` },
  );
}
