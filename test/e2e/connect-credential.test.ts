import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { plant } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { type Oidc, startOidc } from '../helpers/oidc.ts';
import { approveDevice } from '../helpers/web-forms.ts';
import { type Exchange, listening, post, serve } from './http.ts';

let oidc: Oidc;
let hub: FakeHub;

beforeAll(async () => {
  oidc = await startOidc();
  hub = await startFakeHub(oidc);
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await oidc[Symbol.asyncDispose]();
});

async function logIn(hallpass: Sandbox): Promise<void> {
  const running = hallpass.spawn(['login', hub.url, '--json']);
  const [address] = await running.saying('stdout', /http:[^"]+user_code=[A-Z-]+/);
  await approveDevice(address, 'developer');
  expect((await running.finished).code).toBe(0);
}

/** The user's own file, which needs no trust. */
async function configure(hallpass: Sandbox, connection: object): Promise<void> {
  await mkdir(hallpass.configDir, { recursive: true });
  await writeFile(
    join(hallpass.configDir, 'hallpass.yaml'),
    JSON.stringify({ connections: { tickets: connection } }),
  );
}

const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'list', arguments: {} } };

/** Answers each call with the text, `TOKEN` in it being what it was shown. */
const echo = (text: string) => (exchange: Exchange) => {
  const shown = String(exchange.response.req.headers.authorization).replace('Bearer ', '');
  const content = [{ type: 'text', text: text.replace('TOKEN', shown) }];
  exchange.json({ jsonrpc: '2.0', id: exchange.message.id, result: { content } });
};

/** What the hub gave for the server, and not for itself. */
function tokens(): string[] {
  return hub.given.filter((token) => token.startsWith('hub-tickets-'));
}

function secretValue(): string {
  return plant('a stored secret', `v${randomBytes(18).toString('hex')}`).value;
}

describe('a connection that wants a token of the hub', () => {
  test(
    'gets it attached; the client sees a placeholder wherever the server repeats it',
    cites('connect.credential'),
    async () => {
      await using hallpass = await sandbox();
      await logIn(hallpass);
      await using server = await serve(echo('you sent TOKEN'));
      await configure(hallpass, { url: server.url, auth: { bearer: 'hub-jwt', scopes: ['read'] } });
      const given = tokens().length;
      const ready = await listening(hallpass, ['connect', 'tickets', '--json']);
      const answer = await (await post(ready, call)).text();
      const token = tokens()[given] ?? '';
      expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
      expect(hub.asked).toContainEqual(
        expect.objectContaining({ audience: 'tickets', scope: 'read', use: 'proxy' }),
      );
      expect(answer).toMatch(/you sent hpm_\w+/);
      ready.running.child.kill('SIGINT');
      expect((await ready.running.finished).code).toBe(0);
      assertNoCanary({
        canaries: [{ name: 'token', value: token }],
        directories: [hallpass.directory],
        streams: { ...hallpass.streams, answer },
      });
      expect(hub.revoked).toContain(token);
    },
  );

  test('renews it before it ends, within the session', cites('connect.credential-renewed'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    await using server = await serve(echo('ok'));
    await configure(hallpass, { url: server.url, auth: { bearer: 'hub-jwt' } });
    hub.lifetime = 1;
    const given = tokens().length;
    const ready = await listening(hallpass, ['connect', 'tickets', '--json']);
    hub.lifetime = 600;
    while (server.requests.at(-1)?.headers.authorization !== `Bearer ${tokens()[given + 1]}`)
      await post(ready, call);
    expect(tokens().length).toBe(given + 2);
  });

  test('has it ended by the next hallpass where this one is killed', cites('run.with-killed'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    await using server = await serve(echo('ok'));
    await configure(hallpass, { url: server.url, auth: { bearer: 'hub-jwt' } });
    const given = tokens().length;
    const ready = await listening(hallpass, ['connect', 'tickets', '--json']);
    await post(ready, call);
    const token = plant('a token of the hub', tokens()[given] ?? '').value;
    ready.running.child.kill('SIGKILL');
    await ready.running.finished;
    expect(hub.revoked).not.toContain(token);
    const next = await hallpass.run(['run', '--', 'true']);
    expect(next.stderr).toContain('left by an earlier hallpass, ended: 1 token\n');
    expect(hub.revoked).toContain(token);
    hallpass.assertNoCanary();
  });

  test('that is refused once is minted anew once', cites('connect.credential-renewed'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    const given = tokens().length;
    await using server = await serve((exchange) => {
      if (exchange.response.req.headers.authorization === `Bearer ${tokens()[given]}`)
        return void exchange.response.writeHead(401).end();
      return echo('ok')(exchange);
    });
    await configure(hallpass, { url: server.url, auth: { bearer: 'hub-jwt' } });
    const ready = await listening(hallpass, ['connect', 'tickets', '--json']);
    expect((await post(ready, call)).status).toBe(200);
    expect((await post(ready, call)).status).toBe(200);
    expect(server.requests).toHaveLength(3);
  });

  test('that is always refused is not minted on and on', cites('connect.credential-renewed'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    await using server = await serve(({ response }) => void response.writeHead(401).end());
    await configure(hallpass, { url: server.url, auth: { bearer: 'hub-jwt' } });
    const given = tokens().length;
    const ready = await listening(hallpass, ['connect', 'tickets', '--json']);
    for (let n = 0; n < 4; n += 1) expect((await post(ready, call)).status).toBe(401);
    expect(tokens().length - given).toBe(2);
    expect(server.requests).toHaveLength(5);
  });

  test('is told at once that nobody is logged in', cites('connect.credential'), async () => {
    await using hallpass = await sandbox();
    await configure(hallpass, { url: 'http://127.0.0.1:2/mcp', auth: { bearer: 'hub-jwt' } });
    const { stderr, code } = await hallpass.run(['connect', 'tickets']);
    expect(stderr).toContain('nobody is logged in [ERR_AUTH]\n  Log in: hallpass login HUB\n');
    expect(code).toBe(3);
  });

  test('is not sent where the hub does not allow it', cites('connect.credential-origin'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    await using server = await serve(echo('ok'));
    await configure(hallpass, { url: server.url, auth: { bearer: 'hub-jwt' } });
    hub.origins = ['https://tickets.example.com'];
    const { stderr, code } = await hallpass.run(['connect', 'tickets']);
    hub.origins = undefined;
    expect(stderr).toContain('[ERR_SECRET_ORIGIN]');
    expect(code).toBe(4);
    expect(server.requests).toHaveLength(0);
  });
});

describe('a connection that wants a stored secret', () => {
  test('gets it only at the origin that was stored with it', cites('connect.credential-origin'), async () => {
    await using hallpass = await sandbox();
    const value = secretValue();
    await using server = await serve(echo('TOKEN'));
    await using other = await serve(echo('TOKEN'));
    await hallpass.run(['secret', 'add', 'KEY', '--origin', new URL(server.url).origin], { stdin: value });
    await configure(hallpass, { url: server.url, auth: { bearer: 'secret:KEY' } });
    const ready = await listening(hallpass, ['connect', 'tickets', '--json']);
    expect(await (await post(ready, call)).text()).not.toContain(value);
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${value}`);

    await configure(hallpass, { url: other.url, auth: { bearer: 'secret:KEY' } });
    const refused = await hallpass.run(['connect', 'tickets']);
    expect(refused.stderr).toContain('[ERR_SECRET_ORIGIN]');
    expect(other.requests).toHaveLength(0);
  });

  test('does not follow a redirect with it', cites('connect.credential-origin'), async () => {
    await using hallpass = await sandbox();
    await using other = await serve(echo('TOKEN'));
    await using server = await serve(
      ({ response }) => void response.writeHead(307, { location: other.url }).end(),
    );
    await hallpass.run(['secret', 'add', 'KEY', '--origin', new URL(server.url).origin], {
      stdin: secretValue(),
    });
    await configure(hallpass, { url: server.url, auth: { bearer: 'secret:KEY' } });
    const ready = await listening(hallpass, ['connect', 'tickets', '--json']);
    await post(ready, call);
    expect(server.requests).toHaveLength(1);
    expect(other.requests).toHaveLength(0);
  });

  test("of a project's file waits for trust", cites('connect.credential-untrusted'), async () => {
    await using hallpass = await sandbox();
    const value = secretValue();
    await using server = await serve(echo('ok'));
    await hallpass.run(['secret', 'add', 'KEY', '--origin', new URL(server.url).origin], { stdin: value });
    await writeFile(
      join(hallpass.project, 'hallpass.yaml'),
      JSON.stringify({ connections: { tickets: { url: server.url, auth: { bearer: 'secret:KEY' } } } }),
    );
    const { stderr, code } = await hallpass.run(['connect', 'tickets']);
    expect(stderr).toContain('[ERR_UNTRUSTED_PROJECT]');
    expect(code).toBe(7);
    expect(server.requests).toHaveLength(0);
  });
});

describe('a command that wants secrets', () => {
  const server = `
    process.stderr.write('given ' + process.env.API_KEY + ' and ' + process.env.OTHER + '\\n');
    process.stdin.resume();
  `;

  test(
    'gets them in its environment, and what it says of them is masked',
    cites('connect.credential-variables'),
    async () => {
      await using hallpass = await sandbox();
      const stored = secretValue();
      const { name: canary, value: printed } = plant('a secret that a command prints', secretValue());
      const where = /config\/hallpass\.yaml$/;
      hallpass.exempt({ canary, where, because: 'the command that prints it stands there' });
      await hallpass.run(['secret', 'add', 'KEY'], { stdin: stored });
      await configure(hallpass, {
        command: process.execPath,
        args: ['-e', server.replace('given', 'given=')],
        env_from: {
          API_KEY: 'secret:KEY',
          OTHER: {
            exec: [process.execPath, '-e', `console.log('${printed.slice(0, 9)}' + '${printed.slice(9)}')`],
          },
        },
      });
      const { stderr } = await hallpass.run(['connect', 'tickets']);
      expect(stderr).toMatch(/given= hpm_\w+ and hpm_\w+/);
    },
  );

  test('does not get one that is for an origin', cites('connect.credential-origin'), async () => {
    await using hallpass = await sandbox();
    await hallpass.run(['secret', 'add', 'KEY', '--origin', 'https://api.example.com'], {
      stdin: secretValue(),
    });
    await configure(hallpass, {
      command: process.execPath,
      args: ['-e', server],
      env_from: { API_KEY: 'secret:KEY' },
    });
    const { stderr, code } = await hallpass.run(['connect', 'tickets']);
    expect(stderr).toContain('[ERR_SECRET_ORIGIN]');
    expect(stderr).not.toContain('given');
    expect(code).toBe(4);
  });
});

describe('a stored secret', () => {
  test('is masked in every session, used or not', cites('connect.stored-known'), async () => {
    await using hallpass = await sandbox();
    const value = secretValue();
    await hallpass.run(['secret', 'add', 'UNUSED'], { stdin: value });
    await using server = await serve(echo(`here it is: ${value}`));
    const ready = await listening(hallpass, ['connect', '--url', server.url, '--json']);
    expect(await (await post(ready, call)).text()).toMatch(/here it is: hpm_/);
  });
});
