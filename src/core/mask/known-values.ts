import { LIMITS } from '../limits.ts';
import type { KnownMatch } from './known-match.ts';
import { decodedForms, isTelling, isTellingNumber, pieces, tellingLines } from './known-pieces.ts';
import { type KnownSearch, KnownSearcher, SHORTEST_BYTES } from './known-search.ts';

/**
 * What became of a value: `short` ones match only as whole tokens in credential context (too little to tell them from
 * ordinary text), `too-short` ones not at all.
 */
export type AddOutcome = 'added' | 'duplicate' | 'short' | 'too-short';

/**
 * Secrets known by their value: what the broker minted or attached, secret environment variables, what the user added. Found
 * in every encoding of the masking contract. The values stay in memory only. None is ever taken out: a token that was
 * revoked may still turn up, and is nobody's business.
 */
export class KnownValues {
  readonly #searcher = new KnownSearcher();
  /** Each value, and where it came from: the same one may stand in several places. */
  readonly #all = new Map<string, readonly string[]>();
  readonly #short = new Map<string, string>();
  /** A bit for each two bytes that stand beside each other in a value. */
  readonly #pairs = new Uint8Array(65_536 / 8);
  #longest = 0;

  /** Number of values that can match, short ones included. */
  get size(): number {
    return this.#all.size;
  }

  /**
   * Adds a value. `source` says in findings where it came from: `environment variable DB_PASSWORD`. `sure`: a person or a
   * server said that it is a secret; it was not merely found under a name.
   */
  add(text: string, source: string, { sure = false }: { readonly sure?: boolean } = {}): AddOutcome {
    const value = text.trim();
    const bytes = Buffer.from(value, 'utf8');
    if (bytes.length < SHORTEST_BYTES) return 'too-short';
    const sources = this.#all.get(value);
    if (sources?.includes(source) !== true) this.#all.set(value, [...(sources ?? []), source]);
    if (sources !== undefined) return 'duplicate';
    const alone = isTellingNumber(value, sure);
    if (bytes.length < LIMITS.shortKnownBytes || !(alone || isTelling(value, sure))) {
      this.#short.set(value, source);
      return 'short';
    }
    for (const form of [value, ...decodedForms(value)]) this.#addForm(form, source, alone);
    return 'added';
  }

  /** Length of the longest value or piece of one that is searched for as it is. */
  get longest(): number {
    return this.#longest;
  }

  /** Whether in any of them `after` stands right behind `before`. */
  hasPair(before: number, after: number): boolean {
    const pair = (before << 8) | after;
    return ((this.#pairs[pair >> 3] as number) & (1 << (pair & 7))) !== 0;
  }

  /** False: none of them goes on, as it is, over a gap in the text; see `Neighbours`. */
  mayCross(text: Uint8Array, stop: number, next: number): boolean {
    return this.#searcher.mayCross(text, stop, next);
  }

  /** Every occurrence in every encoding, in no particular order; they may overlap. Short values are not among them. */
  find(text: Uint8Array): KnownMatch[] {
    return this.search(text, { from: 0, end: text.length }, true).matches;
  }

  /** Where a short value came from, for text that is a whole token in credential context. */
  shortSource(token: string): string | undefined {
    return this.#short.get(token);
  }

  /** Whether a value begins at `start`, as it is or encoded. Undefined when what comes after `end` decides. */
  beginsAt(text: Uint8Array, place: { start: number; end: number }): boolean | undefined {
    return this.#searcher.beginsAt(text, place);
  }

  /** Where a value came from; nowhere: it is not known. */
  sourcesOf(value: string): readonly string[] {
    return this.#all.get(value.trim()) ?? [];
  }

  /** Where the first value came from of which this is true. For telling what is known of something, never for what it is. */
  sourceWhere(isMeant: (value: Uint8Array) => boolean): string | undefined {
    for (const [value, [source]] of this.#all) if (isMeant(Buffer.from(value))) return source;
    return undefined;
  }

  /** The value a match is of. For the engine: nothing that prints, records or sends may call it. */
  bytesOf(match: KnownMatch): Uint8Array {
    return this.#searcher.bytesOf(match);
  }

  /** Number of values that match only as whole tokens in credential context. */
  get shortSize(): number {
    return this.#short.size;
  }

  /** Like `find` over a part of a text that may go on after `end` unless `final`. */
  search(text: Uint8Array, range: { from: number; end: number }, final: boolean): KnownSearch {
    return this.#searcher.search(text, range, final);
  }

  #note(bytes: Uint8Array): void {
    this.#longest = Math.max(this.#longest, bytes.length);
    for (let i = 1; i < bytes.length; i++) {
      const pair = ((bytes[i - 1] as number) << 8) | (bytes[i] as number);
      this.#pairs[pair >> 3] = (this.#pairs[pair >> 3] as number) | (1 << (pair & 7));
    }
  }

  #addForm(value: string, source: string, alone: boolean): void {
    const whole = pieces(Buffer.from(value, 'utf8'));
    for (const piece of whole) this.#note(piece);
    for (const piece of whole) this.#searcher.add({ bytes: piece, source, alone, part: whole.length > 1 });
    for (const line of tellingLines(value))
      this.#searcher.add({ bytes: line, source, alone: false, part: true });
  }
}
