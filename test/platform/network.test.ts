import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { isOnLoopback, proxyDispatcher } from '../../src/platform/network.ts';
import { cites } from '../helpers/cites.ts';
import { type ForwardProxy, startForwardProxy } from '../helpers/forward-proxy.ts';

const server = createServer((_, response) => response.end('here'));
let proxy: ForwardProxy;
let port: number;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => server.close());

beforeEach(async () => {
  proxy = await startForwardProxy('hub.internal.test');
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'HTTPS_PROXY']) vi.stubEnv(name, undefined);
  vi.stubEnv('HTTP_PROXY', proxy.url);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy[Symbol.asyncDispose]();
});

// As if a name server of the network knew it too: without a proxy it is found as well.
const lookup: NonNullable<Agent.Options['connect']> = {
  lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
};

/** Asks the server by this name. Returns what the proxy was asked. */
async function asking(host: string): Promise<string[]> {
  const dispatcher = proxyDispatcher({ connect: lookup });
  const { body } = await request(`http://${host}:${port}/`, { dispatcher });
  expect(await body.text()).toBe('here');
  await dispatcher.close();
  return proxy.asked;
}

describe('by way of proxies', () => {
  test('a server elsewhere is asked by the proxy', cites('network.proxy'), async () => {
    vi.stubEnv('NO_PROXY', 'other.internal.test');
    expect(await asking('hub.internal.test')).toEqual([`hub.internal.test:${port}`]);
  });

  test.each(['hub.internal.test', '.internal.test', 'other.test, hub.internal.test', '*'])(
    'a server that NO_PROXY names as %s is asked directly',
    cites('network.proxy'),
    async (direct) => {
      vi.stubEnv('NO_PROXY', direct);
      expect(await asking('hub.internal.test')).toEqual([]);
    },
  );

  test.each(['127.0.0.1', 'localhost', 'hub.localhost'])(
    '%s is asked directly, whatever the environment says',
    cites('network.loopback'),
    async (host) => {
      vi.stubEnv('NO_PROXY', 'other.internal.test');
      expect(await asking(host)).toEqual([]);
    },
  );

  test('even this machine is asked by the proxy with <-loopback> in NO_PROXY', async () => {
    vi.stubEnv('NO_PROXY', 'other.internal.test,<-loopback>');
    expect(await asking('127.0.0.1')).toEqual([`127.0.0.1:${port}`]);
  });
});

test.each([
  ['http://127.0.0.1:4180', true],
  ['https://127.255.3.4', true],
  ['http://127.1', true],
  ['http://0x7f000001', true],
  ['http://[::1]:80', true],
  ['http://[::ffff:127.0.0.1]', true],
  ['http://LOCALHOST:1', true],
  ['http://localhost.', true],
  ['http://a.b.localhost', true],
  ['http://128.0.0.1', false],
  ['http://10.127.0.1', false],
  ['http://0.0.0.0', false],
  ['http://[::2]', false],
  ['http://[::ffff:128.0.0.1]', false],
  ['http://[127::1]', false],
  ['http://localhost.example', false],
  ['http://notlocalhost', false],
  ['http://127.0.0.1.example', false],
])('%s is on this machine: %o', (origin, expected) => {
  expect(isOnLoopback(origin)).toBe(expected);
});
