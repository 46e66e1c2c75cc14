import { expect, test } from 'vitest';

import { saysWord } from '../../../src/core/mask/words.ts';

test.each([
  'cargo login ',
  'CARGO_REGISTRY_TOKEN=',
  'cargoToken: ',
  'my-cargo.key',
  'useCargo(',
  '(cargo) ',
  'cargo2',
])('“%s” says cargo', (text) => {
  expect(saysWord(text, 'cargo')).toBe(true);
});

test.each(['embargo = ', 'cargos ', 'CARGOS=', 'xcargo ', 'car go', ''])('“%s” does not', (text) => {
  expect(saysWord(text, 'cargo')).toBe(false);
});

test('a later place counts when an earlier one is part of another word', () => {
  expect(saysWord('embargo of cargo', 'cargo')).toBe(true);
});

test('a word that ends in a sign is looked for as it is', () => {
  expect(saysWord('?sv=2024&sp=r', 'sp=')).toBe(true);
  expect(saysWord('?resp=r', 'sp=')).toBe(false);
});
