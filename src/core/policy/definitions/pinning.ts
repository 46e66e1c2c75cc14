import { HallpassError } from '../../errors.ts';
import type { DefinitionKind, DefinitionRules, SeenDefinition } from './definition.ts';
import { acceptedNotice, type Notice } from './notices.ts';
import {
  comparePage,
  keyOf,
  reported,
  type Compared,
  type Judging,
  type Pin,
  type PinBook,
  type PinStore,
  type SeenPage,
} from './pins.ts';

export interface PinningParts {
  readonly store: PinStore;
  readonly rules: DefinitionRules;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
}

/** What is pinned of one connection, and how pages are held against it. */
export class Pinning {
  readonly #parts: PinningParts;
  /** What was accepted in it has been told of. */
  #reported: PinBook | undefined;

  constructor(parts: PinningParts) {
    this.#parts = parts;
  }

  isPinned(what: DefinitionKind): boolean {
    return this.#parts.rules.changed !== 'ignore' && what !== 'resource';
  }

  /** Undefined: there is none, or none of its kind are pinned. */
  pinOf(what: DefinitionKind, key: string): Pin | undefined {
    return this.isPinned(what) ? this.#parts.store.read().pins[key] : undefined;
  }

  /** Those of a kind, with their keys, in the order of their keys in the book. */
  pinsOf(what: DefinitionKind): readonly (readonly [string, Pin])[] {
    if (!this.isPinned(what)) return [];
    return Object.entries(this.#parts.store.read().pins).filter(([key]) => key.startsWith(`${what}:`));
  }

  /** The book; undefined: it is damaged, which stops the next list, and that says so. */
  readable(): PinBook | undefined {
    try {
      return this.#parts.store.read();
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      return undefined;
    }
  }

  /** Why nobody may use a definition until somebody accepts it; `latest` is its digest as it was listed last. */
  waiting(what: DefinitionKind, key: string, latest: string | undefined): string | undefined {
    const { pages, pins, pending } = this.#parts.store.read();
    const pin = pins[key];
    if (pending[key]?.change === 'added') return 'nobody has accepted it yet';
    if (pending[key] !== undefined || (pin !== undefined && latest !== undefined && latest !== pin.digest))
      return 'its definition has changed, and nobody has accepted that yet';
    // Of tools a client knows from lists alone.
    return pin === undefined && what === 'tool' && pages.tool === 'all'
      ? 'the server does not list it'
      : undefined;
  }

  /** What is new on a page. What is hidden for good is not pinned: it would be for nothing. */
  compare(page: SeenPage, suspected: ReadonlySet<string>): Pick<Compared, 'pinned' | 'differences'> {
    const { store, rules, wall } = this.#parts;
    if (!this.isPinned(page.what)) return { pinned: 0, differences: [] };
    const pinnable = { ...page, seen: page.seen.filter(({ hidden }) => hidden === undefined) };
    const distrusts = (one: SeenDefinition): boolean =>
      rules.suspicious === 'hide' && suspected.has(keyOf(one));
    const judging: Judging = { now: wall(), distrusts };
    let compared = comparePage(store.read(), pinnable, judging);
    if (!compared.isOther) return compared;
    store.update((book) => {
      compared = comparePage(book, pinnable, judging);
      return compared.book;
    });
    return compared;
  }

  /** What somebody has accepted since this was asked last. */
  accepted(): Notice[] {
    const { store } = this.#parts;
    const book = store.read();
    if (book === this.#reported) return [];
    this.#reported = book;
    if (reported(book).accepted.length === 0) return [];
    let accepted: readonly [string, Pin][] = [];
    store.update((now) => {
      const told = reported(now);
      accepted = told.accepted;
      return told.book;
    });
    return accepted.map(([key, pin]) => acceptedNotice(key, pin));
  }
}
