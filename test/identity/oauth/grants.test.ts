import { expect, test } from 'vitest';

import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { Secret } from '../../../src/core/secret.ts';
import { MemoryStore } from '../../../src/identity/memory-store.ts';
import { type Grant, GrantBook } from '../../../src/identity/oauth/grants.ts';

const grant = (token: string): Grant => ({
  generation: 1,
  resource: 'https://mcp.example',
  issuer: 'https://as.example',
  client: {
    id: 'id',
    secret: new Secret(`client-${token}`),
    method: 'none',
    redirectUri: 'http://127.0.0.1:1/callback',
  },
  accessToken: new Secret(`access-${token}`),
  refreshToken: new Secret(`refresh-${token}`),
  scopes: ['read'],
  expiresAt: 1,
});

test('a grant is of one profile and one address, and comes back as it was', () => {
  const store = new MemoryStore();
  const book = new GrantBook('default', store);
  book.save('https://mcp.example/a', grant('aaaaaaaa1'));
  expect(book.get('https://mcp.example/a')).toEqual(grant('aaaaaaaa1'));
  expect(book.get('https://mcp.example/a')?.accessToken.reveal()).toBe('access-aaaaaaaa1');
  expect(book.get('https://mcp.example/b')).toBeUndefined();
  expect(book.get('constructor')).toBeUndefined();
  expect(new GrantBook('other', store).get('https://mcp.example/a')).toBeUndefined();
  book.save('https://mcp.example/b', grant('bbbbbbbb2'));
  book.remove('https://mcp.example/a');
  expect(book.get('https://mcp.example/a')).toBeUndefined();
  expect(book.get('https://mcp.example/b')).toBeDefined();
});

test('what one server gave is known as a secret in the sessions of all', () => {
  const book = new GrantBook('default', new MemoryStore());
  book.save('https://mcp.example/a', grant('aaaaaaaa1'));
  book.save('https://mcp.example/b', grant('bbbbbbbb2'));
  const known = new KnownValues();
  book.addTo(known);
  for (const token of ['aaaaaaaa1', 'bbbbbbbb2'])
    for (const kind of ['access', 'refresh', 'client'])
      expect(known.find(Buffer.from(`it said ${kind}-${token}.`))).not.toEqual([]);
});
