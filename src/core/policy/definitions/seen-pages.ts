import { valueAt } from '../../jsonrpc/json-value.ts';
import type { JsonPath } from '../../jsonrpc/json-walk.ts';
import type { Masker } from '../../mask/masker.ts';
import type { Slices } from '../../slices.ts';
import { GREETINGS, LISTS, type DefinitionKind, type SeenDefinition } from './definition.ts';
import { examine, type Verdict } from './examine.ts';
import { Listings } from './listings.ts';
import type { Pinning } from './pinning.ts';
import { keyOf, type SeenPage } from './pins.ts';
import { keyed, readInstructions, readPage, type Element } from './read.ts';

/** Which request an answer is to, and where in its message. */
export interface Answer {
  readonly request: string;
  readonly method: string;
  /** Of a batch, its index. */
  readonly place: JsonPath;
  readonly masker: Masker;
}

interface SeenParts {
  /** Of digests and ids: the workspace's. */
  readonly key: Uint8Array;
  readonly pinning: Pinning;
}

/** Reads what answers say of definitions, page by page. */
export class SeenPages {
  readonly #parts: SeenParts;
  readonly #listings = new Listings();
  /** By digest: what was found in a definition. */
  readonly #verdicts = new Map<string, Verdict>();

  constructor(parts: SeenParts) {
    this.#parts = parts;
  }

  /** A request goes to the server: `request` and `place` are its own, `raw` is as the client wrote it. */
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
    const { key, pinning } = this.#parts;
    const isPinned = (id: string, digest: string): boolean =>
      pinning.pinOf(what, keyOf({ what, id }))?.digest === digest;
    return examine(element, { what, key, masker, isPinned, verdicts: this.#verdicts }, slice);
  }

  // In words of its own length, and of one list alone.
  #cursor(method: string, cursor: string): string {
    return keyed(this.#parts.key, `cursor ${method}`, cursor);
  }
}
