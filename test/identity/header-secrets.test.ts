import { describe, expect, test } from 'vitest';

import { Secret } from '../../src/core/secret.ts';
import { headerSecrets } from '../../src/identity/header-secrets.ts';
import { irrevocable, type Minter } from '../../src/identity/minters/minter.ts';
import '../helpers/to-throw-with-code.ts';

const server = { connection: 'search', origin: 'https://search.example' };

function minter(origins: readonly string[] | undefined): Minter {
  const minted = { tokenType: '', scopes: [], expiresAt: undefined, renewable: false, revoke: irrevocable };
  return { mint: () => Promise.resolve({ ...minted, credential: new Secret('value'), origins }) };
}

describe('a secret for a header', () => {
  test.each([undefined, ['https://search.example']])('goes to its own server: %j', async (origins) => {
    const known: string[] = [];
    const source = { name: 'X-Api-Key', before: 'Basic ', minter: minter(origins) };
    const headers = await headerSecrets([source], server, (minted) => known.push(minted.credential.reveal()));
    expect(headers['x-api-key']?.reveal()).toBe('Basic value');
    expect(known).toEqual(['value']);
  });

  test.each([[[]], [['https://other.example', 'http://search.example']]])(
    'goes nowhere else: %j',
    async (origins) => {
      const known: unknown[] = [];
      const source = { name: 'X-Api-Key', before: '', minter: minter(origins) };
      const asked = headerSecrets([source], server, (minted) => known.push(minted));
      await expect(asked).rejects.toThrowWithCode('ERR_SECRET_ORIGIN');
      expect(known).toEqual([]);
    },
  );
});
