import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { makeCanaries, plant } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type Running, sandbox, type Sandbox } from '../helpers/hallpass.ts';
import {
  approve,
  type AuthorizationServer,
  CLIENT,
  decline,
  type ProtectedServer,
  startAuthorizationServer,
  startProtectedServer,
} from '../helpers/oauth.ts';
import { listening, post } from './http.ts';

const { githubToken } = makeCanaries();
const DOCUMENT = 'https://corp.example/hallpass.json';

let as: AuthorizationServer;
let server: ProtectedServer;

beforeAll(async () => {
  const document = {
    client_id: DOCUMENT,
    client_name: 'hallpass',
    redirect_uris: ['http://127.0.0.1/callback'],
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  };
  as = await startAuthorizationServer({ documents: { [DOCUMENT]: document } });
});

beforeEach(async () => {
  await (server as ProtectedServer | undefined)?.[Symbol.asyncDispose]();
  server = await startProtectedServer(as, githubToken.value);
  as.came.length = 0;
  as.tokens.length = 0;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await as[Symbol.asyncDispose]();
});

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'no-oauth', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const call = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'tell', arguments: { word: 'hello' }, _meta: meta },
};
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } };
const headers = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'tell',
  'mcp-param-word': 'hello',
};

/** Does in the browser what hallpass asks for as an event. */
async function browse(running: Running, person: (url: string) => Promise<unknown> = approve): Promise<URL> {
  const [, url = ''] = await running.saying('stdout', /^\{"event":"authorize","url":"([^"]+)"\}$/m);
  await person(url);
  return new URL(url);
}

/** Authorizes beforehand. */
async function authorize(hallpass: Sandbox, ...args: string[]): Promise<{ url: URL; said: string }> {
  const running = hallpass.spawn(['authorize', '--json', ...args]);
  const url = await browse(running);
  const { code, stdout } = await running.finished;
  expect(code).toBe(0);
  return { url, said: stdout };
}

/** What a client on stdio that asks for the tools is answered. */
async function overStdio(hallpass: Sandbox, ...args: string[]): Promise<string> {
  const { child, saying, finished } = hallpass.spawn(['connect', ...args]);
  child.stdin.write(`${JSON.stringify(list)}\n`);
  const [line] = await saying('stdout', /^\{.*"id":1.*\}$/m);
  child.stdin.end();
  await finished;
  return line;
}

async function configure(hallpass: Sandbox, connection: object): Promise<void> {
  await mkdir(hallpass.configDir, { recursive: true });
  await writeFile(
    join(hallpass.configDir, 'hallpass.yaml'),
    JSON.stringify({ connections: { tickets: connection } }),
  );
}

describe('a client without OAuth', () => {
  test(
    'uses a server that wants it; what the client shows never leaves',
    cites('oauth.connect'),
    async () => {
      await using hallpass = await sandbox();
      const ready = await listening(hallpass, ['connect', '--url', server.url, '--json']);
      const answer = post(ready, call, headers);
      await browse(ready.running);
      expect(await (await answer).text()).toMatch(/hello is not hpm_/);
      expect(server.heard).toEqual(['hello']);
      expect((await post(ready, call, headers)).status).toBe(200);
      const shown = server.came.map(({ authorization }) => authorization);
      expect(shown.filter((value) => value !== undefined)).not.toContain(`Bearer ${ready.token}`);
      expect(as.came.map(({ authorization }) => authorization)).not.toContain(`Bearer ${ready.token}`);
    },
  );

  test('on a terminal is let in by whoever sits there', cites('oauth.connect'), async () => {
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['connect', '--url', server.url], { onTerminal: true });
    const [, url = ''] = await running.saying('stdout', / is at (http:\S+)/);
    const [, token = ''] = await running.saying('stdout', /"Authorization": "Bearer (\S+)"/);
    plant('local token', token);
    const answer = post({ url, token }, call, headers);
    const [, page = ''] = await running.saying('stdout', /wants you to let hallpass in\.\s+Open (http:\S+)/);
    await approve(page);
    expect(await (await answer).text()).toMatch(/hello is not hpm_/);
  });

  test('is told of a person who says no', cites('oauth.connect'), async () => {
    await using hallpass = await sandbox();
    const ready = await listening(hallpass, ['connect', '--url', server.url, '--json']);
    const answer = post(ready, call, headers);
    await browse(ready.running, decline);
    expect(await (await answer).text()).toMatch(
      /the authorization server does not let us in \(it was refused there\)/,
    );
  });

  test(
    'on stdio is told what a person has to type, and works once that is done',
    cites('oauth.beforehand'),
    async () => {
      await using hallpass = await sandbox();
      expect(await overStdio(hallpass, '--url', server.url)).toContain(
        `run \\"hallpass authorize ${server.url}\\"`,
      );
      const { said } = await authorize(hallpass, server.url);
      const [, done] = said.trim().split('\n');
      expect(JSON.parse(done ?? '')).toMatchObject({
        event: 'authorized',
        needed: true,
        issuer: as.issuer,
        scopes: ['read', 'offline_access'],
      });
      expect(await overStdio(hallpass, '--url', server.url)).toMatch(/Tells hpm_/);
    },
  );

  test('has what it was granted renewed in a later session', cites('oauth.renewed'), async () => {
    await using hallpass = await sandbox();
    as.seconds = 1;
    await authorize(hallpass, server.url);
    as.seconds = 3600;
    expect(await overStdio(hallpass, '--url', server.url)).toMatch(/Tells hpm_/);
    expect(as.tokens.map(({ body }) => body['grant_type'])).toEqual(['authorization_code', 'refresh_token']);
  });
});

test.each([[[]], [['--transport', 'sse']]])(
  'what a server says of where to be let in reaches nobody with a secret in it %j',
  async (transport) => {
    await using hallpass = await sandbox();
    const place = `http://127.0.0.1:1/${hallpass.secrets.variable.value}`;
    const refusing = createServer((_request, response) =>
      response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${place}"` }).end(),
    ).listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    const { port } = refusing.address() as AddressInfo;
    const said = await overStdio(hallpass, '--url', `http://127.0.0.1:${port}/mcp`, ...transport);
    refusing.close();
    expect(said).toMatch(/can not be asked at http:\/\/127\.0\.0\.1:1\/hpm_/);
  },
);

describe('an authorization', () => {
  test('opens a browser on a desktop, without a shell in between', cites('oauth.beforehand'), async () => {
    await using hallpass = await sandbox();
    const bin = join(hallpass.directory, 'desktop');
    await mkdir(bin);
    const helper = fileURLToPath(new URL('../helpers/oauth.ts', import.meta.url));
    const script = `import { approve } from ${JSON.stringify(helper)}; await approve(process.argv[2]);`;
    await writeFile(join(bin, 'approve.ts'), script);
    const opener = join(bin, process.platform === 'darwin' ? 'open' : 'xdg-open');
    await writeFile(opener, `#!/bin/sh\nexec '${process.execPath}' '${join(bin, 'approve.ts')}' "$1"\n`);
    await chmod(opener, 0o700);
    const env = { DISPLAY: ':0', PATH: `${bin}:${hallpass.env['PATH']}` };
    const tenant = { authorization_endpoint: `${as.issuer}/auth?tenant=$(touch%20${hallpass.project}/ran)` };
    as.describe = (metadata) => ({ ...metadata, ...tenant });
    // By nobody else than the browser.
    const { stdout, code } = await hallpass.run(['authorize', server.url], { onTerminal: true, env });
    as.describe = (metadata) => metadata;
    expect(stdout).toMatch(/A browser opens; if none does, open http:/);
    expect(stdout).toMatch(/Authorized at 127\.0\.0\.1:\d+ by http:/);
    expect(code).toBe(0);
    expect(existsSync(join(hallpass.project, 'ran'))).toBe(false);
  });

  test('is ended there and forgotten here', cites('oauth.removed'), async () => {
    await using hallpass = await sandbox();
    await authorize(hallpass, server.url);
    const { stdout } = await hallpass.run(['authorize', '--remove', '--json', server.url]);
    expect(JSON.parse(stdout)).toMatchObject({ removed: true, revoked: true, reason: null });
    const token = server.came.at(-1)?.authorization?.replace('Bearer ', '') ?? '';
    expect(await as.look(token)).toBeUndefined();
    expect(await overStdio(hallpass, '--url', server.url)).toContain('hallpass authorize');
    const again = await hallpass.run(['authorize', '--remove', '--json', server.url]);
    expect(JSON.parse(again.stdout)).toMatchObject({ removed: false });
  });

  test('is not for CI, where nobody watches', cites('oauth.beforehand'), async () => {
    await using hallpass = await sandbox();
    const { code, stderr } = await hallpass.run(['authorize', '--json', server.url], { env: { CI: 'true' } });
    expect(code).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ERR_NOT_AUTHORIZED' } });
  });

  test(
    'by a client that was registered by hand shows its secret where it may go, and nowhere else',
    cites('oauth.client'),
    async () => {
      await using hallpass = await sandbox();
      const connection = {
        url: server.url,
        oauth: { client_id: CLIENT.id, client_secret: 'secret:TICKETS' },
      };
      await configure(hallpass, connection);
      const store = (origin: string) =>
        hallpass.run(['secret', 'add', 'TICKETS', '--origin', origin], { stdin: CLIENT.secret });
      await store('https://elsewhere.example');
      const refused = hallpass.spawn(['authorize', '--json', 'tickets']);
      await browse(refused);
      expect((await refused.finished).stderr).toContain('ERR_SECRET_ORIGIN');
      expect(as.tokens).toEqual([]);
      await store(as.issuer);
      const { url } = await authorize(hallpass, 'tickets');
      expect(url.searchParams.get('client_id')).toBe(CLIENT.id);
      expect(as.tokens[0]?.authorization).toMatch(/^Basic /);
      expect(await overStdio(hallpass, 'tickets')).toMatch(/Tells hpm_/);
    },
  );

  test('by a document needs no registration', cites('oauth.client'), async () => {
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['authorize', '--json', server.url], {
      env: { HALLPASS_OAUTH_CLIENT: DOCUMENT },
    });
    const url = await browse(running);
    expect((await running.finished).code).toBe(0);
    expect(url.searchParams.get('client_id')).toBe(DOCUMENT);
    expect(as.came.filter(({ url: place }) => place === '/reg')).toEqual([]);
  });
});
