import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import {
  lookupNoNearer,
  nearnessOf,
  nearnessOfHost,
  refuseNearer,
} from '../../src/platform/address-class.ts';
import { fetchNoNearerThan } from '../../src/platform/near-fetch.ts';
import { FakeUpstream, json } from '../helpers/http-upstream.ts';

describe('an address', () => {
  test.each([
    ['8.8.8.8', 0],
    ['2606:4700::1111', 0],
    ['10.1.2.3', 1],
    ['172.31.255.255', 1],
    ['192.168.0.1', 1],
    ['100.64.0.1', 1],
    ['fd00::1', 1],
    ['::ffff:10.0.0.1', 1],
    ['64:ff9b::a00:1', 1],
    ['127.0.0.1', 2],
    ['127.255.0.1', 2],
    ['0.0.0.0', 2],
    ['169.254.169.254', 2],
    ['::1', 2],
    ['::', 2],
    ['fe80::1', 2],
    ['::ffff:127.0.0.1', 2],
    ['no address', 2],
  ] as const)('%s is %d near', (address, near) => {
    expect(nearnessOf(address)).toBe(near);
  });

  test('of a host is that of what its name stands for', async () => {
    expect(await nearnessOfHost(new URL('http://127.0.0.1:1/'))).toBe(2);
    expect(await nearnessOfHost(new URL('http://[::1]:1/'))).toBe(2);
    expect(await nearnessOfHost(new URL('http://localhost/'))).toBe(2);
  });

  test('that is nearer is not found by its name, nor gone to without one', async () => {
    await expect(promisify(lookupNoNearer(1))('localhost', {})).rejects.toMatchObject({
      code: 'EPRIVATEADDRESS',
    });
    expect(() => refuseNearer(new URL('https://[::ffff:10.0.0.1]/'), 0)).toThrow();
    expect(() => refuseNearer(new URL('https://192.168.0.1/'), 0)).toThrow();
    expect(() => refuseNearer(new URL('https://192.168.0.1/'), 1)).not.toThrow();
  });
});

describe('a fetch on behalf of a server', () => {
  test('reaches what is as near as the server, and nothing nearer', async () => {
    await using upstream = await listening();
    const { port } = new URL(upstream.url);
    const near = await fetchNoNearerThan(new URL('http://127.0.0.1/'))(`http://localhost:${port}/x`);
    expect(near.status).toBe(200);
    const far = fetchNoNearerThan(new URL('https://8.8.8.8/'));
    await expect(far(`http://localhost:${port}/x`)).rejects.toMatchObject({
      cause: { code: 'EPRIVATEADDRESS' },
    });
    await expect(far(`http://127.0.0.1:${port}/x`)).rejects.toMatchObject({ code: 'EPRIVATEADDRESS' });
    expect(upstream.asked).toHaveLength(1);
  });
});

async function listening(): Promise<FakeUpstream & AsyncDisposable> {
  const upstream = await FakeUpstream.start(({ response }) => json(response, {}));
  return Object.assign(upstream, { [Symbol.asyncDispose]: () => upstream.close() });
}
