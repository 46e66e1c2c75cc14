import type { JsonPath } from '../../jsonrpc/json-walk.ts';
import type { Slices } from '../../slices.ts';
import type { DefinitionKind } from './definition.ts';
import { Flaws } from './flaws.ts';
import { differenceNotice, kindOf, pinnedNotice, type Notice } from './notices.ts';
import { Pinning, type PinningParts } from './pinning.ts';
import { keyOf, type Difference, type SeenPage } from './pins.ts';
import { keyed } from './read.ts';
import { type Answer, SeenPages } from './seen-pages.ts';

export interface WatchParts extends PinningParts {
  /** Of digests and ids: the workspace's. */
  readonly key: Uint8Array;
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
  readonly #pinning: Pinning;
  readonly #pages: SeenPages;
  readonly #flaws: Flaws;
  /** What this session has told of. */
  readonly #news = new Set<string>();
  /** Of this session: the digest of each definition that its client does not see until somebody accepts it. */
  readonly #withheld = new Map<string, string>();
  /** Of this session: the digest of each definition as it was listed last. */
  readonly #latest = new Map<string, string>();

  constructor(parts: WatchParts) {
    const { key, rules } = parts;
    this.#parts = parts;
    this.#pinning = new Pinning(parts);
    this.#pages = new SeenPages({ key, pinning: this.#pinning });
    this.#flaws = new Flaws({ rules, pinning: this.#pinning });
  }

  /** A request goes to the server, `raw` as the client wrote it. */
  asked(raw: Uint8Array, about: { request: string; method: string; place: JsonPath }): void {
    this.#pages.asked(raw, about);
  }

  /** Its answer, before it is masked. Undefined: it says nothing of definitions. */
  seen(raw: Uint8Array, answer: Answer, slice: number): Slices<SeenPage | undefined> {
    return this.#pages.seen(raw, answer, slice);
  }

  /** Holds a page against what is pinned, and says what is to be done. */
  judge(page: SeenPage): Judgement {
    const flaws = this.#flaws.find(page);
    for (const one of page.seen) this.#latest.set(keyOf(one), one.digest);
    const suspected = new Set(flaws.map(({ key }) => key));
    const { pinned, differences } = this.#pinning.compare(page, suspected);
    const waits = this.#withhold(page, differences);
    const hidden = page.seen.filter((one) => {
      const key = keyOf(one);
      return this.#flaws.hiding(key) !== undefined || waits.has(key);
    });
    return {
      hidden: new Set(hidden.map(({ index }) => index)),
      hiddenIds: new Set(hidden.map(({ id }) => id)),
      notices: [
        ...this.#pinning.accepted(),
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
    const hidesChanged = this.#parts.rules.changed === 'hide';
    // Most requests: nothing is hidden, and nothing would be. An id is an HMAC, the dearest step of a small call.
    if (!this.#flaws.hidesAny && !hidesChanged) return { refusal: undefined, notices: [] };
    const place = keyOf({ what, id: this.idOf(what, name) });
    const hidden = this.#flaws.hiding(place);
    if (hidden !== undefined) return { refusal: hidden, notices: [] };
    if (!hidesChanged || !this.#pinning.isPinned(what)) return { refusal: undefined, notices: [] };
    const notices = this.#pinning.accepted();
    return { notices, refusal: this.#pinning.waiting(what, place, this.#latest.get(place)) };
  }

  /** The id of a definition by its name. */
  idOf(what: DefinitionKind, name: string): string {
    return keyed(this.#parts.key, what, name);
  }

  /** Calls with what kinds somebody has accepted that were hidden, until the function returned is called. */
  onAccepted(accepted: (kinds: ReadonlySet<DefinitionKind>) => void): () => void {
    const look = (): void => {
      const pins = this.#pinning.readable()?.pins ?? {};
      const taken = [...this.#withheld].filter(([key, digest]) => pins[key]?.digest === digest);
      for (const [key] of taken) this.#withheld.delete(key);
      if (taken.length > 0) accepted(new Set(taken.map(([key]) => kindOf(key))));
    };
    return this.#parts.store.watch?.(look) ?? ((): void => undefined);
  }

  /** Keys of what waits for somebody to accept it. */
  #withhold({ seen }: SeenPage, differences: readonly Difference[]): ReadonlySet<string> {
    const waits = new Set(this.#parts.rules.changed === 'hide' ? differences.map(({ key }) => key) : []);
    for (const one of seen) this.#withheld.delete(keyOf(one));
    for (const one of seen) if (waits.has(keyOf(one))) this.#withheld.set(keyOf(one), one.digest);
    return waits;
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
}
