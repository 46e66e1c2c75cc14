import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { everythingServer } from '../helpers/everything-server.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { nothingLeaked } from './converse.ts';
import { listening, type Ready } from './http.ts';

const everything = fileURLToPath(new URL('../../node_modules/.bin/mcp-server-everything', import.meta.url));
const canaries = makeCanaries();
const planted = Object.values(canaries);

/** Lets the server ask, answers with a secret, and returns what became of it. */
async function beAsked(transport: Parameters<Client['connect']>[0]): Promise<string> {
  const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept',
    content: { name: canaries.jwt.value },
  }));
  await client.connect(transport);
  const { content } = await client.callTool({ name: 'trigger-elicitation-request' });
  await client.close();
  return JSON.stringify(content);
}

function bySse({ url, token }: Ready): Parameters<Client['connect']>[0] {
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  // oxlint-disable-next-line typescript/no-deprecated -- the transport that this is about
  return new SSEClientTransport(new URL('/sse', url), { requestInit });
}

function byHttp({ url, token }: Ready): Parameters<Client['connect']>[0] {
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  return new StreamableHTTPClientTransport(new URL(url), { requestInit });
}

describe('the official everything server on the old HTTP+SSE transport', () => {
  test(
    'asks back to a client on stdio, by a name in hallpass.yaml',
    cites('connect.sse.upstream'),
    async () => {
      await using hallpass = await sandbox();
      await hallpass.configure({
        connections: { old: { url: await everythingServer(hallpass, 'sse'), type: 'sse' } },
      });
      const answer = await beAsked(
        new StdioClientTransport({ ...hallpass.command('connect', 'old'), stderr: 'ignore' }),
      );
      expect(answer).toMatch(/Name: hpm_jwt_\w+/);
      const { stdout } = await hallpass.run(['sessions', 'show', 'last']);
      expect(stdout).toContain('elicitation/create');
      nothingLeaked(hallpass, planted, { 'what the client got': answer });
    },
  );

  test(
    'asks back to clients of both HTTP transports on one port',
    cites('connect.sse.upstream', 'connect.sse.client'),
    async () => {
      await using hallpass = await sandbox();
      const url = await everythingServer(hallpass, 'sse');
      const ready = await listening(hallpass, ['connect', '--url', url, '--transport', 'sse', '--json']);
      const answers = await Promise.all([bySse(ready), byHttp(ready)].map(beAsked));
      for (const answer of answers) expect(answer).toMatch(/Name: hpm_jwt_\w+/);
      ready.running.child.kill('SIGTERM');
      expect((await ready.running.finished).stderr).toMatch(/1 secret masked, 0 exposed, sealed/);
      nothingLeaked(hallpass, planted, { 'what the clients got': JSON.stringify(answers) });
    },
  );
});

describe('a client of the old HTTP+SSE transport', () => {
  test('reaches the official everything server on stdio', cites('connect.sse.client'), async () => {
    await using hallpass = await sandbox();
    const ready = await listening(hallpass, ['connect', '--json', '--port', '0', '--', everything]);
    const answer = await beAsked(bySse(ready));
    expect(answer).toMatch(/Name: hpm_jwt_\w+/);
    expect((await fetch(new URL('/sse', ready.url))).status).toBe(401);
    nothingLeaked(hallpass, planted, { 'what the client got': answer });
  });
});

test('--transport says what a --url speaks, and nothing else', async () => {
  await using hallpass = await sandbox();
  const { code, stderr } = await hallpass.run(['connect', '--transport', 'sse', '--', 'cat']);
  expect(code).toBe(2);
  expect(stderr).toContain('--url');
});
