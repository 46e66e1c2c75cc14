import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { ReplayPage, spansOf } from '../../../src/core/review/replay-page.ts';
import { everyCut } from '../../helpers/chunks.ts';

const ESC = '\u001b';

function pageOf(...chunks: (string | Uint8Array)[]): ReplayPage {
  const page = new ReplayPage();
  for (const chunk of chunks) page.write('terminal', typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return page;
}

function texts(page: ReplayPage): string[] {
  return page.lines.map(({ cells }) => cells.join('').trimEnd());
}

const CASES: [string, string, string[]][] = [
  ['lines', 'a\r\nb\n\nc', ['a', 'b', '', 'c']],
  ['a progress bar', ' 1%\r50%\r100% done\n', ['100% done']],
  ['what a shorter one leaves', 'longer\rab\n', ['abnger']],
  ['the rest of a line erased', `longer\rab${ESC}[K\n`, ['ab']],
  ['a whole line erased', `longer\r${ESC}[2Kab\n`, ['ab']],
  ['a line erased up to here', `longer\b\b${ESC}[1Kx\n`, ['    xr']],
  ['backspaces', 'abc\b\bX\b\b\b\bY', ['YXc']],
  ['columns', `ab${ESC}[5Gc${ESC}[2Dd${ESC}[3Ce\n`, ['ab dc  e']],
  ['lines above that are written again', `one\ntwo\n${ESC}[2A\r1!\n2!\nthree\n`, ['1!e', '2!o', 'three']],
  ['all below erased', `one\ntwo\nthree\n${ESC}[2A${ESC}[Jx\n`, ['one', 'x', '']],
  ['a jump on a screen begins a line', `a${ESC}[5;1Hb`, ['a', 'b']],
  ['tabs', 'a\tb\n', ['a       b']],
  ['what only looks after the cursor', `${ESC}[?25l${ESC}[?1;2004hx${ESC}(B${ESC}7${ESC}[?25h`, ['x']],
  ['a title', `${ESC}]0;you\u0007x`, ['\\x1b]0;you\\x07x']],
  ['a clipboard', `${ESC}]52;c;eA==${ESC}\\`, ['\\x1b]52;c;eA==\\x1b\\']],
  ['a report', `${ESC}[6n${ESC}[c${ESC}[18t`, ['\\x1b[6n\\x1b[c\\x1b[18t']],
  ['a reset', `a${ESC}cb`, ['a\\x1bcb']],
  ['mouse', `${ESC}[?1000h${ESC}[?25;1000h`, ['\\x1b[?1000h\\x1b[?25;1000h']],
  ['what looks like a colour', `${ESC}[>4;1mx`, ['\\x1b[>4;1mx']],
  ['C1', 'a\u009b2Jb', ['a\\x9b2Jb']],
  ['bidi, and what is not seen', 'a\u202eb\u200bc', ['a\\u{202e}b\\u{200b}c']],
  ['bell and NUL', 'a\u0007\u0000', ['a\\x07\\x00']],
  ['wide characters', 'a漢字b\r12345', ['12345b']],
  ['half of one', '漢字\rx', ['x 字']],
  ['marks', 'e\u0301x', ['e\u0301x']],
  ['emoji', '✅ done', ['✅ done']],
];

describe('what is on the page', () => {
  test.for(CASES)('%s', ([, written, lines]) => expect(texts(pageOf(written))).toEqual(lines));

  test.for(CASES)('%s, wherever it is cut', ([, written, lines]) => {
    for (const [head, tail] of everyCut(Buffer.from(written)))
      expect(texts(pageOf(head, tail))).toEqual(lines);
  });
});

describe('on a terminal whose size is known', () => {
  test.for<[string, string, string[]]>([
    ['a full line goes on in the next one', 'abcdefg', ['abcde', 'fg']],
    ['a line that is just full is one line', 'abcde\r\nf', ['abcde', 'f']],
    ['a progress bar as wide as it is written over', '=====\r#####\r\n', ['#####']],
    ['a line that went on is written again from above', `abcdefg${ESC}[A\rX`, ['Xbcde', 'fg']],
    ['a wide character is not cut in two', 'abcd漢', ['abcd', '漢']],
    ['a character behind a full line is taken back', 'abcde\bX', ['abcXe']],
    ['the cursor stays within a line', `a${ESC}[99Cb${ESC}[99Gc`, ['a   c']],
    ['tabs stay within a line', 'a\tb', ['a   b']],
  ])('%s, wherever it is cut', ([, written, lines]) => {
    for (const [head, tail] of everyCut(Buffer.from(written))) {
      const page = new ReplayPage();
      page.resize('terminal', 5);
      page.write('terminal', head);
      page.write('terminal', tail);
      expect(texts(page)).toEqual(lines);
    }
  });

  test('lines are longer once it is wider, and those of other streams as long as they are', () => {
    const page = new ReplayPage();
    page.resize('terminal', 5);
    page.write('terminal', Buffer.from('abcdefg\r\n'));
    page.resize('terminal', 8);
    page.write('terminal', Buffer.from('abcdefg\r\n'));
    page.write('stderr', Buffer.from('abcdefghij\n'));
    expect(texts(page)).toEqual(['abcde', 'fg', 'abcdefg', 'abcdefghij']);
  });
});

test('colours are those of the program, and go on with the next piece', () => {
  const [line] = pageOf(`${ESC}[3`, `1mred${ESC}[0m not ${ESC}[30;40mhidden`).lines;
  expect(line && spansOf(line)).toEqual([
    { text: 'red', style: { color: 'red' } },
    { text: ' not ', style: {} },
    { text: 'hidden', style: {} },
  ]);
});

test('each stream goes on in its own line', () => {
  const page = new ReplayPage();
  page.write('stderr', Buffer.from('50%'));
  page.write('stdout', Buffer.from('first\n'));
  page.tell([{ text: 'an event\n', style: { tone: 'title' } }]);
  page.write('stderr', Buffer.from('\r99%'));
  page.write('stdout', Buffer.from('second\n'));
  expect(page.lines.map(({ stream, cells }) => `${stream}|${cells.join('')}`)).toEqual([
    'stderr|99%',
    'stdout|first',
    '|an event\\n',
    'stdout|second',
  ]);
});

test('neither lines nor what stands in them grow without end', () => {
  const page = pageOf('x\n'.repeat(LIMITS.replayLines + 10), `${'y'.repeat(LIMITS.replayLineCells + 5)}\n`);
  expect(page.lines).toHaveLength(LIMITS.replayLines);
  expect(page.lines.slice(-2).map(({ cells }) => cells.length)).toEqual([LIMITS.replayLineCells, 5]);
  const [, marked] = pageOf(`\n${ESC}[99999C`, `a${'\u0301'.repeat(100)}`).lines;
  expect(marked?.cells).toHaveLength(LIMITS.replayLineCells);
  // After the oldest lines have gone it goes on where it was.
  page.write('terminal', Buffer.from(`${ESC}[1Az`));
  expect(texts(page).at(-1)).toBe('zyyyy');
});
