import { createServer } from 'node:http';
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, test } from 'vitest';

import { LoopbackRedirects } from '../../src/platform/redirects.ts';

const { signal } = new AbortController();

async function listen(wanted?: number): Promise<LoopbackRedirects & AsyncDisposable> {
  const redirects = await LoopbackRedirects.listen(wanted);
  return Object.assign(redirects, { [Symbol.asyncDispose]: () => redirects.close() });
}

describe('where a browser comes back to', () => {
  test('is an address of this machine, and takes what has the state', async () => {
    await using redirects = await listen();
    expect(redirects.uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    const answer = redirects.answer('right', signal);
    const page = await fetch(`${redirects.uri}?state=right&code=abc`);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await page.text()).not.toContain('abc');
    expect((await answer).get('code')).toBe('abc');
  });

  test('is not to be had by who does not know the state, which ends nothing', async () => {
    await using redirects = await listen();
    const { port, origin } = new URL(redirects.uri);
    const answer = redirects.answer('right', signal);
    expect((await fetch(`${redirects.uri}?state=wrong&code=evil`)).status).toBe(404);
    expect((await fetch(`${redirects.uri}?code=evil`)).status).toBe(404);
    expect((await fetch(`${origin}/?state=right&code=evil`)).status).toBe(404);
    expect((await fetch(`${redirects.uri}?state=right&code=evil`, { method: 'POST' })).status).toBe(404);
    // A name of somebody else's that stands for this machine.
    const asking = request(`${redirects.uri}?state=right&code=evil`, {
      headers: { host: `evil.example:${port}` },
    }).end();
    const [{ statusCode }] = (await once(asking, 'response')) as [{ statusCode: number }];
    expect(statusCode).toBe(404);
    await fetch(`${redirects.uri}?state=right&code=good`);
    expect((await answer).get('code')).toBe('good');
  });

  test('is the wanted port where that is free, else another', async () => {
    await using first = await listen();
    const taken = Number(new URL(first.uri).port);
    await using second = await listen(taken);
    expect(second.uri).not.toBe(first.uri);
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    other.close();
    await once(other, 'close');
    await using third = await listen(port);
    expect(new URL(third.uri).port).toBe(String(port));
  });

  test('is no longer waited for when nobody wants it', async () => {
    await using redirects = await listen();
    const gone = new AbortController();
    const answer = redirects.answer('right', gone.signal);
    gone.abort();
    await expect(answer).rejects.toThrow();
  });
});
