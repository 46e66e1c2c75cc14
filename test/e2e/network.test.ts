import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { cites } from '../helpers/cites.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';
import { startForwardProxy } from '../helpers/forward-proxy.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { type Asked, FakeUpstream } from '../helpers/http-upstream.ts';
import { type Oidc, startOidc } from '../helpers/oidc.ts';
import { approveDevice } from '../helpers/web-forms.ts';

// Names that no name server knows: who reaches one does so by the proxy.
const HUB = 'hub.internal.test';
const SERVER = 'mcp.internal.test';
const certificate = makeCertificate(HUB);
let oidc: Oidc;
let hub: FakeHub;
let localHub: FakeHub;

beforeAll(async () => {
  oidc = await startOidc();
  hub = await startFakeHub(oidc, { ...certificate, name: HUB });
  localHub = await startFakeHub(oidc, certificate);
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await localHub[Symbol.asyncDispose]();
  await oidc[Symbol.asyncDispose]();
});

async function authority(hallpass: Sandbox): Promise<string> {
  const file = join(hallpass.directory, 'ca.pem');
  await writeFile(file, certificate.cert);
  return file;
}

async function logInAndMint(
  hallpass: Sandbox,
  { url }: FakeHub,
  env: Record<string, string>,
): Promise<string> {
  const running = hallpass.spawn(['login', url, '--json'], { env });
  const [address] = await running.saying('stdout', /http:[^"]+user_code=[A-Z-]+/);
  await approveDevice(address, 'developer');
  expect((await running.finished).code).toBe(0);
  const minted = await hallpass.run(['mint', 'demo'], { env });
  expect({ stderr: minted.stderr, code: minted.code }).toEqual({ stderr: '', code: 0 });
  return minted.stdout.trim();
}

/** Neither the passphrase nor a token anywhere but where it is meant to be: on stdout of `mint`. */
function nothingKept(hallpass: Sandbox, { given }: FakeHub): void {
  const passphrase = { name: 'the passphrase', value: hallpass.env['HALLPASS_PASSPHRASE'] ?? '' };
  const canaries = [passphrase, ...given.map((value, at) => ({ name: `token ${at}`, value }))];
  assertNoCanary({ canaries, directories: [hallpass.directory] });
}

describe('a hub behind a private authority and a proxy', () => {
  test(
    'is reached by HTTPS_PROXY and NODE_EXTRA_CA_CERTS, and its issuer on this machine by none',
    cites('network.proxy', 'network.loopback'),
    async () => {
      await using hallpass = await sandbox();
      await using proxy = await startForwardProxy(HUB);
      const env = {
        HTTPS_PROXY: proxy.url,
        HTTP_PROXY: proxy.url,
        NO_PROXY: 'other.internal.test',
        NODE_EXTRA_CA_CERTS: await authority(hallpass),
      };
      expect(await logInAndMint(hallpass, hub, env)).toBe(hub.given.at(-1));
      expect(new Set(proxy.asked)).toEqual(new Set([new URL(hub.url).host]));
      expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
      nothingKept(hallpass, hub);
    },
  );

  test('on this machine is reached without the proxy', cites('network.loopback'), async () => {
    await using hallpass = await sandbox();
    await using proxy = await startForwardProxy(HUB);
    const env = {
      HTTPS_PROXY: proxy.url,
      HTTP_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: await authority(hallpass),
    };
    expect(await logInAndMint(hallpass, localHub, env)).toBe(localHub.given.at(-1));
    expect(proxy.asked).toEqual([]);
    nothingKept(hallpass, localHub);
  });

  test('is refused without its authority', cites('network.private-ca'), async () => {
    await using hallpass = await sandbox();
    await using proxy = await startForwardProxy(HUB);
    for (const { url } of [hub, localHub]) {
      const { stdout, stderr, code } = await hallpass.run(['login', url], {
        env: { HTTPS_PROXY: proxy.url },
      });
      expect(stderr).toMatch(/\((?:DEPTH_ZERO_)?SELF_SIGNED_CERT\w*\) \[ERR_HUB_UNREACHABLE\]/);
      expect({ stdout, code }).toEqual({ stdout: '', code: 5 });
    }
    nothingKept(hallpass, hub);
  });
});

describe('a server by URL', () => {
  const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';

  async function pinged(url: string, env: Record<string, string>): Promise<void> {
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['connect', '--url', url], { env });
    running.child.stdin.write(PING);
    await running.saying('stdout', /^\{"jsonrpc":"2\.0","id":1,"result":\{\}\}$/m);
    running.child.stdin.end();
    expect((await running.finished).code).toBe(0);
    nothingKept(hallpass, hub);
  }

  const answer = ({ message, response }: Asked) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} }));

  test('in clear is asked by HTTP_PROXY', cites('network.proxy'), async () => {
    await using proxy = await startForwardProxy(SERVER);
    const upstream = await FakeUpstream.start(answer);
    const where = `${SERVER}:${upstream.port}`;
    await pinged(`http://${where}/mcp`, { HTTP_PROXY: proxy.url });
    await upstream.close();
    expect(upstream.asked.map(({ headers }) => headers.host)).toEqual([where]);
    expect(new Set(proxy.asked)).toEqual(new Set([where]));
  });

  test('on this machine is asked directly', cites('network.loopback'), async () => {
    await using proxy = await startForwardProxy(SERVER);
    const upstream = await FakeUpstream.start(answer);
    await pinged(upstream.url, { HTTP_PROXY: proxy.url });
    await upstream.close();
    expect(upstream.asked).toHaveLength(1);
    expect(proxy.asked).toEqual([]);
  });
});
