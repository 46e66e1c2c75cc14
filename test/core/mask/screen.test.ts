import fc from 'fast-check';
import { expect, test } from 'vitest';

import { maskJson } from '../../../src/core/mask/json.ts';
import type { MaskedJson } from '../../../src/core/mask/masked-json.ts';
import type { Masker } from '../../../src/core/mask/masker.ts';
import { bytes, githubToken, masker, random } from './fixtures.ts';

const KNOWN = random('alnum', 20, 5);
const plain = masker();
const knowing = masker({ 'a test': KNOWN });

const secret = fc.constantFrom(
  githubToken(),
  `password=${random('alnum', 20, 3)}`,
  Buffer.from(`token=${random('alnum', 24, 4)}`).toString('base64'),
  random('hex', 40, 6),
  KNOWN,
);
const word = fc.constantFrom('src/a.ts', 'key', '', 'a b', 'x\ny', '"', '\\', 'pä', 'token', 'eyJ', '-----');
const text = fc.oneof(
  word,
  secret,
  fc.tuple(word, secret, word).map((parts) => parts.join('')),
);
const key = fc.oneof({ weight: 8, arbitrary: fc.constantFrom('path', 'line', 'password', 'token') }, text);
const value = fc.oneof(text, fc.integer({ max: 99_999 }), fc.constant(null), fc.dictionary(key, text));

function mask(by: Masker, content: unknown): MaskedJson {
  const raw = bytes(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { structuredContent: content } }));
  return maskJson(raw, {
    masker: by,
    typeOf: () => ({ kind: 'response', method: 'tools/call' }),
    batch: false,
  });
}

test.each([
  ['without known values', plain],
  ['with one', knowing],
])('a message of many strings is masked as each of them by itself, %s', (_, by) => {
  const alone: Masker = { ...by, screen: () => undefined };
  fc.assert(
    fc.property(fc.array(value, { minLength: 9, maxLength: 40 }), (content) => {
      expect(mask(by, content)).toStrictEqual(mask(alone, content));
    }),
  );
});

test('a string that holds nothing is passed by the look at the whole message', () => {
  let asked = 0;
  const counting: Masker = {
    ...plain,
    inspect: (...given) => {
      asked += 1;
      return plain.inspect(...given);
    },
  };
  mask(
    counting,
    Array.from({ length: 500 }, (_, n) => ({ path: `src/file-${n}.ts` })),
  );
  expect(asked).toBeLessThan(20);
});

test('a secret in the last of many strings is masked', () => {
  const { findings } = mask(plain, [...Array.from({ length: 500 }, () => 'nothing'), githubToken()]);
  expect(findings).toMatchObject([{ at: '/result/structuredContent/500' }]);
});

test('a secret whose letters are escaped is masked among many strings', () => {
  const token = githubToken();
  const strings = [...Array.from({ length: 20 }, () => '"nothing"'), `"${escaped(token)}"`];
  const raw = bytes(`{"jsonrpc":"2.0","id":1,"result":{"structuredContent":[${strings.join(',')}]}}`);
  const { findings } = maskJson(raw, {
    masker: plain,
    typeOf: () => ({ kind: 'response', method: 'tools/call' }),
    batch: false,
  });
  expect(findings).toHaveLength(1);
});

const escaped = (from: string): string =>
  from.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
