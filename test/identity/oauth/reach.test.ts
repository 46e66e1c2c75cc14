import { describe, expect, test } from 'vitest';

import type { Fetch } from '../../../src/identity/ask.ts';
import { oauthFetch, requireReachable } from '../../../src/identity/oauth/reach.ts';

const far = new URL('https://mcp.example/mcp');
const here = new URL('http://127.0.0.1:4000/mcp');

describe('an address that a server names', () => {
  test.each([
    ['https://as.example/x', far],
    ['https://as.example/x', here],
    ['http://127.0.0.1:5000/x', here],
    ['http://localhost:5000/x', here],
  ])('is gone to: %s for %s', (address, server) => {
    expect(requireReachable(address, server).href).toBe(address);
  });

  test.each([
    ['http://as.example/x', far],
    ['http://as.example/x', here],
    ['http://127.0.0.1:5000/x', far],
    ['https://localhost/x', far],
    ['https://[::1]/x', far],
    ['file:///etc/passwd', here],
    ['javascript:alert(1)', here],
    ['data:text/html,x', far],
    ['https://user:word@as.example/x', far],
  ])('is not gone to: %s for %s', (address, server) => {
    expect(() => requireReachable(address, server)).toThrow();
  });

  test('is asked without following it elsewhere, and no more than so much is read', async () => {
    const redirects: unknown[] = [];
    const base = ((_url: string, init: RequestInit) => {
      redirects.push(init.redirect);
      return Promise.resolve(new Response(new Uint8Array(2 * 1024 * 1024)));
    }) as unknown as Fetch;
    await expect(oauthFetch(base, far)('https://as.example/x')).rejects.toThrow(/more than it may/);
    await expect(oauthFetch(base, far)('http://127.0.0.1:1/x')).rejects.toThrow();
    expect(redirects).toEqual(['manual']);
  });
});
