import { HallpassError } from '../../errors.ts';
import { valueAt } from '../../jsonrpc/json-value.ts';
import type { JsonPath } from '../../jsonrpc/json-walk.ts';
import type { Masker } from '../../mask/masker.ts';
import type { Slices } from '../../slices.ts';
import {
  GREETINGS,
  LISTS,
  type DefinitionKind,
  type DefinitionRules,
  type SeenDefinition,
} from './definition.ts';
import { examine, type Verdict } from './examine.ts';
import { Listings } from './listings.ts';
import {
  comparePage,
  keyOf,
  reported,
  type Compared,
  type Difference,
  type Judging,
  type Pin,
  type PinBook,
  type PinStore,
  type SeenPage,
} from './pins.ts';
import { acceptedNotice, differenceNotice, kindOf, pinnedNotice, type Notice } from './notices.ts';
import { keyed, readInstructions, readPage, type Element } from './read.ts';

export interface WatchParts {
  /** Of digests and ids: the workspace's. */
  readonly key: Uint8Array;
  readonly store: PinStore;
  readonly rules: DefinitionRules;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
}

/** Which request an answer is to, and where in its message. */
export interface Answer {
  readonly request: string;
  readonly method: string;
  /** Of a batch, its index. */
  readonly place: JsonPath;
  readonly masker: Masker;
}

/** What is to be done about one page. */
export interface Judgement {
  /** Elements that nobody may see, by index and by id. */
  readonly hidden: ReadonlySet<number>;
  readonly hiddenIds: ReadonlySet<string>;
  readonly notices: readonly Notice[];
}

/** Watches over what one connection's server says of itself, for as long as a session lasts. */
export class DefinitionWatch {
  readonly #parts: WatchParts;
  readonly #listings = new Listings();
  /** What this session has told of. */
  readonly #news = new Set<string>();
  /** Of this session: why a definition is hidden that no acceptance brings back. */
  readonly #hidden = new Map<string, string>();
  /** Of this session: the digest of each definition that its client does not see until somebody accepts it. */
  readonly #withheld = new Map<string, string>();
  /** By digest: what was found in a definition. */
  readonly #verdicts = new Map<string, Verdict>();
  /** What was accepted in it has been told of. */
  #reported: PinBook | undefined;
  /** Of this session: the digest of each definition as it was listed last. */
  readonly #latest = new Map<string, string>();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** A request goes to the server: `scope` and `id` are its own, `raw` is as the client wrote it. */
  asked(
    raw: Uint8Array,
    { request, method, place }: { request: string; method: string; place: JsonPath },
  ): void {
    if (!LISTS.has(method)) return;
    const cursor = valueAt(raw, [...place, 'params', 'cursor']);
    this.#listings.ask(request, typeof cursor === 'string' ? this.#cursor(method, cursor) : '');
  }

  /** Its answer, before it is masked. Undefined: it says nothing of definitions. */
  *seen(
    raw: Uint8Array,
    { request, method, place, masker }: Answer,
    slice: number,
  ): Slices<SeenPage | undefined> {
    if (GREETINGS.has(method)) return yield* this.#greeting(raw, { place, masker }, slice);
    const list = LISTS.get(method);
    if (list === undefined) return undefined;
    const page = yield* readPage(raw, { place, key: list.key }, slice);
    if (page === undefined) return undefined;
    const seen: SeenDefinition[] = [];
    for (const element of page.elements) {
      seen.push(yield* this.#examine(element, { what: list.what, masker }, slice));
      yield;
    }
    const listing = this.#listings.answer(request);
    for (const one of seen) listing?.listed.add(keyOf(one));
    const next = page.nextCursor ?? '';
    if (listing !== undefined && next !== '') this.#listings.goesOn(listing, this.#cursor(method, next));
    const listed = listing?.listed ?? new Set();
    return { what: list.what, seen, depth: listing?.depth, isLast: next === '', listed };
  }

  /** Holds a page against what is pinned, and says what is to be done. */
  judge(page: SeenPage): Judgement {
    const { rules } = this.#parts;
    const looks = this.#looksOf(page.what);
    const flaws = page.seen.flatMap((one) => this.#flaws(one, looks));
    const suspected = new Set(flaws.map(({ key }) => key));
    const { pinned, differences } = this.#compare(page, suspected);
    const waits = new Set(rules.changed === 'hide' ? differences.map(({ key }) => key) : []);
    const hidden = page.seen.filter((one) => this.#hidden.has(keyOf(one)) || waits.has(keyOf(one)));
    for (const one of page.seen) this.#withheld.delete(keyOf(one));
    for (const one of page.seen) if (waits.has(keyOf(one))) this.#withheld.set(keyOf(one), one.digest);
    return {
      hidden: new Set(hidden.map(({ index }) => index)),
      hiddenIds: new Set(hidden.map(({ id }) => id)),
      notices: [
        ...this.#accepted(),
        ...(pinned > 0 ? [pinnedNotice(page.what, pinned)] : []),
        ...flaws.filter(({ key, notice }) => this.#isNews(notice.change, key)).map(({ notice }) => notice),
        ...differences.flatMap((difference) => this.#told(difference, suspected)),
      ],
    };
  }

  /** What is against a request by name; and what was accepted meanwhile. */
  asks(
    what: DefinitionKind,
    name: string,
  ): { readonly refusal: string | undefined; readonly notices: Notice[] } {
    // Most requests: nothing is hidden, and nothing would be. An id is an HMAC, the dearest step of a small call.
    if (this.#hidden.size === 0 && this.#parts.rules.changed !== 'hide')
      return { refusal: undefined, notices: [] };
    const place = keyOf({ what, id: this.idOf(what, name) });
    const hidden = this.#hidden.get(place);
    if (hidden !== undefined) return { refusal: hidden, notices: [] };
    if (this.#parts.rules.changed !== 'hide' || !this.#isPinned(what))
      return { refusal: undefined, notices: [] };
    return { notices: this.#accepted(), refusal: this.#waiting(what, place) };
  }

  /** The id of a definition by its name. */
  idOf(what: DefinitionKind, name: string): string {
    return keyed(this.#parts.key, what, name);
  }

  /** Calls with what kinds somebody has accepted that were hidden, until the function returned is called. */
  onAccepted(accepted: (kinds: ReadonlySet<DefinitionKind>) => void): () => void {
    const look = (): void => {
      const pins = this.#readable()?.pins ?? {};
      const taken = [...this.#withheld].filter(([key, digest]) => pins[key]?.digest === digest);
      for (const [key] of taken) this.#withheld.delete(key);
      if (taken.length > 0) accepted(new Set(taken.map(([key]) => kindOf(key))));
    };
    return this.#parts.store.watch?.(look) ?? ((): void => undefined);
  }

  // What is damaged stops the next list, which says so.
  #readable(): PinBook | undefined {
    try {
      return this.#parts.store.read();
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      return undefined;
    }
  }

  #waiting(what: DefinitionKind, place: string): string | undefined {
    const { pages, pins, pending } = this.#parts.store.read();
    const pin = pins[place];
    const latest = this.#latest.get(place);
    if (pending[place]?.change === 'added') return 'nobody has accepted it yet';
    if (pending[place] !== undefined || (pin !== undefined && latest !== undefined && latest !== pin.digest))
      return 'its definition has changed, and nobody has accepted that yet';
    // Of tools a client knows from lists alone.
    return pin === undefined && what === 'tool' && pages.tool === 'all'
      ? 'the server does not list it'
      : undefined;
  }

  *#greeting(
    raw: Uint8Array,
    { place, masker }: { place: JsonPath; masker: Masker },
    slice: number,
  ): Slices<SeenPage | undefined> {
    const found = yield* readInstructions(raw, place, slice);
    if (found === undefined) return undefined;
    const seen: SeenDefinition[] = [];
    for (const one of found)
      seen.push(yield* this.#examine({ index: 0, raw: one }, { what: 'instructions', masker }, slice));
    const listed = new Set(seen.map(keyOf));
    return { what: 'instructions', seen, depth: 0, isLast: true, listed };
  }

  #examine(
    element: Element,
    { what, masker }: { what: DefinitionKind; masker: Masker },
    slice: number,
  ): Slices<SeenDefinition> {
    const { key, store } = this.#parts;
    const isPinned = (id: string, digest: string): boolean =>
      this.#isPinned(what) && store.read().pins[keyOf({ what, id })]?.digest === digest;
    return examine(element, { what, key, masker, isPinned, verdicts: this.#verdicts }, slice);
  }

  #isPinned(what: DefinitionKind): boolean {
    return this.#parts.rules.changed !== 'ignore' && what !== 'resource';
  }

  // What is wrong with a definition by itself.
  #flaws(one: SeenDefinition, looks: Map<string, Look>): Flaw[] {
    const { rules } = this.#parts;
    const key = keyOf(one);
    this.#hidden.delete(key);
    this.#latest.set(key, one.digest);
    const { what, name, hidden } = one;
    const about = { what, name, count: undefined, fields: [], isNew: one.fields !== undefined };
    if (hidden !== undefined) {
      this.#hidden.set(key, hidden);
      return [{ key, notice: { ...about, change: 'hidden', action: 'hide', reason: hidden } }];
    }
    const suspicion = one.suspicion ?? likeAnother(one, looks);
    if (suspicion === undefined || rules.suspicious === 'ignore' || this.#isAccepted(key, one)) return [];
    if (rules.suspicious === 'hide') this.#hidden.set(key, suspicion);
    return [{ key, notice: { ...about, change: 'suspicious', action: rules.suspicious, reason: suspicion } }];
  }

  #looksOf(kind: DefinitionKind): Map<string, Look> {
    if (!this.#isPinned(kind)) return new Map();
    const pins = Object.entries(this.#parts.store.read().pins).filter(([key]) => key.startsWith(`${kind}:`));
    return new Map(pins.toReversed().map(([key, { skeleton, name }]) => [skeleton, { key, name }]));
  }

  // A person has looked at it.
  #isAccepted(key: string, { what, digest }: SeenDefinition): boolean {
    const pin = this.#isPinned(what) ? this.#parts.store.read().pins[key] : undefined;
    return pin?.accepted !== undefined && pin.digest === digest;
  }

  // What is hidden for good is not pinned: it would be for nothing.
  #compare(page: SeenPage, suspected: ReadonlySet<string>): Pick<Compared, 'pinned' | 'differences'> {
    const { store, rules, wall } = this.#parts;
    if (!this.#isPinned(page.what)) return { pinned: 0, differences: [] };
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

  #accepted(): Notice[] {
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

  #told(difference: Difference, suspected: ReadonlySet<string>): Notice[] {
    const { change, key, digest } = difference;
    if (change === 'added' && suspected.has(key)) return [];
    if (!this.#isNews(`${change} ${digest}`, key)) return [];
    return [differenceNotice(difference, this.#parts.rules.changed)];
  }

  #isNews(what: string, key: string): boolean {
    const news = `${what} ${key}`;
    if (this.#news.has(news)) return false;
    this.#news.add(news);
    return true;
  }

  // In words of its own length, and of one list alone.
  #cursor(method: string, cursor: string): string {
    return keyed(this.#parts.key, `cursor ${method}`, cursor);
  }
}

/** What a name looks like, and whose that was first. */
interface Look {
  readonly key: string;
  readonly name: string;
}

interface Flaw {
  readonly key: string;
  readonly notice: Notice;
}

function likeAnother(one: SeenDefinition, looks: Map<string, Look>): string | undefined {
  if (one.what !== 'tool' && one.what !== 'prompt') return undefined;
  const key = keyOf(one);
  const other = looks.get(one.skeleton);
  if (other === undefined) looks.set(one.skeleton, { key, name: one.name });
  return other === undefined || other.key === key ? undefined : `it looks like another, “${other.name}”`;
}
