import { expect, test } from 'vitest';

import { maskedWords, recorded } from '../../../src/core/run/masked-words.ts';
import { githubToken, masker, random } from '../mask/fixtures.ts';

const SECRET = random('alnum', 24, 6);

test('words are masked by what they are and by what stands before them', () => {
  const by = masker({ 'variable X': SECRET });
  const words = [
    'deploy',
    `--key=${SECRET}`,
    githubToken(2),
    '--password',
    random('alnum', 18, 3),
    'a b',
    '',
  ];
  expect(maskedWords(by, words)).toEqual([
    'deploy',
    expect.stringMatching(/^--key=hpm_known_\w+$/),
    expect.stringMatching(/^hpm_github\w+$/),
    '--password',
    expect.stringMatching(/^hpm_\w+$/),
    'a b',
    '',
  ]);
});

test('a secret that goes over several words is hidden in each of them', () => {
  const phrase = `${random('alnum', 12, 4)} ${random('alnum', 12, 5)}`;
  const masked = maskedWords(masker({ 'variable X': phrase }), ['say', ...phrase.split(' ')]);
  for (const word of phrase.split(' ')) expect(masked.join(' ')).not.toContain(word);
});

test('of very many or very long words the log has the first', () => {
  expect(recorded(['a', 'b'])).toEqual(['a', 'b']);
  expect(recorded(Array.from({ length: 5000 }, () => 'x')).length).toBeLessThan(5000);
  expect(recorded(['x'.repeat(100_000), 'y']).join('').length).toBeLessThan(20_000);
});
