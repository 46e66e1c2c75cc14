import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { TestHub } from './helpers/test-hub.ts';
import { accepted, record } from './helpers/uploading.ts';

describe('one hub at a time', () => {
  test('a second one on the same data is refused, and does no harm', async () => {
    await using first = await TestHub.start();
    await expect(TestHub.start({ dataDir: first.dataDir })).rejects.toThrowWithCode('ERR_HUB_RUNNING');
    expect((await first.get('/jwks.json')).status).toBe(200);
    await first.stop();
    await using second = await TestHub.start({ dataDir: first.dataDir });
    expect((await second.get('/jwks.json')).status).toBe(200);
  });
});

describe('it does not start', () => {
  test.each(['0.0.0.0', '::', '192.168.1.1', 'example.com'])(
    'on %s, which others can reach',
    async (host) => {
      const listen = { host, port: 0 };
      await expect(TestHub.start({ config: { listen } })).rejects.toThrowWithCode('ERR_USAGE');
    },
  );

  test('on a port that is taken; afterwards its data is free again', async () => {
    await using hub = await TestHub.start();
    await hub.stop();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const listen = { host: '127.0.0.1', port };
    await expect(hub.start({ listen })).rejects.toThrowWithCode('ERR_PORT_TAKEN');
    other.close();
    await once(other, 'close');
    await hub.start({ listen });
    expect(hub.url).toBe(`http://127.0.0.1:${port}`);
  });

  test('with the database of a newer hub', async () => {
    await using hub = await TestHub.start();
    await hub.stop();
    const database = new DatabaseSync(join(hub.dataDir, 'hub.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(hub.start()).rejects.toThrowWithCode('ERR_HUB_DATA');
  });

  test('with other keys than those of its database', async () => {
    await using hub = await TestHub.start();
    await hub.stop();
    rmSync(join(hub.dataDir, 'keys.json'));
    await expect(hub.start()).rejects.toThrowWithCode('ERR_HUB_DATA');
  });
});

test('it listens on ::1 and says so', async () => {
  await using hub = await TestHub.start({ config: { listen: { host: '::1', port: 0 } } });
  expect(hub.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await hub.get('/.well-known/hallpass')).status).toBe(200);
});

test('a request for another host is refused: names that are made to point here open nothing', async () => {
  await using hub = await TestHub.start();
  const { port } = new URL(hub.url);
  for (const path of ['/jwks.json', '/dev-oidc/device']) {
    const answer = await fetch(`http://localhost:${port}${path}`);
    expect(answer.status).toBe(421);
    expect(await answer.text()).toContain(hub.url);
  }
});

test('nothing answers with CORS headers or cookies, but the pages of the development provider', async () => {
  await using hub = await TestHub.start();
  for (const path of ['/.well-known/hallpass', '/jwks.json', '/log/checkpoint', '/sessions', '/nowhere']) {
    const { headers } = await fetch(`${hub.url}${path}`, { headers: { origin: 'https://evil.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.getSetCookie()).toEqual([]);
  }
});

test('what it keeps and what it logs holds no token in clear, and nobody else can read it', async () => {
  await using hub = await TestHub.start();
  const { id_token: idToken } = await hub.signIn('developer');
  const token = await hub.mint(idToken);
  await accepted(hub, token, await record());
  await hub.form('/revoke', token, { token: await hub.mint(idToken, { audience: 'demo' }) });
  await hub.get(`/nowhere?token=${token}`, token);
  await hub.get(`/log/checkpoint?access_token=${token}`, token);
  const canaries = hub.given.map((value, at) => ({ name: `token ${at}`, value }));
  expect(canaries.length).toBeGreaterThanOrEqual(5);
  const streams = { 'request log': JSON.stringify(hub.requests) };
  assertNoCanary({ canaries, streams, directories: [hub.dataDir] });
  await hub.stop();
  assertNoCanary({ canaries, directories: [hub.dataDir] });
  expect(Object.keys(hub.requests[0] ?? {}).sort()).toEqual(['method', 'ms', 'path', 'status']);
  const keys = join(hub.dataDir, 'keys.json');
  expect(statSync(keys).mode & 0o777).toBe(0o600);
  for (const name of readdirSync(join(hub.dataDir, 'sessions')))
    expect(statSync(join(hub.dataDir, 'sessions', name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(keys, 'utf8')).toContain('hallpass-hub-keys/1');
});
