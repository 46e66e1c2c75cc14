import type { Gate, Piece, Sightings } from './gate.ts';
import {
  FLAGS,
  LAYOUT,
  LONGEST_LITERAL,
  type LiteralTable,
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

/** The passes in plain JavaScript. */
export class ScriptGate implements Gate {
  readonly #tables: Uint8Array;
  readonly #heads: Uint16Array;

  constructor({ bytes }: LiteralTable) {
    this.#tables = bytes;
    this.#heads = new Uint16Array(bytes.buffer, LAYOUT.heads, LAYOUT.headCount);
  }

  sight(piece: Piece): Sightings {
    const { bytes, after, upTo, end, final } = piece;
    const tables = this.#tables;
    const seen: Seen[] = [];
    const from = Math.max(0, after - LONGEST_LITERAL);
    let key = 0x20202020;
    const past = Math.min(end, upTo + MOST_BEHIND);
    for (let at = Math.max(0, from - 3); at < past; at++) {
      key = (key >>> 8) | (((bytes[at] as number) | 0x20) << 24);
      const hash = Math.imul(key, MULTIPLIER) >>> 12;
      if ((((tables[hash >>> 3] as number) >>> (hash & 7)) & 1) === 0 || at < from) continue;
      this.#follow(piece, { at, key }, seen);
      this.#follow(piece, { at, key: key & 0xff_ff_ff_00 }, seen);
      this.#follow(piece, { at, key: key & 0xff_ff_00_00 }, seen);
      this.#follow(piece, { at, key: key & 0x00_ff_ff_ff }, seen);
      this.#follow(piece, { at, key: key & 0x00_00_ff_ff }, seen);
    }
    if (!final) for (let at = end - 1; at <= end; at++) this.#edge(piece, at, seen);
    return { pairs: Int32Array.from(seen.flatMap(({ stop, number }) => [stop, number])), reached: upTo };
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

  #follow(piece: Piece, { at, key }: { at: number; key: number }, seen: Seen[]): void {
    const tables = this.#tables;
    let number = this.#heads[Math.imul(key, MULTIPLIER) >>> 20] as number;
    while (number !== 0) {
      const record = LAYOUT.records + number * RECORD_BYTES;
      const length = tables[record + 4] as number;
      const stop = at + 1 + backOf(tables, record);
      if (stop > piece.after && stop <= piece.upTo && stop >= length && this.#matches(piece, record, stop))
        insert(seen, { stop, number, length });
      number = (tables[record + 10] as number) | ((tables[record + 11] as number) << 8);
    }
  }

  // Literals at the end, whose windows are not all there.
  #edge(piece: Piece, stop: number, seen: Seen[]): void {
    const tables = this.#tables;
    let number = (tables[LAYOUT.edge] as number) | ((tables[LAYOUT.edge + 1] as number) << 8);
    while (number !== 0) {
      const record = LAYOUT.records + number * RECORD_BYTES;
      const length = tables[record + 4] as number;
      const isCut = stop - backOf(tables, record) > piece.end;
      if (
        isCut &&
        stop > piece.after &&
        stop <= piece.upTo &&
        stop >= length &&
        this.#matches(piece, record, stop)
      )
        insert(seen, { stop, number, length });
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
