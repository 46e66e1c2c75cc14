import { expect, test } from 'vitest';

import { eachKey } from '../../src/tui/each-key.ts';
import { typedInto, typingOf } from '../../src/tui/prompt.ts';
import { agoText, momentText, sizeText, tookText } from '../../src/tui/time-text.ts';

test('keys that come together are as if they had come one by one, and say that they did not', () => {
  expect(eachKey('j', {})).toEqual([{ input: 'j', key: {}, isAlone: true }]);
  expect(eachKey('', { return: true })).toEqual([{ input: '', key: { return: true }, isAlone: true }]);
  expect(eachKey(']\r\u007f', {})).toEqual([
    { input: ']', key: {}, isAlone: false },
    { input: '', key: { return: true }, isAlone: false },
    { input: '', key: { backspace: true }, isAlone: false },
  ]);
});

test('a line is typed, erased, sent and left', () => {
  expect(typingOf('ab\r', {})).toEqual([{ kind: 'type', text: 'ab' }, { kind: 'send' }]);
  expect(typingOf('\u001b[31m', {})).toEqual([{ kind: 'type', text: '\\x1b[31m' }]);
  expect(typingOf('u', { ctrl: true })).toEqual([{ kind: 'erase', all: true }]);
  expect(typedInto('ab\u{1f600}', { kind: 'erase', all: false })).toBe('ab');
  expect(typedInto('x'.repeat(300), { kind: 'type', text: 'y' })).toHaveLength(256);
});

test.each([
  [momentText(0), '+0.000'],
  [momentText(99_999_000), '+99.999'],
  [momentText(100e6), '+01:40'],
  [momentText(36_061e6), '+10:01:01'],
  [tookText(50), '0.1 ms'],
  [tookText(12_345), '12 ms'],
  [tookText(1_500_000), '1.50 s'],
  [tookText(125_000_000), '2 min'],
  [sizeText(1023), '1023 B'],
  [sizeText(1536), '1.5 KB'],
  [sizeText(64 * 1024 * 1024), '64 MB'],
  [agoText(undefined, 0), '-'],
  [agoText(0, 59_000), 'now'],
  [agoText(0, 3 * 3_600_000), '3 h'],
  [agoText(0, 49 * 3_600_000), '2 d'],
])('%s', (text, expected) => expect(text).toBe(expected));
