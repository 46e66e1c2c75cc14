import type { Key } from 'ink';

import type { Intent } from './replay-state.ts';

/** What a key means; how far a page goes, and what the next event is, others know. */
export type Wanted =
  | Exclude<Intent, { kind: 'scroll' | 'step' }>
  | { readonly kind: 'scroll'; readonly by: number }
  | { readonly kind: 'half'; readonly by: 1 | -1 }
  | { readonly kind: 'event'; readonly by: 1 | -1 }
  | { readonly kind: 'leave' }
  | { readonly kind: 'quit' };

const SECOND = 1e6;
const NEAR = 5 * SECOND;
const FAR = 30 * SECOND;

/** What was pressed means. Keys may come several at a time; then none of them leaves. */
export function intentsOf(input: string, key: Partial<Key>): Wanted[] {
  if (input.length <= 1 || key.ctrl || key.meta) return [intentOf(input, key) ?? []].flat();
  const wanted = Array.from(input, (one) => intentOf(one, key) ?? []).flat();
  return wanted.filter(({ kind }) => kind !== 'leave' && kind !== 'quit');
}

function intentOf(input: string, key: Partial<Key>): Wanted | undefined {
  if (key.escape || key.backspace) return { kind: 'leave' };
  if (key.leftArrow) return { kind: 'seek', by: key.shift ? -FAR : -NEAR };
  if (key.rightArrow) return { kind: 'seek', by: key.shift ? FAR : NEAR };
  if (key.upArrow) return { kind: 'scroll', by: 1 };
  if (key.downArrow) return { kind: 'scroll', by: -1 };
  if (key.pageUp) return { kind: 'seek', by: -FAR };
  if (key.pageDown) return { kind: 'seek', by: FAR };
  if (key.home) return { kind: 'part', part: 0 };
  if (key.end) return { kind: 'part', part: 1 };
  if (key.ctrl && (input === 'u' || input === 'd')) return { kind: 'half', by: input === 'u' ? 1 : -1 };
  if (key.ctrl || key.meta) return undefined;
  if (/^\d$/.test(input)) return { kind: 'part', part: Number(input) / 10 };
  return LETTERS.get(input);
}

const LETTERS: ReadonlyMap<string, Wanted> = new Map<string, Wanted>([
  [' ', { kind: 'toggle' }],
  ['+', { kind: 'speed', by: 1 }],
  ['=', { kind: 'speed', by: 1 }],
  ['>', { kind: 'speed', by: 1 }],
  ['-', { kind: 'speed', by: -1 }],
  ['<', { kind: 'speed', by: -1 }],
  ['i', { kind: 'skip' }],
  ['h', { kind: 'seek', by: -NEAR }],
  ['l', { kind: 'seek', by: NEAR }],
  ['H', { kind: 'seek', by: -FAR }],
  ['L', { kind: 'seek', by: FAR }],
  ['j', { kind: 'scroll', by: -1 }],
  ['k', { kind: 'scroll', by: 1 }],
  ['g', { kind: 'part', part: 0 }],
  ['G', { kind: 'part', part: 1 }],
  [']', { kind: 'finding', isBack: false }],
  ['[', { kind: 'finding', isBack: true }],
  ['.', { kind: 'event', by: 1 }],
  [',', { kind: 'event', by: -1 }],
  ['?', { kind: 'help' }],
  ['p', { kind: 'leave' }],
  ['q', { kind: 'quit' }],
]);
