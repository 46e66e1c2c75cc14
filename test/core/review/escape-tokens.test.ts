import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { EscapeTokens } from '../../../src/core/review/escape-tokens.ts';

const ESC = '\u001b';

/** Kinds and texts; neighbouring texts are one. */
function read(...pieces: string[]): string[] {
  const tokens = new EscapeTokens();
  const all = [...pieces.flatMap((piece) => tokens.push(piece)), ...tokens.end()];
  const joined: { kind: string; text: string }[] = [];
  for (const { kind, text } of all) {
    const last = joined.at(-1);
    if (last !== undefined && last.kind === 'text' && kind === 'text') last.text += text;
    else joined.push({ kind, text });
  }
  return joined.map(({ kind, text }) => `${kind} ${text}`);
}

describe('what a program wrote', () => {
  const cases: [string, string[]][] = [
    ['plain\r\n', ['text plain\r\n']],
    [`${ESC}[1;31mred${ESC}[m`, [`control ${ESC}[1;31m`, 'text red', `control ${ESC}[m`]],
    [`${ESC}[?25h${ESC}[2 q`, [`control ${ESC}[?25h`, `control ${ESC}[2 q`]],
    [`${ESC}]0;title\u0007x`, [`alien ${ESC}]0;title\u0007`, 'text x']],
    [`${ESC}P1q${ESC}\\x`, [`alien ${ESC}P1q${ESC}\\`, 'text x']],
    [`${ESC}_apc${ESC}[2J`, [`alien ${ESC}`, 'text _apc', `control ${ESC}[2J`]],
    [`${ESC}(B${ESC}7`, [`escape ${ESC}(B`, `escape ${ESC}7`]],
    [`${ESC}[3\nm`, [`alien ${ESC}`, 'text [3\nm']],
    [`a${ESC}`, ['text a', `alien ${ESC}`]],
    [`${ESC}]52;c;ever`, [`alien ${ESC}]52;c;ever`]],
    [`${ESC}${ESC}[m`, [`alien ${ESC}`, `control ${ESC}[m`]],
  ];

  test.for(cases)('%j', ([text, tokens]) => expect(read(text)).toEqual(tokens));

  test.for(cases)('%j is the same wherever it is cut', ([text, tokens]) => {
    for (let at = 0; at <= text.length; at += 1)
      expect(read(text.slice(0, at), text.slice(at))).toEqual(tokens);
    expect(read(...text.split(''))).toEqual(tokens);
  });
});

test('a sequence that never ends is text once it is too long to be one', () => {
  const tokens = new EscapeTokens();
  expect(tokens.push(`${ESC}]`)).toEqual([]);
  const seen = Array.from({ length: 2 * LIMITS.replaySequenceChars }, () => tokens.push('x')).flat();
  expect(seen.map(({ text }) => text.length).reduce((sum, length) => sum + length)).toBe(
    2 * LIMITS.replaySequenceChars + 2,
  );
  expect(seen[0]).toEqual({ kind: 'alien', text: ESC });
});
