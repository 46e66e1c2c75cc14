import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';

import { cites } from '../helpers/cites.ts';
import { type Running, sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { approveDevice } from '../helpers/web-forms.ts';
import { listening, post, serve } from './http.ts';

/** The real hub with its development provider. */
async function startHub(hallpass: Sandbox, port = 0): Promise<{ url: string; running: Running }> {
  const running = hallpass.spawn(['hub', 'start', '--dev', '--json', '--port', String(port)]);
  const [line] = await running.saying('stdout', /^\{"event":"ready".*\}$/m);
  return { url: (JSON.parse(line) as { url: string }).url, running };
}

async function logIn(hallpass: Sandbox, ...args: string[]): Promise<number | null> {
  const running = hallpass.spawn(['login', '--json', ...args]);
  const [address] = await running.saying('stdout', /http:[^"]+user_code=[A-Z-]+/);
  await approveDevice(address, 'developer');
  return (await running.finished).code;
}

async function stop({ child, finished }: Running): Promise<void> {
  child.kill('SIGINT');
  await finished;
}

describe('with the real hub', () => {
  test(
    'a server behind connect gets a token that it can check, and that is revoked after the session',
    cites('connect.credential'),
    async () => {
      await using hallpass = await sandbox();
      const { url } = await startHub(hallpass);
      expect(await logIn(hallpass, url)).toBe(0);
      const keys = createRemoteJWKSet(new URL('/jwks.json', url));
      const shown: string[] = [];
      await using server = await serve(async (exchange) => {
        shown.push(String(exchange.response.req.headers.authorization).replace('Bearer ', ''));
        const { payload } = await jwtVerify(shown.at(-1) ?? '', keys, { issuer: url, typ: 'at+jwt' });
        const { id } = exchange.message;
        exchange.json({ jsonrpc: '2.0', id, result: { who: payload.sub, scope: payload['scope'] } });
      });
      await mkdir(hallpass.configDir, { recursive: true });
      await writeFile(
        join(hallpass.configDir, 'hallpass.yaml'),
        JSON.stringify({ connections: { demo: { url: server.url, auth: { bearer: 'hub-jwt' } } } }),
      );
      const ready = await listening(hallpass, ['connect', 'demo', '--json']);
      const answer = await post(ready, { jsonrpc: '2.0', id: 1, method: 'ping' });
      expect(await answer.json()).toMatchObject({ result: { who: 'developer', scope: 'read write' } });
      expect(await isActive(hallpass, url, shown[0] ?? '')).toBe(true);
      await stop(ready.running);
      expect(await isActive(hallpass, url, shown[0] ?? '')).toBe(false);
    },
  );

  test(
    'that goes away, nothing is lost; one that comes in its place with other keys is not believed',
    cites('mint.hub-down', 'login.pins'),
    async () => {
      await using hallpass = await sandbox();
      const first = await startHub(hallpass);
      expect(await logIn(hallpass, first.url)).toBe(0);
      const minted = await hallpass.run(['mint', 'demo']);
      await stop(first.running);
      const down = await hallpass.run(['mint', 'demo', '--scope', 'read']);
      expect(down.stderr).toContain('[ERR_HUB_UNREACHABLE]');
      expect(down.code).toBe(5);
      expect((await hallpass.run(['mint', 'demo'])).stdout).toBe(minted.stdout);
      expect((await hallpass.run(['whoami'])).code).toBe(0);

      const second = await startHub(hallpass, Number(new URL(first.url).port));
      const refused = await hallpass.run(['login']);
      expect(refused.stderr).toContain('[ERR_HUB_KEYS_CHANGED]');
      expect(refused.code).toBe(6);
      expect(await logIn(hallpass, '--accept-new-keys')).toBe(0);
      expect((await hallpass.run(['mint', 'demo'])).stdout).not.toBe(minted.stdout);
      await stop(second.running);
    },
  );
});

async function isActive(hallpass: Sandbox, hub: string, token: string): Promise<boolean> {
  const { stdout } = await hallpass.run(['mint', hub]);
  const response = await fetch(new URL('/introspect', hub), {
    method: 'POST',
    headers: { authorization: `Bearer ${stdout.trim()}` },
    body: new URLSearchParams({ token }),
  });
  return ((await response.json()) as { active: boolean }).active;
}
