import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { bytes, githubToken, jsonWebToken, maskedText, masker, privateKey, random } from './fixtures.ts';

const KEY = new Uint8Array(32).fill(7);

describe('a placeholder', () => {
  test('survives JSON, URLs, shells and identifiers', () => {
    expect(new Placeholders(KEY).issue('github_pat', bytes('value'))).toMatch(
      /^hpm_github_pat_[a-z2-7]{16}$/,
    );
  });

  test('is the same for the same value, in another process too', () => {
    const value = bytes(random('alnum', 20));
    const placeholders = new Placeholders(KEY);
    expect(placeholders.issue('a', value)).toBe(placeholders.issue('b', value));
    expect(new Placeholders(KEY).issue('a', value)).toBe(placeholders.issue('a', value));
  });

  test('differs under another workspace key', () => {
    const other = new Placeholders(new Uint8Array(32).fill(8));
    const placeholder = new Placeholders(KEY).issue('a', bytes('value'));
    expect(other.issue('a', bytes('value'))).not.toBe(placeholder);
    expect(other.isIssued(placeholder)).toBe(false);
  });

  test('is told from text that looks like one, without a list', () => {
    const placeholder = new Placeholders(KEY).issue('a', bytes('value'));
    const fresh = new Placeholders(KEY);
    expect(fresh.isIssued(placeholder)).toBe(true);
    for (let i = 0; i < placeholder.length; i++) {
      const changed = `${placeholder.slice(0, i)}${placeholder[i] === 'a' ? 'b' : 'a'}${placeholder.slice(i + 1)}`;
      expect(fresh.isIssued(changed), changed).toBe(false);
    }
  });

  test('of another value never collides: a collision lengthens the tag', () => {
    const crowded = new Placeholders(KEY, 1);
    const values = Array.from({ length: 400 }, (_, i) => bytes(`value ${i}`));
    const issued = values.map((value) => crowded.issue('a', value));
    expect(new Set(issued).size).toBe(values.length);
    expect(issued.every((placeholder) => crowded.isIssued(placeholder))).toBe(true);
  });
});

describe('masking again changes nothing', () => {
  test.each([
    ['a placeholder as a value', (p: string) => `API_KEY=${p}\npassword: "${p}"\n`],
    ['a placeholder in base64', (p: string) => Buffer.from(`key=${p}\n`).toString('base64')],
    ['a word right after it', (p: string) => `token=${p}-x\n`],
    ['in a URL', (p: string) => `postgres://me:${p}@db/x?token=${p}&y=1`],
    [
      'in escaped JSON',
      (p: string) => JSON.stringify(JSON.stringify({ password: p, secret: `Bearer ${p}` })),
    ],
  ])('%s', (_, text) => {
    const by = masker();
    const placeholder = by.placeholders.issue('github_pat', bytes(githubToken()));
    expect(maskedText(by, text(placeholder))).toBe(text(placeholder));
  });

  test('a placeholder is not taken for the name of what follows it', () => {
    const by = masker();
    const placeholder = by.placeholders.issue('secret_value', bytes(githubToken()));
    const text = `${placeholder} ${random('alnum', 24)} ${placeholder}-${random('alnum', 24)}`;
    expect(maskedText(by, text)).toBe(text);
  });

  test('base64 keeps its padding, and so its distance from what follows it', () => {
    const by = masker();
    for (const count of [19, 20]) {
      const token = Buffer.from(`password=${random('alnum', count, 4)}`).toString('base64');
      const once = maskedText(by, token + token);
      expect(once).toHaveLength(2 * maskedText(by, token).length);
      expect(maskedText(by, once)).toBe(once);
    }
  });

  test('text that only looks like one is masked', () => {
    expect(maskedText(masker(), `api_key: "hpm_github_pat_${random('loweralnum', 16)}"`)).toMatch(
      /hpm_secret_value_/,
    );
  });

  test('a secret beside a placeholder in one value is masked', () => {
    const by = masker();
    const placeholder = by.placeholders.issue('github_pat', bytes(githubToken()));
    const secret = random('alnum', 24);
    const masked = maskedText(by, JSON.stringify({ password: `${placeholder} ${secret}` }), 'password');
    expect(masked).toContain(placeholder);
    expect(masked).not.toContain(secret);
    expect(maskedText(by, masked, 'password')).toBe(masked);
  });

  test('for any document of names and values, however nested', () => {
    const by = masker({ known: random('alnum', 12) });
    const name = fc.constantFrom(
      'password',
      'DB_PASSWORD',
      'api_key',
      'clientSecret',
      'x-token',
      'name',
      'Authorization',
      'Cookie',
      'mailjet',
      'key',
      'url',
    );
    const value = fc.constantFrom(
      githubToken(), jsonWebToken(), privateKey(2), random('alnum', 12), random('alnum', 24, 9), random('hex', 40, 3), 'hunter2xyz', 'word', 'a few words',
      `postgres://me:${random('alnum', 12, 6)}@db/x`, `Bearer ${random('alnum', 30, 8)}`, `sid=${random('alnum', 24, 2)}; theme=dark`, '${VAR}', 'hpm_a_b',
      Buffer.from(`password=${random('alnum', 20, 4)}`).toString('base64'), Buffer.from(`x ${random('alnum', 12)} y`).toString('base64'),
    ); // prettier-ignore
    const line = fc.oneof(
      fc.tuple(name, fc.constantFrom(': ', '=', ' = ', ' '), value).map((parts) => parts.join('')),
      fc.tuple(name, value).map(([key, content]) => JSON.stringify({ [key]: content })),
      fc.tuple(name, value).map(([key, content]) => `const ${key} = "${content}";`),
      fc.tuple(name, value).map(([key, content]) => `<${key}>${content}</${key}>`),
      fc
        .tuple(name, value)
        .map(([key, content]) => `curl -u me:${content} 'https://h/?${key}=${content}&z=1'`),
    );
    const wrap = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => JSON.stringify(text),
      (text) => JSON.stringify({ content: [{ text: JSON.stringify(text) }] }),
      (text) => Buffer.from(text).toString('base64'),
      (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('hex'),
      encodeURIComponent,
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), wrap, (lines, wrapped) => {
        const once = maskedText(by, wrapped(lines.join('\n')));
        expect(maskedText(by, once)).toBe(once);
      }),
      { numRuns: 1_500 },
    );
  });
});
