import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { webhookFetch } from '../../src/platform/webhook-fetch.ts';

let asked = 0;
let port = 0;
const server = createServer((_, response) => {
  asked += 1;
  response.end();
});
beforeAll(async () => {
  server.listen(0);
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

// An address, a name that leads to one, and other ways to spell it.
test.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f000001', '0.0.0.0'])(
  'a webhook reaches %s only if it is said to be private',
  async (host) => {
    const url = `http://${host}:${port}/`;
    asked = 0;
    await expect(webhookFetch({ isPrivate: false })(url)).rejects.toThrow(
      /address of this network|fetch failed/,
    );
    expect(asked).toBe(0);
  },
);

test('and then it does', async () => {
  asked = 0;
  expect((await webhookFetch({ isPrivate: true })(`http://127.0.0.1:${port}/`)).status).toBe(200);
  expect(asked).toBe(1);
});

test.each(['10.0.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '[fd00::1]', '[fe80::1]'])(
  'nor %s, which is of a private network',
  async (host) => {
    await expect(webhookFetch({ isPrivate: false })(`http://${host}/`)).rejects.toThrow(
      'address of this network',
    );
  },
);
