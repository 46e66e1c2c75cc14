import { expect, test } from 'vitest';

import { judge } from '../../../src/core/mask/judge.ts';
import { isSecretName, nameStrength } from '../../../src/core/mask/names.ts';
import { random } from './fixtures.ts';

test.each([
  ['typed', '1234567890abcdef1234567890abcdef'],
  ['typed', 'a1b2c3d4e5f6g7h8i9j0'],
  ['typed', 'prefix_live_abc123abc123abc123abc123'],
  ['typed', '01234567890123456789'],
  ['dummy', `ghp_${'a'.repeat(36)}`],
  ['dummy', '11112222-3333-1111-2222-333311112222'],
  ['dummy', '…'],
  ['dummy', Buffer.from('…').toString('latin1')],
  ['dummy', 'invalid-secret-format'],
  ['random', `MDIEEPgAAAAAAAAAAAAAAAAAAAEw${random('b64', 40)}`],
  ['reference', '${DB_PASSWORD}'],
  // As Make, Compose and Buildkite have it for a shell that comes later.
  ['reference', '$$DB_PASSWORD'],
  ['reference', '. $row['],
  ['plain', 'amqp://localhost:5672/x'],
  ['plain', '-3.1061091867014e-204'],
  ['words', '#user-password'],
  ['words', 'ClientCapabilitiesSchema'],
  ['words', 'Schlüsselwörter'],
  ['mixed', ['hunter', '2xyz'].join('')],
])('%s: %s', (kind, value) => {
  expect(judge(value)).toBe(kind);
});

// Of ten thousand random keys none is taken for something that somebody typed.
test.each(['alnum', 'lhex', 'b64url', 'loweralnum'] as const)('random %s is not typed', (alphabet) => {
  const kinds = Array.from({ length: 2_000 }, (_, seed) => judge(random(alphabet, 32, seed + 1)));
  expect(kinds.filter((kind) => kind === 'typed').length).toBeLessThanOrEqual(4);
});

test.each([
  ['field', 'DB_PASSWORD'],
  ['field', 'spring.datasource.password'],
  ['strong', 'x-api-key'],
  ['strong', 'AzureStorageConnectionString'],
  ['weak', 'secretKeyBaseline'],
  ['strong', 'keyVaultToStoreSecrets'],
  ['field', 'requirepass'],
  [undefined, 'csrf_token'],
  [undefined, 'authenticity_token'],
  [undefined, '__RequestVerificationToken'],
  [undefined, 'csrfmiddlewaretoken'],
  [undefined, 'validKeyChars'],
  [undefined, 'publicToken'],
  [undefined, 'tokenCount'],
  [undefined, 'primaryKey'],
])('%s: %s', (strength, name) => {
  expect(nameStrength(name)).toBe(strength);
});

test('a variable for a webhook is a secret, one for a key of the keyboard is none', () => {
  expect(isSecretName('SLACK_WEBHOOK_URL')).toBe(true);
  expect(isSecretName('HOT_KEY')).toBe(false);
  expect(isSecretName('MODIFIER_KEY')).toBe(false);
});
