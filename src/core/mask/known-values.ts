import { LIMITS } from '../limits.ts';
import type { Encoding } from './finding.ts';
import { type Pattern, patternsOf, unescapedPatterns } from './known-patterns.ts';
import { PatternTable } from './pattern-table.ts';
import { unescape } from './unescape.ts';
import { isWeakSecret } from './judge.ts';

/**
 * What became of a value: `short` ones match only as whole tokens in credential context (too little to tell them from
 * ordinary text), `too-short` ones not at all.
 */
export type AddOutcome = 'added' | 'duplicate' | 'short' | 'too-short';

/** Where a known value stands in a text. */
export interface KnownMatch {
  readonly start: number;
  readonly end: number;
  /** Where the value came from, as given to `add`. */
  readonly source: string;
  /** Which value, for `bytesOf`. */
  readonly value: number;
  readonly encoding: Encoding;
  /** base64 only: characters before `start` that hold the secret's first bits. */
  readonly lead: number;
  /** The match was found after taking escapes out; `start..end` holds them. */
  readonly escaped: boolean;
}

/** What was found, and from where on it may change when more text comes. */
export interface KnownSearch {
  readonly matches: KnownMatch[];
  readonly open: number;
}

interface Part {
  readonly from: number;
  readonly end: number;
  readonly final: boolean;
}

const SHORTEST_BYTES = 4;

/**
 * Secrets known by their value: what the broker minted or attached, secret environment variables, what the user added. Found
 * in every encoding of the masking contract. The values stay in memory only.
 */
export class KnownValues {
  readonly #raw = new PatternTable();
  readonly #unescaped = new PatternTable();
  readonly #values: { readonly bytes: Uint8Array; readonly source: string }[] = [];
  readonly #all = new Set<string>();
  readonly #short = new Map<string, string>();

  /** Number of values that can match, short ones included. */
  get size(): number {
    return this.#all.size;
  }

  /** Adds a value. `source` says in findings where it came from: `environment variable DB_PASSWORD`. */
  add(value: string, source: string): AddOutcome {
    const bytes = Buffer.from(value.trim(), 'utf8');
    if (bytes.length < SHORTEST_BYTES) return 'too-short';
    if (this.#all.has(value)) return 'duplicate';
    this.#all.add(value);
    if (bytes.length < LIMITS.shortKnownBytes || isWeakSecret(value)) {
      this.#short.set(value, source);
      return 'short';
    }
    for (const piece of pieces(bytes)) this.#addPiece(piece, source);
    return 'added';
  }

  /** Every occurrence in every encoding, in no particular order; they may overlap. Short values are not among them. */
  find(text: Uint8Array): KnownMatch[] {
    return this.search(text, { from: 0, end: text.length }, true).matches;
  }

  /** Where a short value came from, for text that is a whole token in credential context. */
  shortSource(token: string): string | undefined {
    return this.#short.get(token);
  }

  /** The value a match is of. For the engine: nothing that prints, records or sends may call it. */
  bytesOf(match: KnownMatch): Uint8Array {
    return this.#values[match.value]?.bytes ?? new Uint8Array(0);
  }

  /** Number of values that match only as whole tokens in credential context. */
  get shortSize(): number {
    return this.#short.size;
  }

  /** Like `find` over a part of a text that may go on after `end` unless `final`. */
  search(text: Uint8Array, range: { from: number; end: number }, final: boolean): KnownSearch {
    const matches: KnownMatch[] = [];
    if (this.#values.length === 0) return { matches, open: range.end };
    const raw = this.#raw.search(text, range, (pattern, start, end) => {
      matches.push(this.#match(pattern, { start, end, escaped: false }));
    });
    const escaped = hasEscapes(text, range)
      ? this.#searchUnescaped(text, { ...range, final }, matches)
      : range.end;
    return { matches, open: final ? range.end : Math.min(raw, escaped) };
  }

  #searchUnescaped(text: Uint8Array, part: Part, matches: KnownMatch[]): number {
    const plain = unescape(text, part.from, part.end);
    const range = { from: 0, end: part.final ? plain.length : plain.settled };
    const cut = this.#unescaped.search(plain.bytes, range, (pattern, from, to) => {
      const start = plain.offsets[from] as number;
      const end = plain.offsets[to] as number;
      // Without an escape in it the raw search has found it already.
      if (hasEscapes(text, { from: start, end }))
        matches.push(this.#match(pattern, { start, end, escaped: true }));
    });
    return plain.offsets[cut] as number;
  }

  #match(pattern: Pattern, at: { start: number; end: number; escaped: boolean }): KnownMatch {
    return {
      ...at,
      source: this.#values[pattern.value]?.source ?? '',
      value: pattern.value,
      encoding: pattern.encoding,
      lead: pattern.lead,
    };
  }

  #addPiece(piece: Uint8Array, source: string): void {
    const patterns = patternsOf(piece, this.#values.push({ bytes: piece, source }) - 1);
    for (const pattern of patterns) this.#raw.add(pattern);
    for (const pattern of unescapedPatterns(patterns)) {
      if (pattern.bytes.length >= SHORTEST_BYTES) this.#unescaped.add(pattern);
    }
  }
}

// A very long value is searched for in pieces, so that no stream has to hold back more than one of them.
function pieces(bytes: Uint8Array): Uint8Array[] {
  const size = LIMITS.knownPieceBytes;
  if (bytes.length <= size) return [bytes];
  const count = Math.ceil(bytes.length / size);
  const each = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * each, (i + 1) * each));
}

function hasEscapes(text: Uint8Array, range: { from: number; end: number }): boolean {
  const part = text.subarray(range.from, range.end);
  return part.includes(0x5c) || part.includes(0x25);
}
