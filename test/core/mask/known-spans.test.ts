import { describe, expect, test } from 'vitest';

import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { everyCut } from '../../helpers/chunks.ts';
import {
  bytes,
  githubToken,
  jsonWebToken,
  maskedText,
  masker,
  privateKey,
  random,
  streamed,
} from './fixtures.ts';

const VALUE = `q${random('alnum', 19)}`;
const by = masker({ 'the test': VALUE });
const PLACEHOLDER = maskedText(by, VALUE);

/** What a text becomes, whole, in two pieces wherever it is cut, and byte by byte. */
function masked(text: string, of = by): string {
  const whole = maskedText(of, text);
  for (const pieces of everyCut(bytes(text))) expect(streamed(of, pieces)).toBe(whole);
  const single = Array.from(bytes(text), (byte) => Uint8Array.of(byte));
  expect(streamed(of, single)).toBe(whole);
  return whole;
}

describe('of the text around a known value nothing changes', () => {
  test.each([
    ['before a semicolon', (v: string) => `PASSWORD=${v}; next`],
    ['in a connection string', (v: string) => `Server=db;Password=${v};Encrypt=true`],
    ['before a comma', (v: string) => `password: ${v},`],
    ['after a backslash', (v: string) => `C:\\${v}`],
    ['after two backslashes', (v: string) => `C:\\\\${v}`],
    ['before a backslash', (v: string) => `${v}\\`],
    ['between escaped line ends', (v: string) => `a\\n${v}\\nb`],
    ['between escaped quotes', (v: string) => `{\\"token\\":\\"${v}\\"}`],
    ['after a percent escape', (v: string) => `?q=%3D${v}%26x=1`],
    ['among entities', (v: string) => `<a href="?k=${v}&amp;x=1">`],
    ['in quotes under a secret name', (v: string) => `api_key = "${v}"`],
    ['in a URL', (v: string) => `https://me:${v}@example.org/a?b=${v}#${v}`],
    ['glued to words', (v: string) => `pre${v}x`],
    ['twice in a row', (v: string) => `${v}${v}`],
    ['in a header', (v: string) => `Authorization: Bearer ${v}\r\nAccept: */*`],
  ])('%s', (_, around) => {
    const once = masked(around(VALUE));
    expect(once).toBe(around(PLACEHOLDER));
    expect(masked(once)).toBe(once);
  });

  test('an escape that spells its first character is of it', () => {
    expect(masked(`C:\\u00${Buffer.from('q').toString('hex')}${VALUE.slice(1)}`)).toBe(`C:${PLACEHOLDER}`);
    const quoted = masker({ quoted: `"${VALUE}` });
    expect(masked(`a \\"${VALUE} b`, quoted)).toMatch(/^a hpm_known_\w{16} b$/);
  });
});

test('a percent sign before a value of several lines takes its first digits, wherever a stream is cut', () => {
  const lines = [`E5${random('alnum', 26, 3)}`, random('alnum', 30, 4), random('alnum', 12, 5)];
  const known = masker({ lines: lines.join('\n') });
  expect(masked(`%${lines.join('%0A')} x`, known)).toMatch(/^%E5hpm_known_[a-z2-7]{16} x$/);
  expect(masked(`%${lines[0]}%0A${lines[1]}%250A${lines[2]}`, known)).toMatch(/^%E5hpm_known_[a-z2-7]{16}$/);
});

test('what a wider rule finds around a known value is hidden too, and each keeps its own placeholder', () => {
  const rest = random('alnum', 20, 8);
  const once = masked(`password: "${VALUE}-${rest}"`);
  expect(once).toMatch(new RegExp(`^password: "${PLACEHOLDER}hpm_secret_\\w+"$`));
  expect(masked(once)).toBe(once);
});

describe('a number', () => {
  const long = `7${random('digit', 15)}`;
  const short = `7${random('digit', 8, 2)}`;
  const numbers = masker({ 'the long one': long });
  numbers.known.add(short, 'the short one', { sure: true });

  test.each([long, short])('is masked where it stands by itself', (number) => {
    expect(masked(`pay ${number} now, "${number}", [${number}], ${number}.`, numbers)).not.toContain(number);
    expect(masked(`{"pin":${number}}\\n${number}%20${number}`, numbers)).not.toContain(number);
    expect(masked(Buffer.from(`pin ${number} y`).toString('base64'), numbers)).toMatch(/^cGluIGhwbV9/);
  });

  test.each([long, short])('is left alone within longer numbers, names and fractions', (number) => {
    for (const text of [
      `1${number}`,
      `${number}0`,
      `id${number}`,
      `${number}px`,
      `0.${number}`,
      `${number}.5`,
    ])
      expect(masked(`a ${text} b`, numbers)).toBe(`a ${text} b`);
  });

  test.each([long, short])('is the same number as a float', (number) => {
    for (const text of [`${number}.0`, `-${number}.00`, `[${number}.0, 1]`, `${number}.0\\n`, `${number}.`])
      expect(masked(`a ${text} b`, numbers)).not.toContain(number);
    for (const text of [`${number}.05`, `${number}.0x`, `${number}.${'0'.repeat(30)}`])
      expect(masked(`a ${text} b`, numbers)).toBe(`a ${text} b`);
  });

  test('needs 16 digits, or eight when somebody says that it is a secret, and more than three of them', () => {
    const known = new KnownValues();
    expect(known.add(`9${random('digit', 9, 3)}`, 'a')).toBe('short');
    expect(known.add(`8${random('digit', 9, 3)}`, 'a', { sure: true })).toBe('added');
    expect(known.add(`9${random('digit', 15, 3)}`, 'a')).toBe('added');
    expect(known.add(`9${random('digit', 5, 3)}`, 'a', { sure: true })).toBe('short');
    expect(known.add('1'.repeat(20), 'a', { sure: true })).toBe('short');
  });
});

test('letters that were drawn are known everywhere, words are not', () => {
  const drawn = Array.from({ length: 200 }, (_, i) =>
    random(i % 2 === 0 ? 'lower' : 'alpha', 8 + (i % 8), i + 1),
  );
  const outcomes = drawn.map((value) => new KnownValues().add(value, 'a'));
  expect(outcomes.filter((outcome) => outcome === 'added').length).toBeGreaterThan(180);
  for (const word of [
    'production',
    'localhost',
    'undefined',
    'Authorization',
    'tokenizer',
    'developer',
    'readOnlyUser',
  ])
    expect(new KnownValues().add(word, 'a')).toBe('short');
});

test('the address of a webhook is searched for everywhere', () => {
  const address = `https://hooks.acme.test/services/${random('alnum', 24)}`;
  expect(masked(`post it to ${address} please`, masker({ it: address }))).not.toContain(address);
});

test('a value is known without the blanks around it', () => {
  const short = `q${random('loweralnum', 4)}`;
  expect(masked(`password: ${short}\n`, masker({ it: ` ${short}\n` }))).not.toContain(short);
  const known = new KnownValues();
  known.add(VALUE, 'a');
  expect(known.add(` ${VALUE}\n`, 'b')).toBe('duplicate');
});

describe('a value with escapes of its own', () => {
  const [a, b] = [random('alnum', 8), random('alnum', 8, 2)];

  test.each([
    ['a \\u', `${a}\\u0041${b}`, `${a}A${b}`],
    ['a percent escape', `${a}%41${b}`, `${a}A${b}`],
    ['a percent sign at its end', `${a}"${b}%`, undefined],
    ['half a percent escape at its end', `${a}"${b}%4`, undefined],
    ['hex digits at its start', `ab"${a}${b}`, undefined],
  ])('%s is found as it is, in JSON and in a URL, and decoded', (_, value, decoded) => {
    const known = masker({ it: value });
    const json = JSON.stringify(value).slice(1, -1);
    const spelled = [value, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(value)];
    if (decoded !== undefined)
      expect(masked(Buffer.from(`x${decoded}`).toString('base64'), known)).toMatch(/^eGhwb/);
    for (const text of decoded === undefined ? spelled : [...spelled, decoded])
      expect(masked(`x ${text} y`, known)).toMatch(/^x hpm_known_\w{16} y$/);
  });

  test('loses no more than its edge to escapes around it', () => {
    for (const [value, text] of [
      [`${a}"${b}%`, `${a}\\"${b}%41`],
      [`41"${a}${b}`, `%41\\"${a}${b}`],
    ] as const) {
      const once = masked(`x ${text} y`, masker({ it: value }));
      expect(once).not.toContain(a);
      expect(once).not.toContain(b);
    }
  });
});

test.each([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['"', '&quot;'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ["'", '&#039;'],
  ["'", '&#x27;'],
  ["'", '&apos;'],
])('a value with %s in it is found where HTML has %s', (sign, entity) => {
  const [a, b] = [random('alnum', 8), random('alnum', 8, 2)];
  const known = masker({ it: `${a}${sign}${b}` });
  expect(masked(`<p>${a}${entity}${b}</p>`, known)).toMatch(/^<p>hpm_known_\w{16}<\/p>$/);
});

test('a value of which the text around takes the edge is found in a stream too', () => {
  const value = `4cb4${random('hex', 20, 4)}`;
  const escaped = value
    .slice(4)
    .replaceAll(/(?<=^.+)[a-f]/g, (c: string) => `\\u00${Buffer.from(c).toString('hex')}`);
  const once = masked(`q=%25${value.slice(0, 4)}${escaped} x`, masker({ it: value }));
  expect(once).toMatch(/^q=\S{0,8}hpm_known_\w{16} x$/);
  // Without its edge too, and though no escape stands where it begins.
  expect(masked(`q ${escaped} x`, masker({ it: value }))).toMatch(/^q hpm_known_\w{16} x$/);
});

test('a line of a key of several lines is masked by itself', () => {
  const key = privateKey(4);
  const known = masker({ 'the key': key });
  for (const line of key.split('\n').slice(1, -1)) {
    expect(masked(`3: ${line} $`, known)).toMatch(/^3: hpm_known_\w{16} \$$/);
    expect(masked(Buffer.from(`ab${line}`).toString('base64'), known)).not.toContain(
      Buffer.from(`ab${line}`).toString('base64').slice(4, -4),
    );
  }
  expect(masked(key, known)).toMatch(/^hpm_known_\w{16}$/);
});

test('a key written with escapes is known as what it stands for', () => {
  const key = privateKey(3);
  const known = masker({ 'in the environment': key.replaceAll('\n', '\\n') });
  for (const text of [key, key.replaceAll('\n', '\\n'), key.replaceAll('\n', '\r\n')])
    expect(masked(`x ${text} y`, known)).toMatch(/^x hpm_known_\w{16} y$/);
});

describe('wrapped', () => {
  const binary = Buffer.from(random('b64', 160, 5), 'base64');
  const plain = masker({ it: VALUE, 'a long one': random('alnum', 300, 9) });
  const wrap = (text: string, size: number, lineEnd: string): string =>
    text.replaceAll(new RegExp(`.{${size}}(?=.)`, 'g'), `$&${lineEnd}`);

  test.each([
    [64, '\n'],
    [76, '\r\n'],
    [64, '\n    '],
  ])('at %i with %j, binary around a value in base64 stays, wherever the lines end', (size, lineEnd) => {
    for (let before = 30; before < 96; before++) {
      const [head, tail] = [binary.subarray(0, before), binary.subarray(before)];
      const text = wrap(Buffer.concat([head, bytes(VALUE), tail]).toString('base64'), size, lineEnd);
      const once = maskedText(plain, `-- ${lineEnd}${text}${lineEnd}--`);
      const said = Buffer.from(once.slice(3, -2).replaceAll(/\s/g, ''), 'base64');
      expect(said.indexOf(VALUE), `after ${before}`).toBe(-1);
      expect(said.subarray(0, before).equals(head) && said.subarray(-tail.length).equals(tail)).toBe(true);
      expect(said.toString('latin1')).toMatch(/hpm_known_[a-z2-7]{16}_{0,2}/);
      if (before % 11 === 0)
        expect(masked(`-- ${lineEnd}${text}${lineEnd}--`, plain)).toBe(
          `-- ${lineEnd}${once.slice(3 + lineEnd.length)}`,
        );
    }
  });

  test('in hex, and longer than a line', () => {
    const long = random('alnum', 300, 9);
    for (let before = 40; before < 60; before++) {
      const content = Buffer.concat([binary.subarray(0, before), bytes(long), binary.subarray(before)]);
      for (const encoding of ['hex', 'base64'] as const) {
        const once = maskedText(plain, wrap(content.toString(encoding), 64, '\n'));
        const said = Buffer.from(once.replaceAll('\n', ''), encoding).toString('latin1');
        expect(said).not.toContain(long.slice(20, 60));
        expect(said).toContain(maskedText(plain, long));
      }
    }
    masked(
      wrap(
        Buffer.concat([binary.subarray(0, 50), bytes(long), binary.subarray(50)]).toString('hex'),
        76,
        '\n',
      ),
      plain,
    );
  });

  test('the lines stay lines, and only those with the value in them change', () => {
    const before = wrap(
      Buffer.concat([binary.subarray(0, 35), bytes(VALUE), binary]).toString('base64'),
      64,
      '\n',
    );
    const [lines, after] = [before.split('\n'), masked(before, plain).split('\n')];
    expect(after.length).toBe(lines.length);
    expect(lines.filter((line, i) => line !== after[i])).toHaveLength(2);
  });

  test.each([
    ['\\n', String.raw`\n`],
    ['CRLF in JSON', String.raw`\r\n`],
    ['JSON in JSON', String.raw`\\n`],
    ['\\n, indented with a tab', String.raw`\n\t`],
    ['CRLF in JSON in JSON in JSON, indented with tabs', String.raw`\\\\r\\\\n\\\\t\\\\t`],
    ['a URL', '%0D%0A'],
    ['a URL, indented', '%0A%20%20'],
  ])('with line ends as %s', (_, lineEnd) => {
    for (let before = 30; before < 80; before += 16) {
      const content = Buffer.concat([binary.subarray(0, before), bytes(VALUE), binary.subarray(before)]);
      for (const encoding of ['hex', 'base64'] as const) {
        const once = masked(`x ${wrap(content.toString(encoding), 76, lineEnd)} y`, plain);
        const said = Buffer.from(once.slice(2, -2).replaceAll(lineEnd, ''), encoding);
        expect(said.includes(VALUE)).toBe(false);
        expect(once).not.toContain(Buffer.from(VALUE.slice(3, -3)).toString('hex'));
      }
    }
  });

  test('under a secret name a part of the value is not left to be taken for another', () => {
    for (let before = 20; before < 64; before += 11) {
      const text = `password=${wrap(Buffer.concat([binary.subarray(0, before), bytes(VALUE), binary]).toString('base64'), 64, '\n')}`;
      const once = masked(text, plain);
      expect(masked(once, plain)).toBe(once);
    }
  });

  test('lines that merely look alike stay as they are', () => {
    const text = wrap(binary.toString('base64'), 64, '\n');
    expect(masked(text, plain)).toBe(text);
  });
});

describe('a vendor token right behind', () => {
  const tokens = {
    'of letters': githubToken(),
    'a key id': ['AK', 'IA', random('base32', 16)].join(''),
    'a JSON Web Token': jsonWebToken(),
  };

  test.each(Object.entries(tokens))('a known value: %s', (_, token) => {
    const once = masked(`a ${VALUE}${token} b`);
    expect(once).toBe(`a ${PLACEHOLDER}${maskedText(by, token)} b`);
    expect(masked(once)).toBe(once);
  });

  test.each(Object.entries(tokens))('a placeholder: %s', (_, token) => {
    expect(masked(`a ${PLACEHOLDER}${token} b`)).toBe(`a ${PLACEHOLDER}${maskedText(by, token)} b`);
    // What was issued to nobody is a word like any other.
    const other = `${PLACEHOLDER.slice(0, -1)}${PLACEHOLDER.endsWith('a') ? 'b' : 'a'}`;
    expect(masked(`a ${other}${tokens['a key id']} b`)).not.toContain(maskedText(by, tokens['a key id']));
  });
});

test('a vendor token beside a known value', () => {
  const token = githubToken();
  const once = masked(`${token} ${VALUE} ${VALUE}-${token}`);
  expect(once).not.toContain(token.slice(8));
});
