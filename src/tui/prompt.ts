import type { Key } from 'ink';

import { clean } from './line.tsx';

/** What somebody who types a line does. */
export type Typing =
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'erase'; readonly all: boolean }
  | { readonly kind: 'back' }
  | { readonly kind: 'send' };

const MOST = 256;

/** What keys mean while a line is typed; several may come at once. */
export function typingOf(input: string, key: Partial<Key>): Typing[] {
  if (key.escape) return [{ kind: 'back' }];
  if (key.return) return [{ kind: 'send' }];
  if (key.ctrl && input === 'u') return [{ kind: 'erase', all: true }];
  if (key.backspace || key.delete) return [{ kind: 'erase', all: false }];
  if (key.ctrl || key.meta || key.tab || input === '') return [];
  // A slow line brings the last letters and Enter together.
  const isSent = input.endsWith('\r');
  return [pastedText(input.replace(/\r$/, '')), ...(isSent ? [{ kind: 'send' } as const] : [])];
}

/** Of something pasted only the text counts. */
export function pastedText(text: string): Typing {
  return { kind: 'type', text: clean(text.replaceAll(/[\r\n\t]+/g, ' ')) };
}

/** The line after that. */
export function typedInto(line: string, typing: Extract<Typing, { kind: 'type' | 'erase' }>): string {
  if (typing.kind === 'type') return (line + typing.text).slice(0, MOST);
  return typing.all ? '' : line.replace(/.$/su, '');
}
