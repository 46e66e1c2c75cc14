import type { Gate, Piece, Sightings } from './gate.ts';
import {
  FLAGS,
  FOLD,
  LAYOUT,
  LONGEST_LITERAL,
  type Tables,
  MASKS,
  MOST_BEHIND,
  MULTIPLIER,
  RECORD_BYTES,
} from './literal-table.ts';
import { RUN, SHORTEST_RUN } from './runs.ts';

interface Seen {
  readonly stop: number;
  readonly number: number;
  readonly length: number;
}

interface Place {
  readonly record: number;
  readonly number: number;
  readonly stop: number;
}

/** The passes in plain JavaScript. */
export class ScriptGate implements Gate {
  readonly #tables: Uint8Array;
  readonly #gate: Uint32Array;
  readonly #heads: Uint16Array;

  constructor({ bytes }: Tables) {
    this.#tables = bytes;
    this.#gate = new Uint32Array(bytes.buffer, LAYOUT.gate, LAYOUT.gateBytes / 4);
    this.#heads = new Uint16Array(bytes.buffer, LAYOUT.heads, LAYOUT.headCount);
  }

  sight(piece: Piece): Sightings {
    const { bytes, after, upTo, end, final } = piece;
    const seen: Seen[] = [];
    const from = Math.max(0, after - LONGEST_LITERAL);
    const past = upTo + MOST_BEHIND;
    let window = windowBefore(piece, from);
    for (let at = from; at < past; at += 2) {
      const low = at < end ? (bytes[at] as number) | FOLD : FOLD;
      const hash = Math.imul((window >>> 8) | (low << 24), MULTIPLIER);
      const word = this.#gate[hash >>> 17] as number;
      if (((word >>> (hash >>> 12)) & (word >>> (hash >>> 7)) & 1) !== 0)
        this.#compare(piece, { at, window: (window >>> 8) | (low << 24) }, seen);
      const high = at + 1 < end ? (bytes[at + 1] as number) | FOLD : FOLD;
      window = (window >>> 16) | (low << 16) | (high << 24);
    }
    if (!final) for (let stop = end - 1; stop <= end; stop++) this.#edge(piece, { stop, from }, seen);
    return { pairs: Int32Array.from(seen.flatMap((one) => [one.stop, one.number])), reached: upTo };
  }

  runs({ bytes, after, upTo, end }: Piece): Int32Array {
    const starts: number[] = [];
    let at = after;
    while (at < upTo && at + SHORTEST_RUN <= end) {
      const gap = lastGap(bytes, at, at + SHORTEST_RUN);
      if (gap >= at) {
        at = gap + 1;
        continue;
      }
      starts.push(at);
      at += SHORTEST_RUN;
      while (at < upTo && RUN[bytes[at] as number] === 1) at++;
    }
    return Int32Array.from(starts);
  }

  #compare(piece: Piece, { at, window }: { at: number; window: number }, seen: Seen[]): void {
    const tables = this.#tables;
    const kinds = tables[LAYOUT.kinds + (Math.imul(window, MULTIPLIER) >>> 17)] as number;
    for (const [mask, bits] of MASKS.entries()) {
      if (((kinds >>> mask) & 1) === 0) continue;
      let number = this.#heads[Math.imul(window & bits, MULTIPLIER) >>> 17] as number;
      while (number !== 0) {
        const record = LAYOUT.records + number * RECORD_BYTES;
        const stop = at + 1 + backOf(tables, record);
        const isCut = at >= piece.end && ((tables[record + 6] as number) & FLAGS.edge) !== 0;
        if (tables[record + 9] === mask && !isCut) this.#see(piece, { record, number, stop }, seen);
        number = (tables[record + 10] as number) | ((tables[record + 11] as number) << 8);
      }
    }
  }

  #see(piece: Piece, { record, number, stop }: Place, seen: Seen[]): void {
    const length = this.#tables[record + 4] as number;
    if (stop > piece.after && stop <= piece.upTo && stop >= length && this.#matches(piece, record, stop))
      insert(seen, { stop, number: number >> 1, length });
  }

  // Literals at the end, whose windows are not all there.
  #edge(piece: Piece, { stop, from }: { stop: number; from: number }, seen: Seen[]): void {
    const tables = this.#tables;
    let number = (tables[LAYOUT.edge] as number) | ((tables[LAYOUT.edge + 1] as number) << 8);
    while (number !== 0) {
      const record = LAYOUT.records + number * RECORD_BYTES;
      const last = stop - backOf(tables, record) - 1;
      if (last >= piece.end && (last - from) % 2 === 0) this.#see(piece, { record, number, stop }, seen);
      number = (tables[record + 12] as number) | ((tables[record + 13] as number) << 8);
    }
  }

  #matches({ bytes, end, final }: Piece, record: number, stop: number): boolean {
    const tables = this.#tables;
    const start = stop - (tables[record + 4] as number);
    const flags = tables[record + 6] as number;
    const isExact = (flags & FLAGS.exact) !== 0;
    const low = (tables[record] as number) | ((tables[record + 1] as number) << 8);
    const text = (low | ((tables[record + 2] as number) << 16)) - start;
    for (let at = start; at < stop; at++) {
      const byte = bytes[at] as number;
      const folded = !isExact && byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
      if (folded !== tables[text + at]) return false;
    }
    if ((flags & FLAGS.start) !== 0 && !this.#mayBegin(bytes, start)) return false;
    const members = LAYOUT.classes + 256 * (tables[record + 8] as number);
    const needed = stop + (tables[record + 7] as number);
    if (final && needed > end) return false;
    for (let at = stop; at < needed && at < end; at++)
      if (tables[members + (bytes[at] as number)] === 0) return false;
    return true;
  }

  // Letters and digits may end an escape or a colour: those who ask look closer.
  #mayBegin(bytes: Uint8Array, at: number): boolean {
    const before = bytes[at - 1];
    if (before === undefined || this.#tables[LAYOUT.classes + before] === 0) return true;
    return (
      before === 0x6d ||
      before === 0x4b ||
      bytes[at - 2] === 0x5c ||
      bytes[at - 3] === 0x25 ||
      bytes[at - 5] === 0x75
    );
  }
}

// The four bytes before `at`, folded.
function windowBefore({ bytes }: Piece, at: number): number {
  let window = 0x20202020;
  for (let i = Math.max(0, at - 4); i < at; i++)
    window = (window >>> 8) | (((bytes[i] as number) | FOLD) << 24);
  return window;
}

function backOf(tables: Uint8Array, record: number): number {
  return ((tables[record + 5] as number) << 24) >> 24;
}

// Windows may lie anywhere in their literals, so that these are not found in the order of their ends.
function insert(seen: Seen[], next: Seen): void {
  let at = seen.length;
  while (at > 0) {
    const before = seen[at - 1] as Seen;
    if (before.stop < next.stop || (before.stop === next.stop && before.length >= next.length)) break;
    at--;
  }
  seen.splice(at, 0, next);
}

// Position of the last byte in from..end that is in no run, or before `from`.
function lastGap(bytes: Uint8Array, from: number, end: number): number {
  let at = end - 1;
  while (at >= from && RUN[bytes[at] as number] === 1) at--;
  return at;
}
