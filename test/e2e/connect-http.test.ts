import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { makeCanaries, plantProject } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { puppet } from '../helpers/puppet.ts';
import { tap } from '../helpers/wiretap.ts';
import { nothingLeaked } from './converse.ts';
import { type Exchange, listening, post, serve, status } from './http.ts';

const bin = fileURLToPath(new URL('../../node_modules/.bin/', import.meta.url));
const canaries = makeCanaries();
const planted = Object.values(canaries);

async function connected({ url, token }: { url: string; token: string }): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
  await client.connect(transport);
  return client;
}

describe('connect NAME', () => {
  test(
    'serves the named server over HTTP, masked both ways',
    cites('connect.named', 'connect.http.ready'),
    async () => {
      await using hallpass = await sandbox();
      await plantProject(hallpass.project, canaries);
      const wires = join(hallpass.directory, 'wires');
      const files = tap(wires, 'files', [join(bin, 'mcp-server-filesystem'), hallpass.project]);
      await hallpass.configure({ connections: { files: { command: files.command } } });
      const ready = await listening(hallpass, ['connect', 'files', '--json']);
      expect(ready).toMatchObject({ event: 'ready', connection: 'files' });
      expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
      const client = await connected(ready);
      const { content } = await client.callTool({ name: 'read_text_file', arguments: { path: '.env' } });
      expect(JSON.stringify(content)).toMatch(/GITHUB_TOKEN=hpm_/);
      await client.callTool({
        name: 'write_file',
        arguments: { path: 'x.txt', content: canaries.jwt.value },
      });
      expect(files.stdin.toString()).toMatch(/"content":"hpm_jwt_\w+"/);
      await client.close();
      ready.running.child.kill('SIGINT');
      const { stderr, stdout } = await ready.running.finished;
      expect(stderr).toMatch(/\d+ secrets masked, 0 exposed, sealed\. hallpass review\n$/);
      for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
      expect(hallpass.survivors()).toEqual([]);
      nothingLeaked(hallpass, planted, {
        'what the server got': files.stdin,
        content: JSON.stringify(content),
      });
    },
  );

  test(
    'keeps port and token between runs; a squatted port is an error, and --port 0 the way out',
    cites('bad.port-taken'),
    async () => {
      await using hallpass = await sandbox();
      const [command = '', ...args] = puppet(hallpass.directory, {});
      await hallpass.configure({ connections: { puppet: { command, args } } });
      const first = await listening(hallpass, ['connect', 'puppet', '--json']);
      first.running.child.kill('SIGTERM');
      await first.running.finished;
      const second = await listening(hallpass, ['connect', 'puppet', '--json']);
      expect({ url: second.url, token: second.token }).toEqual({ url: first.url, token: first.token });
      second.running.child.kill('SIGTERM');
      await second.running.finished;

      await using squatter = await occupy(Number(new URL(first.url).port));
      const refused = await hallpass.run(['connect', 'puppet', '--json']);
      expect(JSON.parse(refused.stderr.trimEnd().split('\n').at(-1) ?? '')).toEqual({
        error: {
          code: 'ERR_PORT_TAKEN',
          message: `port ${squatter.port} on 127.0.0.1 is taken`,
          hint: 'Stop what listens there, or pass --port 0 for any free port.',
        },
      });
      expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 7, stdout: '' });
      expect(hallpass.survivors()).toEqual([]);
      const other = await listening(hallpass, ['connect', 'puppet', '--json', '--port', '0']);
      expect(other.url).not.toBe(first.url);
      other.running.child.kill('SIGTERM');
      await other.running.finished;
      // It goes to the client's configuration, by way of stdout, and nowhere else.
      const canary = { name: 'local token', value: first.token };
      assertNoCanary({
        canaries: [canary],
        streams: { stderr: `${first.running.said.stderr}${refused.stderr}` },
        directories: hallpass.directories,
      });
    },
  );
});

describe('connect --url', () => {
  test(
    'relays the SDK to a server by URL, sessions and all, masked both ways',
    cites('connect.http.relay'),
    async () => {
      await using hallpass = await sandbox();
      await using upstream = await serve((exchange) => {
        exchange.json(
          { jsonrpc: '2.0', id: exchange.message.id, result: resultOf(exchange.message) },
          { 'mcp-session-id': 'session-of-the-server' },
        );
      });
      const ready = await listening(hallpass, ['connect', '--url', upstream.url, '--json']);
      const client = await connected(ready);
      const { content } = await client.callTool({
        name: 'whoami',
        arguments: { password: canaries.stripeKey.value },
      });
      expect(JSON.stringify(content)).toMatch(/you are hpm_slack_token_\w+/);
      await client.close();
      ready.running.child.kill('SIGTERM');
      await ready.running.finished;
      const call = upstream.requests.find(({ body }) => body.includes('tools/call'));
      expect(call?.body).toMatch(/"password":"hpm_\w+"/);
      expect(call?.headers['mcp-session-id']).toBe('session-of-the-server');
      for (const { headers } of upstream.requests) expect(headers.authorization).toBeUndefined();
      nothingLeaked(hallpass, planted, { 'what the server got': JSON.stringify(upstream.requests) });
    },
  );

  test('an event of a streamed answer arrives when it is sent', cites('connect.http.streams'), async () => {
    await using hallpass = await sandbox();
    const heard = Promise.withResolvers<void>();
    await using upstream = await serve(async ({ message, response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const note = {
        jsonrpc: '2.0',
        method: 'notifications/message',
        params: { level: 'info', data: canaries.npmToken.value },
      };
      const event = `id: 7\nevent: message\ndata: ${JSON.stringify(note)}\n\n`;
      // In two reads, cut within the secret; and the answer only after the client has the event.
      response.write(event.slice(0, event.indexOf(canaries.npmToken.value) + 10));
      response.write(event.slice(event.indexOf(canaries.npmToken.value) + 10));
      await heard.promise;
      response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { done: true } })}\n\n`);
    });
    const ready = await listening(hallpass, ['connect', '--url', upstream.url, '--json']);
    const answer = await post(ready, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.includes('\n\n')) heard.resolve();
    }
    expect(text).toMatch(
      /^id: 7\nevent: message\ndata: .*hpm_npm_token_\w+"\}\}\n\ndata: .*"done":true\}\}\n\n$/,
    );
    ready.running.child.kill('SIGTERM');
    await ready.running.finished;
    nothingLeaked(hallpass, planted, { 'what the client got': text });
  });

  test('a server that cannot be reached: the call gets an error, and it is said', async () => {
    await using hallpass = await sandbox();
    await using gone = await occupy(0);
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    const ready = await listening(hallpass, ['connect', '--url', `http://127.0.0.1:${port}/mcp`, '--json']);
    const answer = await post(ready, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(await answer.json()).toMatchObject({
      id: 1,
      error: { message: expect.stringContaining('can not be reached') as string },
    });
    expect(answer.status).toBe(502);
  });
});

describe('whoever is not the client', () => {
  test.each([
    ['without a token', {}, 401],
    ['with a wrong token', { authorization: 'Bearer wrong' }, 401],
    ['with the token as a password', { authorization: 'Basic TOKEN' }, 401],
  ])('%s gets no answer', cites('connect.http.bearer'), async (_, headers, expected) => {
    await using hallpass = await sandbox();
    await using upstream = await serve(pong);
    const ready = await listening(hallpass, ['connect', '--url', upstream.url, '--json']);
    expect(await status(ready, headers)).toBe(expected);
    expect(upstream.requests).toEqual([]);
  });

  test.each([
    ['Host', { host: 'evil.example' }],
    ['Host with our port', { host: 'evil.example:PORT' }],
    ['Origin', { origin: 'https://evil.example' }],
    ['Origin that says null', { origin: 'null' }],
    ['Origin on another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ])('with a foreign %s is refused, token or not', cites('connect.http.host-origin'), async (_, headers) => {
    await using hallpass = await sandbox();
    await using upstream = await serve(pong);
    const ready = await listening(hallpass, ['connect', '--url', upstream.url, '--json']);
    const authorization = `Bearer ${ready.token}`;
    expect(await status(ready, { authorization })).toBe(200);
    expect(await status(ready, { ...headers, authorization })).toBe(403);
    expect(upstream.requests).toHaveLength(1);
  });

  test('a taken port is told before any server is asked', cites('bad.port-taken'), async () => {
    await using hallpass = await sandbox();
    await using squatter = await occupy(0);
    const { stdout, stderr, code } = await hallpass.run([
      'connect',
      '--port',
      String(squatter.port),
      '--url',
      'http://127.0.0.1:9/mcp',
    ]);
    expect(stderr).toContain(
      `hallpass: port ${squatter.port} on 127.0.0.1 is taken [ERR_PORT_TAKEN]\n  Stop what listens there, or pass --port 0`,
    );
    expect({ stdout, code }).toEqual({ stdout: '', code: 7 });
  });
});

/** Listens on a port so that nobody else can. */
async function occupy(port: number): Promise<AsyncDisposable & { port: number }> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : 0;
  const dispose = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: bound, [Symbol.asyncDispose]: dispose };
}

function pong({ message, ...exchange }: Exchange): void {
  exchange.json({ jsonrpc: '2.0', id: message.id, result: {} });
}

function resultOf({ method }: { method?: string }): unknown {
  if (method === 'tools/call')
    return { content: [{ type: 'text', text: `you are ${canaries.slackToken.value}` }] };
  return {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'upstream', version: '1' },
  };
}
