import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeCertificate } from '../helpers/certificate.ts';
import { cites } from '../helpers/cites.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { type Oidc, startOidc } from '../helpers/oidc.ts';
import { approveDevice } from '../helpers/web-forms.ts';

const certificate = makeCertificate();
let oidc: Oidc;
let hub: FakeHub;

beforeAll(async () => {
  oidc = await startOidc();
  hub = await startFakeHub(oidc, certificate);
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await oidc[Symbol.asyncDispose]();
});

/** A proxy for https (CONNECT) that notes where it was asked to connect to. */
async function startProxy(): Promise<{ url: string; asked: string[] } & AsyncDisposable> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', ({ url = '' }, client) => {
    asked.push(url);
    const [host, port] = url.split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await Promise.resolve();
    },
  };
}

async function authority(hallpass: Sandbox): Promise<string> {
  const file = join(hallpass.directory, 'ca.pem');
  await writeFile(file, certificate.cert);
  return file;
}

async function logInAndMint(hallpass: Sandbox, env: Record<string, string>): Promise<string> {
  const running = hallpass.spawn(['login', hub.url, '--json'], { env });
  const [address] = await running.saying('stdout', /http:[^"]+user_code=[A-Z-]+/);
  await approveDevice(address, 'developer');
  expect((await running.finished).code).toBe(0);
  const minted = await hallpass.run(['mint', 'demo'], { env });
  expect({ stderr: minted.stderr, code: minted.code }).toEqual({ stderr: '', code: 0 });
  return minted.stdout.trim();
}

describe('a hub behind a private authority and a proxy', () => {
  test('is reached by HTTPS_PROXY and NODE_EXTRA_CA_CERTS', cites('network.proxy'), async () => {
    await using hallpass = await sandbox();
    await using proxy = await startProxy();
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: await authority(hallpass) };
    expect(await logInAndMint(hallpass, env)).toBe(hub.given.at(-1));
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(hub.url).host]));
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
  });

  test('is reached directly where NO_PROXY names it', cites('network.proxy'), async () => {
    await using hallpass = await sandbox();
    await using proxy = await startProxy();
    const env = {
      HTTPS_PROXY: proxy.url,
      NO_PROXY: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: await authority(hallpass),
    };
    expect(await logInAndMint(hallpass, env)).toBe(hub.given.at(-1));
    expect(proxy.asked).toEqual([]);
  });

  test('is refused without its authority', cites('network.private-ca'), async () => {
    await using hallpass = await sandbox();
    const { stdout, stderr, code } = await hallpass.run(['login', hub.url]);
    expect(stderr).toMatch(/\((?:DEPTH_ZERO_)?SELF_SIGNED_CERT\w*\) \[ERR_HUB_UNREACHABLE\]/);
    expect({ stdout, code }).toEqual({ stdout: '', code: 5 });
  });
});
