import type { Key } from 'ink';

/** A key that was pressed. */
export interface Pressed {
  readonly input: string;
  readonly key: Partial<Key>;
  /** It came by itself. What came with others may have been pasted: no more than to move about is to come of it. */
  readonly isAlone: boolean;
}

/** The keys of an input, one by one: from a slow line, or a quick hand, several come together. */
export function eachKey(input: string, key: Partial<Key>): Pressed[] {
  if (input.length <= 1 || key.ctrl || key.meta) return [{ input, key, isAlone: true }];
  return Array.from(input, (one) => ({ ...ofCharacter(one), isAlone: false }));
}

function ofCharacter(one: string): { input: string; key: Partial<Key> } {
  if (one === '\r') return { input: '', key: { return: true } };
  if (one === '\u007f' || one === '\b') return { input: '', key: { backspace: true } };
  return { input: one, key: {} };
}
