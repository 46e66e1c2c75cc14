import { hasLine } from './has-line.ts';
import { Found, type Known, type KnownMatch, type Part, withoutBackslashes } from './known-match.ts';
import { type Pattern, type Spelled, spellingsOf, unescapedSpellings } from './known-patterns.ts';
import { Neighbours } from './neighbours.ts';
import { PatternTable } from './pattern-table.ts';
import { Reduction, type Unescaped } from './reduction.ts';
import { escapeRegions, escapeStart, unescapeInto } from './unescape.ts';
import { WindowGate } from './window-gate.ts';
import { joinedLines, LONGEST_HEAD, withLineEnds } from './wrapped.ts';

/** What was found, and from where on it may change when more text comes. */
export interface KnownSearch {
  readonly matches: KnownMatch[];
  readonly open: number;
}

/** Shorter text would be found everywhere. */
export const SHORTEST_BYTES = 4;

/**
 * Searches a text for values in every spelling: as they are, among escapes, and in base64 and hex that go on from line to line.
 */
export class KnownSearcher {
  readonly #gate = new WindowGate();
  readonly #raw = new PatternTable(this.#gate);
  readonly #unescaped = new PatternTable(this.#gate);
  readonly #encoded = new PatternTable(this.#gate);
  /** Of values and their pieces as they are, and of what they are encoded. */
  readonly #plain = new Neighbours();
  readonly #neighbours = new Neighbours();
  readonly #reduction = new Reduction();
  readonly #values: Known[] = [];

  /** From now on it is found. */
  add(known: Known): void {
    this.#plain.add(known.bytes);
    const spellings = spellingsOf(known.bytes, this.#values.push(known) - 1);
    const patterns = spellings.map((spelled) => anchored(spelled, this.#raw));
    for (const pattern of patterns) {
      this.#raw.add(pattern);
      if (pattern.encoding === 'plain') continue;
      this.#encoded.add(pattern);
      this.#neighbours.add(pattern.bytes);
    }
    for (const spelled of unescapedSpellings(patterns)) {
      if (spelled.bytes.length < SHORTEST_BYTES) continue;
      const pattern = anchored(spelled, this.#unescaped);
      this.#unescaped.add(pattern);
      // Where its first bytes are no escapes yet, a stream must wait for more.
      if (pattern.edgeless === true) this.#raw.add(pattern, { begun: true });
    }
  }

  /** The value a match is of. */
  bytesOf(match: KnownMatch): Uint8Array {
    return this.#values[match.value]?.bytes ?? new Uint8Array(0);
  }

  /** False: no value goes on, as it is, over a gap in the text; see `Neighbours`. */
  mayCross(text: Uint8Array, stop: number, next: number): boolean {
    return this.#plain.mayCross(text, stop, next);
  }

  /** Whether a value begins at `start`, as it is or encoded. Undefined when what comes after `end` decides. */
  beginsAt(text: Uint8Array, place: { start: number; end: number }): boolean | undefined {
    let isThere = false;
    const isCut = this.#raw.begunAt(text, place, ({ edgeless }) => (isThere ||= edgeless !== true));
    return isThere || (isCut ? undefined : false);
  }

  /** Every occurrence in a part of a text that may go on after `end` unless `final`. */
  search(text: Uint8Array, range: { from: number; end: number }, final: boolean): KnownSearch {
    if (this.#values.length === 0) return { matches: [], open: range.end };
    const part = { ...range, final };
    const found = new Found(text, part, this.#values);
    const raw = this.#raw.search(text, part, (pattern, start, end) => found.add(pattern, { start, end }));
    const wrapped = hasLine(text, range)
      ? this.#searchJoined(text, { ...part, told: part.end }, (pattern, at) =>
          found.add(pattern, { ...at, wrapped: true }),
        )
      : range.end;
    const escaped = this.#searchEscapes(text, { ...part, open: Math.min(raw, wrapped) }, found);
    return { matches: found.matches, open: final ? range.end : Math.min(escaped, found.open) };
  }

  // Returns `open`, or where before it a match may begin; never within an escape.
  #searchEscapes(text: Uint8Array, part: Part & { readonly open: number }, found: Found): number {
    let { open } = part;
    // Escapes that were passed already may make a line of what stands before a line end.
    const seen = { from: Math.max(0, part.from - LONGEST_HEAD), end: part.end };
    for (const region of escapeRegions(text, seen, this.#unescaped.longest)) {
      const { end } = region;
      const from = Math.max(region.from, part.from);
      if (end <= from) continue;
      const plain = unescapeInto(this.#reduction, text, { from, end });
      const at = { from, end, final: part.final || end < part.end };
      const cut = this.#searchUnescaped(text, { part: at, plain }, found);
      if (end === part.end) open = escapeStart(plain, Math.min(open, cut, found.open));
    }
    return open;
  }

  #searchUnescaped(
    text: Uint8Array,
    { part, plain }: { part: Part; plain: Unescaped },
    found: Found,
  ): number {
    const { bytes, offsets } = plain;
    const range = { from: 0, end: part.final ? plain.length : plain.settled, final: part.final };
    const cut = this.#unescaped.search(bytes, range, (pattern, from, to) => {
      const begin = { at: offsets[from] as number, next: offsets[from + 1] as number };
      const start = withoutBackslashes(text, begin, this.#values[pattern.value]?.bytes[0]);
      const end = offsets[to] as number;
      // Without an escape in it the raw search has found it already.
      if (hasEscapes(text, { from: start, end })) found.add(pattern, { start, end, escaped: true });
    });
    const wrapped = hasLine(text, part) ? this.#searchLines(text, { part, plain }, found) : range.end;
    return offsets[Math.min(cut, wrapped, range.end)] as number;
  }

  #searchLines(text: Uint8Array, { part, plain }: { part: Part; plain: Unescaped }, found: Found): number {
    const { offsets } = plain;
    const { bytes, head, told } = withLineEnds(text, plain, part);
    const open = this.#searchJoined(
      bytes,
      { from: head, end: bytes.length, final: part.final, told },
      (pattern, at) => {
        const [start, end] = [offsets[at.start - head] as number, offsets[at.end - head] as number];
        // Without an escape in it, too, where one makes a line of what stands before the line end.
        if (hasEscapes(text, { from: start, end }) || !found.hasOverLines(pattern, start))
          found.add(pattern, { start, end, escaped: true, wrapped: true });
      },
    );
    return open - head;
  }

  #searchJoined(
    text: Uint8Array,
    { from, end, final, told }: Part & { readonly told: number },
    on: (pattern: Pattern, at: { start: number; end: number }) => void,
  ): number {
    let open = end;
    for (const { bytes, offsets, length } of joinedLines(text, { from, end }, this.#neighbours)) {
      const cut = this.#encoded.search(bytes, { from: 0, end: length, final }, (pattern, first, past) => {
        const at = { start: offsets[first] as number, end: (offsets[past - 1] as number) + 1 };
        if (at.end - at.start > past - first) on(pattern, at);
      });
      if ((offsets[length] as number) >= told) open = Math.min(open, offsets[cut] as number);
    }
    return open;
  }
}

function anchored(spelled: Spelled, table: PatternTable): Pattern {
  return { ...spelled, anchor: table.anchorFor(spelled.bytes) };
}

function hasEscapes(text: Uint8Array, range: { from: number; end: number }): boolean {
  const part = text.subarray(range.from, range.end);
  return part.includes(0x5c) || part.includes(0x25);
}
