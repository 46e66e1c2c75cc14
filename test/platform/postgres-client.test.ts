import { type AddressInfo, createServer, type Socket } from 'node:net';
import process from 'node:process';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { Secret } from '../../src/core/secret.ts';
import { connectPostgres } from '../../src/platform/postgres-client.ts';
import { plant, random } from '../helpers/canaries.ts';

/** Somebody who answers in the place of a server: with AuthenticationCleartextPassword (Message Formats) to whoever begins. */
async function squatter() {
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard.push(bytes);
      if (heard.length === 1) socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      else socket.destroy();
    });
  });
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => Buffer.concat(heard).toString('latin1'),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => void server.close(closed));
    },
  };
}

afterEach(() => void vi.unstubAllEnvs());

describe('whoever answers at a port of this machine', () => {
  test('is not told the password', async () => {
    await using server = await squatter();
    const password = plant('the password of an administrator', random(24)).value;
    const address = { host: '127.0.0.1', port: server.port, user: 'admin', database: 'orders', tls: false };
    const signal = AbortSignal.timeout(5_000);
    const connected = connectPostgres({ address, password: new Secret(password), ca: undefined, signal });
    await expect(connected).rejects.toMatchObject({ code: 'ERR_DATABASE', message: /password in clear/ });
    expect(server.heard()).toContain('admin');
    expect(server.heard()).not.toContain(password);
  });

  test('is told nothing that stands in the environment', async () => {
    // Of a superuser it has the server load what is named.
    const settings = '-c session_preload_libraries=/tmp/of-somebody.so';
    vi.stubEnv('PGOPTIONS', settings);
    vi.stubEnv('PGREPLICATION', 'database');
    vi.stubEnv('PGSSLNEGOTIATION', 'direct');
    await using server = await squatter();
    const address = { host: '127.0.0.1', port: server.port, user: 'admin', database: 'orders', tls: false };
    const signal = AbortSignal.timeout(5_000);
    const password = new Secret('irrelevant');
    await expect(connectPostgres({ address, password, ca: undefined, signal })).rejects.toMatchObject({
      code: 'ERR_DATABASE',
    });
    expect(process.env['PGOPTIONS']).toBe(settings);
    expect(server.heard()).toMatch(/user\0admin\0database\0orders\0/);
    expect(server.heard()).not.toMatch(/options|replication/);
  });
});
