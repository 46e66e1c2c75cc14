import type { Key } from 'ink';

/** How somebody moves in a list or a text, by arrows or as in vim. */
export type Move =
  | { readonly by: number }
  /** So many pages; half a page is 0.5. */
  | { readonly pages: number }
  | { readonly to: 'first' | 'last' };

/** The moves that keys mean; several may come at once. Empty: they mean something else. */
export function movesOf(input: string, key: Partial<Key>): Move[] {
  if (key.upArrow) return [{ by: -1 }];
  if (key.downArrow) return [{ by: 1 }];
  if (key.pageDown || (key.ctrl && input === 'f')) return [{ pages: 1 }];
  if (key.pageUp || (key.ctrl && input === 'b')) return [{ pages: -1 }];
  if (key.ctrl && input === 'd') return [{ pages: 0.5 }];
  if (key.ctrl && input === 'u') return [{ pages: -0.5 }];
  if (key.home) return [{ to: 'first' }];
  if (key.end) return [{ to: 'last' }];
  if (key.ctrl || key.meta) return [];
  if (/^(?:j+|k+)$/.test(input)) return input.split('').map((one) => ({ by: one === 'j' ? 1 : -1 }));
  if (input === ' ') return [{ pages: 1 }];
  if (input === 'g') return [{ to: 'first' }];
  return input === 'G' ? [{ to: 'last' }] : [];
}

/** Where one is after a move in a list of so many, of which a page is seen. */
export function moved(
  at: number,
  move: Move,
  list: { readonly length: number; readonly page: number },
): number {
  const last = Math.max(0, list.length - 1);
  if ('to' in move) return move.to === 'first' ? 0 : last;
  const by = 'by' in move ? move.by : Math.trunc(move.pages * Math.max(1, list.page));
  return Math.max(0, Math.min(at + by, last));
}

/** The first line in sight, so that the chosen one is among a page of them and no more moves than has to. */
export function topFor(
  at: { readonly top: number; readonly chosen: number },
  list: { readonly length: number; readonly page: number },
): number {
  const page = Math.max(1, list.page);
  const top = Math.max(at.chosen - page + 1, Math.min(at.top, at.chosen));
  return Math.max(0, Math.min(top, list.length - page));
}
