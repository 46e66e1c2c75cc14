import { COMMON_WINDOWS } from './common-windows.ts';
import { pairBits } from './randomness.ts';

/** Each of the four bytes of a window, without letter case, from the lowest: as they stand in a text. */
export type WindowKey = number;

const FOLD = 0x20202020;
const LEAST_BITS = -1e6;
const COMMON_BITS = -1e4;

/** Windows of four letters, the commonest first, to be looked up. */
export function ranked(windows: readonly string[]): ReadonlyMap<WindowKey, number> {
  const ranks = new Map<WindowKey, number>();
  for (const [rank, window] of windows.entries()) ranks.set(Buffer.from(window).readInt32LE() | FOLD, rank);
  return ranks;
}

interface Followed {
  readonly follows?: { readonly min: number } | undefined;
}

let common: ReadonlyMap<WindowKey, number> | undefined;

/**
 * Where the two windows of a literal end, in bytes before its end: one byte or another odd number of them apart, so that one ends
 * at an even place of the text. Of a long literal those whose bytes seldom stand together; a short one's reach over what must follow,
 * where that is known.
 */
export function windowBacks(spelling: string, { follows }: Followed): [number, number] {
  const { length } = spelling;
  const following = follows?.min ?? 0;
  if (length === 2) return following >= 2 ? [-1, -2] : [0, -1];
  if (length === 3) return [0, -1];
  if (length === 4) return [0, following > 0 ? -1 : 1];
  common ??= ranked(COMMON_WINDOWS.match(/.{4}/gs) ?? []);
  return rarest(spelling, common);
}

/** The windows of a literal of five letters or more. `ranks` are those of windows that stand in much text. */
export function rarest(spelling: string, ranks: ReadonlyMap<WindowKey, number>): [number, number] {
  const backs: [number, number] = [0, 1];
  const most: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let key = 0;
  let second = 0;
  let third = 0;
  for (let at = spelling.length - 1; at >= 0; at--) {
    const code = spelling.charCodeAt(at);
    key = (key << 8) | code;
    const first = at + 1 < spelling.length ? pairBits(code, spelling.charCodeAt(at + 1)) : 0;
    const back = spelling.length - 4 - at;
    const parity = (back & 1) as 0 | 1;
    const bits = back < 0 ? Number.NEGATIVE_INFINITY : rarity(key, first + second + third, ranks);
    if (bits > most[parity]) {
      most[parity] = bits;
      backs[parity] = back;
    }
    third = second;
    second = first;
  }
  return backs;
}

// A window of one byte is never rare: lines are made of them.
function rarity(key: WindowKey, bits: number, ranks: ReadonlyMap<WindowKey, number>): number {
  if (Math.imul(key & 0xff, 0x01010101) === key) return LEAST_BITS;
  const rank = ranks.get(key | FOLD);
  return rank === undefined ? bits : COMMON_BITS + rank;
}
