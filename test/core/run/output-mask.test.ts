import { describe, expect, test } from 'vitest';

import { Exceptions } from '../../../src/core/mask/exceptions.ts';
import { createMasker, type Masker } from '../../../src/core/mask/masker.ts';
import type { Shown } from '../../../src/core/run/output-page.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { ReadingMask } from '../../helpers/reading.ts';
import { bytes, githubToken, masker, privateKey, random } from '../mask/fixtures.ts';

const SECRET = random('alnum', 30, 5);
const NAME = /hpm_known_[a-z2-7]{16}/;

describe('what a program writes', () => {
  test('leaves as it came where no secret is in it, escapes and broken UTF-8 included', () => {
    const whole = Buffer.concat([
      Buffer.from('plain \u001b[1mbold\u001b[0m é\r\n\u001b]0;title\u0007\u001b(B\u001b[3;4Hthere\u001b[K'),
      Buffer.from([0xff, 0xfe, 0x1b, 0x5b, 0x01, 0x1b]),
    ]);
    for (const keepWidth of [false, true])
      expect(run(masker({ 'variable X': SECRET }), [whole], { keepWidth })).toEqual(whole);
  });

  test('is masked the same wherever it is cut', () => {
    const token = githubToken();
    const said = bytes(
      `a ${SECRET} b\n\u001b[31m${token.slice(0, 9)}\u001b[0m\u001b[K${token.slice(9)} c\n${SECRET.slice(0, 12)}\r\n${SECRET.slice(12)}\n::add-mask::${random('alnum', 12, 9)}\n${random('alnum', 12, 9)} end`,
    );
    for (const keepWidth of [false, true]) {
      const whole = run(known(), [said], { keepWidth }).toString('latin1');
      for (const pieces of everyCut(said))
        expect(run(known(), pieces, { keepWidth }).toString('latin1')).toBe(whole);
      expect(whole).not.toContain(token.slice(9));
      expect(whole).not.toContain(SECRET.slice(12));
      expect(whole).not.toContain(random('alnum', 12, 9));
    }
  });

  test('has a secret masked that colours are in the middle of, and keeps the colours', () => {
    const cut = `${SECRET.slice(0, 10)}\u001b[1;32m\u001b[K${SECRET.slice(10)}\u001b[0m`;
    const said = text(run(known(), [bytes(`key ${cut} end`)])).replaceAll('\u001b', '<');
    expect(said).toMatch(/^key hpm_known_\w{16}<\[1;32m<\[K<\[0m end$/);
  });

  test('has a secret masked that was broken into lines, and keeps the lines', () => {
    const folded = SECRET.match(/.{1,7}/g)?.join('\n') ?? '';
    const said = text(run(known(), [bytes(`${folded}\nnext`)]));
    expect(said).toMatch(/^hpm_known_\w{16}\n{4}\nnext$/);
  });

  test('has a secret masked that was broken anywhere, wherever in a large piece', () => {
    for (let before = 0; before < 900; before += 13) {
      for (const width of [1, 2, 3, 4, 11, 29]) {
        const folded = SECRET.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\r\n') ?? '';
        const said = bytes(`${'x '.repeat(before / 2)}\n${folded}\n${'y '.repeat(1_000)}`);
        for (const pieces of [[said], [bytes('z'.repeat(500)), said]])
          expect(text(run(known(), pieces)).replaceAll(/[\r\n]/g, '')).not.toContain(SECRET.slice(-4));
      }
    }
  });

  test('has a secret masked of which a carriage return is in the middle, which stays', () => {
    const rest = ' end\n'.repeat(400);
    const said = text(run(known(), [bytes(`${SECRET.slice(0, 9)}\r${SECRET.slice(9)}${rest}`)]));
    expect(said).toMatch(/^hpm_known_\w{16}\r end\n/);
  });

  test('has a secret masked that was escaped and then broken, wherever', () => {
    const value = 'Tr0"ub4/d\\or "3k"&x+yé%Zq-7Wm';
    const escaped = [
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      value.replaceAll('"', '\\u0022').replaceAll('\\o', '\\u005co'),
      value.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
    ];
    for (const one of escaped) {
      const whole = text(run(masker({ X: value }), [bytes(`v: ${one} end${' z'.repeat(400)}`)]));
      expect(whole).toMatch(/^v: hpm_known_\w{16} end z/);
      for (const broken of betweenCharacters(one)) {
        const said = text(run(masker({ X: value }), [bytes(`v: ${broken} end${' z'.repeat(400)}`)]));
        expect(said).toMatch(/^v: hpm_known_\w{16}\n end z/);
      }
    }
  });

  test('has each line of a secret of many lines masked by itself', () => {
    const key = privateKey(4);
    const by = masker({ 'variable KEY': key });
    const lines = key.split('\n').slice(1, -1);
    const said = text(run(by, [bytes(lines.map((line) => `  > ${line}`).join('\n'))]));
    for (const line of lines) expect(said).not.toContain(line.slice(8));
    expect(said.match(/hpm_known_/g)).toHaveLength(4);
  });

  test('has a secret masked that is in a title or a link', () => {
    const said = text(
      run(known(), [bytes(`\u001b]0;${SECRET}\u0007\u001b]8;;https://x/?t=${SECRET}\u001b\\ok`)]),
    );
    expect(said).not.toContain(SECRET);
    expect(said).toMatch(/ok$/);
  });

  test('reads what stands on both sides of a cursor movement as two words', () => {
    const token = githubToken(3);
    const said = text(run(masker(), [bytes(`password\u001b[2;1H${token}\u001b[3;1Hx`)]));
    expect(said.replaceAll('\u001b', '<')).toMatch(/^password<\[2;1Hhpm_\w+<\[3;1Hx$/);
  });
});

describe('on a terminal', () => {
  test('a mask is as wide as what it hides', () => {
    const said = text(run(known(), [bytes(`| ${SECRET} |`)], { keepWidth: true }));
    expect(said).toMatch(/^\| hpm_known_[a-z2-7]{16}_* \|$/);
    expect(said).toHaveLength(SECRET.length + 4);
    const short = random('alnum', 12, 8);
    const narrow = masker({ 'variable PIN': short });
    expect(text(run(narrow, [bytes(`| ${short} |`)], { keepWidth: true }))).toBe(`| ${'*'.repeat(12)} |`);
  });

  test('lines and colours stay where they are in it', () => {
    const cut = `${SECRET.slice(0, 8)}\u001b[7m${SECRET.slice(8, 20)}\r\n${SECRET.slice(20)}`;
    const said = text(run(known(), [bytes(`${cut}.`)], { keepWidth: true }));
    expect(
      said
        .replace('\u001b[7m', '')
        .split('\r\n')
        .map(({ length }) => length),
    ).toEqual([20, 11]);
    expect(said.indexOf('\u001b[7m')).toBe(8);
  });

  test('a prompt appears though it may be the beginning of a secret', () => {
    const mask = outputMask(known(), true);
    const said = [mask.push(bytes('password: ')).bytes, mask.idle().bytes];
    expect(text(Buffer.concat(said))).toBe('password: ');
    expect(text(Buffer.concat([mask.push(bytes('ls kubectl')).bytes, mask.idle().bytes]))).toBe('ls kubectl');
  });

  test('what stands behind a cursor movement is a prompt of its own', () => {
    const mask = outputMask(known(), true);
    const said = Buffer.concat([
      mask.push(bytes(`${SECRET.slice(0, 9)}\u001b[2;1H> `)).bytes,
      mask.idle().bytes,
    ]);
    expect(text(said)).toMatch(/> $/);
    const next = Buffer.concat([mask.push(bytes(SECRET.slice(9, 13))).bytes, mask.idle().bytes]);
    expect(text(next)).toBe(SECRET.slice(9, 13));
  });

  test('a prompt appears behind a secret, which is masked', () => {
    const mask = outputMask(known(), true);
    const said = Buffer.concat([mask.push(bytes(`is ${SECRET}\r\n> `)).bytes, mask.idle().bytes]);
    expect(text(said)).toMatch(/^is hpm_known_\w{16}_*\r\n> $/);
    const rest = Buffer.concat([mask.push(bytes('ls\r\n')).bytes, mask.end().bytes]);
    expect(text(rest)).toBe('ls\r\n');
  });

  test('less than six bytes of a secret appear before it is known to be one', () => {
    for (const secret of [SECRET, githubToken(4)]) {
      const mask = outputMask(known(), true);
      let said = '';
      for (const byte of Buffer.from(secret)) {
        said += text(mask.push(Uint8Array.of(byte)).bytes);
        said += text(mask.idle().bytes);
      }
      said += text(mask.push(bytes('\r\n')).bytes) + text(mask.end().bytes);
      expect(said).toHaveLength(secret.length + 2);
      expect(said.includes(secret.slice(0, 4 + 6))).toBe(false);
      expect(said.includes(secret.slice(6))).toBe(false);
    }
  });
});

describe('elsewhere', () => {
  test('a line that ends like a secret begins is not held for ever', () => {
    const mask = outputMask(known(), false);
    const line = `working ${SECRET.slice(0, 3)}\n`;
    const said = [mask.push(bytes(line)).bytes, mask.idle().bytes];
    expect(text(Buffer.concat(said))).toBe(line);
  });

  test('a whole line with a secret in it is not held for ever, and no half of a secret goes', () => {
    const mask = outputMask(known(), false);
    const first = Buffer.concat([mask.push(bytes(`a ${SECRET}\n`)).bytes, mask.idle().bytes]);
    expect(text(first)).toMatch(/^a hpm_known_\w{16}\n$/);
    const half = Buffer.concat([mask.push(bytes(`b ${SECRET.slice(0, 15)}`)).bytes, mask.idle().bytes]);
    expect(text(half)).toBe('b ');
    expect(text(mask.push(bytes(`${SECRET.slice(15)} c\n`)).bytes)).toMatch(/^hpm_known_\w{16} /);
  });

  test('findings name their place in what is shown, and their line', () => {
    const mask = outputMask(known(), false);
    mask.push(bytes('one\ntwo\n'));
    const { bytes: shown, findings, lines } = mask.push(bytes(`three ${SECRET} x\n\n`));
    expect(lines).toEqual([3]);
    const [from, to] = findings[0]?.at.split('-').map(Number) ?? [];
    expect(text(Buffer.from(shown).subarray(from, to))).toMatch(NAME);
  });

  test('the line of a finding is that of what is shown, whatever moved the cursor and whatever was hidden', () => {
    const [one, two] = [random('alnum', 20, 6), random('alnum', 20, 7)];
    const by = masker({ 'variable X': SECRET, 'variable LINES': `${one}\n${two}` });
    const said = [
      'first\r\nsecond\rsecond\u001b[2;1Hstill second\n',
      `${one}\n${two} third\n\u001b]0;a\ntitle of the fourth\u0007`,
      `${SECRET.slice(0, 9)}\n\u001b[1m${SECRET.slice(9)} fourth and fifth\n${SECRET} sixth\n`,
    ].join('');
    const { shown, findings } = found(by, [bytes(said)]);
    expect(findings.map(({ line }) => line)).toEqual(findings.map(({ at }) => lineAt(shown, at)));
    expect(new Set(findings.map(({ line }) => line))).toEqual(new Set([3, 5, 7]));
    for (const pieces of everyCut(bytes(said))) {
      const cut = found(by, pieces);
      expect(cut.findings.map(({ line, at }) => [line, lineAt(cut.shown, at)])).toEqual(
        findings.map(({ line }) => [line, line]),
      );
    }
  });
});

describe('commands of CI systems', () => {
  test.each([
    '::add-mask::',
    '::ADD-MASK::',
    '##[add-mask]',
    '##vso[task.setsecret]',
    '##vso[task.setvariable variable=a;issecret=true]',
  ])('make a value known: %s', (command) => {
    const value = random('alnum', 14, 11);
    const announced: string[] = [];
    const mask = new ReadingMask(masker(), { keepWidth: false, onAnnounced: (it) => announced.push(it) });
    const said = [mask.push(bytes(`${command}${value}\n`)), mask.push(bytes(`is ${value}\n`)), mask.end()];
    const shown = text(Buffer.concat(said.map((part) => part.bytes)));
    expect(announced).toEqual([value]);
    expect(shown).not.toContain(value);
    expect(shown.startsWith(command)).toBe(true);
  });

  test('are read as a whole, however they come', () => {
    const said = bytes('::add-mask::two words of mine 47\n');
    for (const pieces of everyCut(said)) {
      const shown = text(run(masker(), pieces));
      expect(shown).toMatch(/^::add-mask::hpm_known_\w+\n$/);
    }
  });

  test('are read behind a line that was written anew, and behind blanks', () => {
    const value = random('alnum', 14, 12);
    for (const before of ['10%\r', 'a\r\n', 'b\n \t', 'c\n\r', 'd\n\t\r', ''])
      for (const pieces of everyCut(bytes(`${before}::add-mask::${value}\n${value}\n`)))
        expect(text(run(masker(), pieces))).not.toContain(value);
  });

  test('are not made of what merely speaks of them', () => {
    const said = text(run(masker(), [bytes('use ::add-mask::something to hide it: something\n')]));
    expect(said).toBe('use ::add-mask::something to hide it: something\n');
  });
});

describe('what an exception lets pass', () => {
  const token = githubToken(3);
  const by = (): Masker => {
    const { placeholders } = masker();
    const placeholder = placeholders.issue('x', bytes(token));
    return createMasker({ placeholders, exceptions: new Exceptions([{ placeholder, rule: undefined }]) });
  };
  const told = (shown: readonly Shown[]): string[] =>
    shown.flatMap(({ excepted = [] }) => excepted.map(({ rule, at }) => `${rule}${at}`));

  test('is shown, and told once it is, wherever it is cut', () => {
    const said = bytes(
      `a ${token}\n${githubToken(4)} \u001b[1m${token.slice(0, 9)}\u001b[0m${token.slice(9)}`,
    );
    for (const pieces of everyCut(said)) {
      const mask = outputMask(by(), false);
      const shown = [...pieces.map((piece) => mask.push(piece)), mask.end()];
      const all = text(Buffer.concat(shown.map((one) => one.bytes)));
      expect(all).toMatch(new RegExp(`^a ${token}\nhpm_`));
      expect(all.replaceAll('\u001b[1m', '').replaceAll('\u001b[0m', '').endsWith(token)).toBe(true);
      expect(new Set(told(shown))).toEqual(new Set(['github_pat']));
      expect(told(shown).length).toBeLessThanOrEqual(2);
    }
  });

  test('is told also where it was shown before anybody could know where it ends', () => {
    const mask = outputMask(by(), true);
    const shown = [mask.push(bytes(`a ${token}`)), mask.idle(), mask.end()];
    expect(text(Buffer.concat(shown.map((one) => one.bytes)))).toBe(`a ${token}`);
    expect(told(shown)).toEqual(['github_pat']);
  });

  test('is hidden in a title, where it could not be told', () => {
    const mask = outputMask(by(), false);
    const shown = [mask.push(bytes(`\u001b]0;${token}\u0007`)), mask.end()];
    expect(text(Buffer.concat(shown.map((one) => one.bytes)))).not.toContain(token);
    expect(told(shown)).toEqual([]);
  });
});

function known(): Masker {
  return masker({ 'variable X': SECRET });
}

function outputMask(by: Masker, keepWidth: boolean): ReadingMask {
  return new ReadingMask(by, { keepWidth, onAnnounced: () => undefined });
}

function run(by: Masker, pieces: Iterable<Uint8Array>, { keepWidth = false } = {}): Buffer {
  const mask = outputMask(by, keepWidth);
  const out = [...pieces].map((piece) => mask.push(piece).bytes);
  return Buffer.concat([...out, mask.end().bytes]);
}

// All that is shown, and what was found in it, at offsets of all of it.
function found(by: Masker, pieces: Iterable<Uint8Array>): { shown: Buffer; findings: Finding[] } {
  const mask = outputMask(by, false);
  let shown = Buffer.alloc(0);
  const all: Finding[] = [];
  const take = ({ bytes: more, findings, lines }: Shown): void => {
    for (const [i, { at }] of findings.entries())
      all.push({ line: lines[i] ?? 0, at: shown.length + Number(at.split('-', 1)[0]) });
    shown = Buffer.concat([shown, more]);
  };
  for (const piece of pieces) take(mask.push(piece));
  take(mask.end());
  return { shown, findings: all };
}

interface Finding {
  readonly line: number;
  readonly at: number;
}

function lineAt(shown: Buffer, at: number): number {
  return shown.subarray(0, at).toString('latin1').split('\n').length;
}

function text(shown: Uint8Array): string {
  return Buffer.from(shown).toString('utf8');
}

// Line ends within an escape are none that a terminal makes, nor anything that could be read.
function betweenCharacters(escaped: string): string[] {
  const characters = escaped.match(/\\u[0-9a-f]{4}|\\.|(?:%[0-9A-F]{2})+|&\w+;|./g) ?? [];
  return characters
    .slice(1)
    .map((_, i) => `${characters.slice(0, i + 1).join('')}\n${characters.slice(i + 1).join('')}`);
}
