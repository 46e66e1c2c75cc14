import { PREFIX_BYTES } from '../session/payload.ts';
import type { Slices } from '../slices.ts';
import type { ReadAt } from './payload-places.ts';
import type { SessionIndex } from './session-index.ts';

/** Where the words of a session are. */
export interface SearchedBytes {
  readonly log: ReadAt;
  readonly payloads: ReadAt;
}

export interface Wanted {
  readonly text: string;
  readonly from: number;
  readonly backwards?: boolean;
}

// Larger ones would lie where garbage is collected late.
const PIECE_BYTES = 64 * 1024;
// Letters that differ in case alone may differ in length, too: of UTF-16 one unit takes up to three bytes.
const BYTES_A_UNIT = 3;

/**
 * The first event from `from` on (or, `backwards`, before it) whose line or payload has the text, in any case; undefined:
 * none. Stops after each piece of some hundred kilobytes.
 */
export function* searchSteps(
  index: SessionIndex,
  bytes: SearchedBytes,
  { text, from, backwards = false }: Wanted,
): Slices<number | undefined> {
  const search = new Search(text, { index, bytes });
  const last = index.events - 1;
  if (text === '') return undefined;
  for (let at = backwards ? from - 1 : from; at >= 0 && at <= last;) {
    const other = search.stretch(at, backwards);
    const found = yield* search.within(Math.min(at, other), Math.max(at, other), backwards);
    if (found !== undefined) return found;
    at = backwards ? other - 1 : other + 1;
    yield;
  }
  return undefined;
}

class Search {
  readonly #text: string;
  readonly #overlap: number;
  readonly #index: SessionIndex;
  readonly #bytes: SearchedBytes;

  constructor(text: string, { index, bytes }: { index: SessionIndex; bytes: SearchedBytes }) {
    this.#text = text.toLowerCase();
    this.#overlap = BYTES_A_UNIT * this.#text.length;
    this.#index = index;
    this.#bytes = bytes;
  }

  /** How far, from an event on, lines and payloads fit into a piece. */
  stretch(from: number, backwards: boolean): number {
    const step = backwards ? -1 : 1;
    let left = PIECE_BYTES - this.#size(from);
    let at = from;
    for (let next = at + step; next >= 0 && next < this.#index.events; next += step) {
      left -= this.#size(next);
      if (left < 0) return at;
      at = next;
    }
    return at;
  }

  /** All lines of them, and all payloads, lie next to each other: mostly one look at each says that there is nothing. */
  *within(first: number, last: number, backwards: boolean): Slices<number | undefined> {
    if (first !== last && !this.#mayHave(first, last)) return undefined;
    const seqs = Array.from({ length: last - first + 1 }, (_, at) => (backwards ? last - at : first + at));
    for (const seq of seqs) if (yield* this.#has(seq)) return seq;
    return undefined;
  }

  #mayHave(first: number, last: number): boolean {
    const { log, payloads } = this.#bytes;
    const lines = [this.#index.lineAt(first), this.#index.lineAt(last)] as const;
    const length = lines[1].offset + lines[1].length - lines[0].offset;
    if (this.#isIn(log(lines[0].offset, length))) return true;
    const span = this.#payloadSpan(first, last);
    return span !== undefined && this.#isIn(payloads(span.start, span.end - span.start));
  }

  #payloadSpan(first: number, last: number): { start: number; end: number } | undefined {
    let start: number | undefined;
    let end = 0;
    for (let seq = first; seq <= last; seq += 1) {
      const place = this.#index.payloadAt(seq);
      if (place === undefined) continue;
      start ??= place.offset;
      end = place.offset + PREFIX_BYTES + place.size;
    }
    return start === undefined ? undefined : { start, end };
  }

  *#has(seq: number): Slices<boolean> {
    const { offset, length } = this.#index.lineAt(seq);
    if (yield* this.#inPieces(this.#bytes.log, { offset, length })) return true;
    const place = this.#index.payloadAt(seq);
    if (place === undefined || place.size === 0) return false;
    const span = { offset: place.offset + PREFIX_BYTES, length: place.size };
    return yield* this.#inPieces(this.#bytes.payloads, span);
  }

  // Pieces overlap by as much as the text can be long: it is whole in one of them.
  *#inPieces(read: ReadAt, { offset, length }: { offset: number; length: number }): Slices<boolean> {
    const step = Math.max(PIECE_BYTES, this.#overlap);
    for (let at = 0; at < length; at += step) {
      if (at > 0) yield;
      if (this.#isIn(read(offset + at, Math.min(step + this.#overlap, length - at)))) return true;
    }
    return false;
  }

  #isIn(bytes: Buffer): boolean {
    return bytes.toString().toLowerCase().includes(this.#text);
  }

  #size(seq: number): number {
    const { length } = this.#index.lineAt(seq);
    return length + (this.#index.payloadAt(seq)?.size ?? 0);
  }
}
