import { describe, expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { isBrokenForm } from '../../../src/core/mask/known-form.ts';
import { bytes, random } from './fixtures.ts';

const found = (text: string): string[] =>
  createDetector()
    .detect(bytes(text))
    .map(({ rule }) => rule);
const token = (prefix: string, count: number): string => prefix + random('loweralnum', count);

describe('a value that begins like the tokens of a vendor', () => {
  test('is none when it is shorter than they are, whatever its name says', () => {
    for (const name of ['API_KEY', 'SUPABASE_ACCESS_TOKEN', 'CLIENT_SECRET', 'apiKey']) {
      expect(found(`${name}=${token('sbp_', 30)}\n`), name).toEqual([]);
      expect(found(`${name}: "${token('persona_production_', 33)}"`), name).toEqual([]);
    }
    expect(found(`the key is ${token('bedrock-api-key-', 28)}, end`)).toEqual([]);
  });

  test('is a secret by its name when it has their length and is none of them, or is longer', () => {
    for (const count of [40, 41, 80]) expect(found(`API_KEY=${token('sbp_', count)}\n`)).not.toEqual([]);
  });

  test('is a secret where a password stands, whatever it begins with', () => {
    expect(found(`DB_PASSWORD=${token('sbp_', 20)}\n`)).not.toEqual([]);
  });
});

test('what begins as keys of any service do is not measured by one of them', () => {
  for (const prefix of ['sk_', 'sk_live_', 'api-', 'key-', 'sdk-', 'live_', ''])
    expect(isBrokenForm(token(prefix, 12)), prefix).toBe(false);
  expect(isBrokenForm(token('glpat-', 12))).toBe(true);
  expect(isBrokenForm(`${token('glpat-', 4)}/and so on`)).toBe(false);
});
