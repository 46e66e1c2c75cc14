import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { everythingServer } from '../helpers/everything-server.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { nothingLeaked } from './converse.ts';
import { listening } from './http.ts';

const canaries = makeCanaries();
const planted = Object.values(canaries);

/** A client that answers when the server asks back, with a secret. */
function answeringClient(): Client {
  const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept',
    content: { name: canaries.jwt.value },
  }));
  return client;
}

describe('the official everything server by URL', () => {
  test(
    'asks back over the stream of its answer, to a client on HTTP',
    cites('connect.http.relay', 'connect.http.streams'),
    async () => {
      await using hallpass = await sandbox();
      const ready = await listening(hallpass, [
        'connect',
        '--url',
        await everythingServer(hallpass, 'streamableHttp'),
        '--json',
      ]);
      const client = answeringClient();
      const requestInit = { headers: { Authorization: `Bearer ${ready.token}` } };
      await client.connect(new StreamableHTTPClientTransport(new URL(ready.url), { requestInit }));
      const { content } = await client.callTool({ name: 'trigger-elicitation-request' });
      expect(JSON.stringify(content)).toMatch(/Name: hpm_jwt_\w+/);
      await client.close();
      ready.running.child.kill('SIGTERM');
      expect((await ready.running.finished).stderr).toMatch(/1 secret masked, 0 exposed, sealed/);
      nothingLeaked(hallpass, planted, { 'what the client got': JSON.stringify(content) });
    },
  );

  test(
    'asks back to a client on stdio, with sessions kept by hallpass',
    cites('connect.http.relay', 'connect.stdio.legacy-era'),
    async () => {
      await using hallpass = await sandbox();
      const client = answeringClient();
      const launch = hallpass.command('connect', '--url', await everythingServer(hallpass, 'streamableHttp'));
      await client.connect(new StdioClientTransport({ ...launch, stderr: 'ignore' }));
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('echo');
      const { content } = await client.callTool({ name: 'trigger-elicitation-request' });
      expect(JSON.stringify(content)).toMatch(/Name: hpm_jwt_\w+/);
      await client.close();
      nothingLeaked(hallpass, planted, { 'what the client got': JSON.stringify(content) });
    },
  );
});

describe('the protocol of 2026-07-28 over HTTP', () => {
  test(
    'a secret that a client repeats in a header is masked there as in the body, or the server would refuse',
    cites('connect.http.relay', 'connect.stdio.modern-era'),
    async () => {
      await using hallpass = await sandbox();
      await using upstream = await modernByUrl();
      const ready = await listening(hallpass, ['connect', '--url', upstream.url, '--json']);
      const client = new ModernClient(
        { name: 'test', version: '1' },
        { versionNegotiation: { mode: { pin: '2026-07-28' } } },
      );
      const requestInit = { headers: { Authorization: `Bearer ${ready.token}` } };
      await client.connect(new ModernTransport(new URL(ready.url), { requestInit }));
      // Only a listed tool's declarations make headers.
      await client.listTools();
      for (const tenant of ['acme', canaries.gitlabToken.value, `Größe ${canaries.stripeKey.value}`]) {
        const { content, isError } = await client.callTool({ name: 'lookup', arguments: { tenant } });
        expect(isError).not.toBe(true);
        expect(JSON.stringify(content)).toMatch(tenant === 'acme' ? /tenant acme/ : /tenant .*hpm_\w+/);
      }
      await client.close();
      const repeated = upstream.got
        .map((headers) => headers['mcp-param-tenant'])
        .filter((value) => value !== undefined);
      expect(repeated).toHaveLength(3);
      expect(repeated[0]).toBe('acme');
      expect(repeated[1]).toMatch(/^hpm_gitlab\w+$/);
      expect(repeated[2]).toMatch(/^=\?base64\?.+\?=$/);
      nothingLeaked(hallpass, planted, { 'what the server got': JSON.stringify(upstream.got) });
    },
  );
});

interface ModernUpstream extends AsyncDisposable {
  readonly url: string;
  readonly got: IncomingMessage['headers'][];
}

/** A server of the SDK's second generation whose tool wants an argument repeated in a header. */
async function modernByUrl(): Promise<ModernUpstream> {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'modern', version: '1' }, { capabilities: { tools: {} } });
    const inputSchema = z.object({ tenant: z.string().meta({ 'x-mcp-header': 'Tenant' }) });
    server.registerTool('lookup', { description: 'Looks a tenant up', inputSchema }, ({ tenant }) => ({
      content: [{ type: 'text', text: `tenant ${tenant}` }],
    }));
    return server;
  });
  const got: ModernUpstream['got'] = [];
  const server = createServer((incoming, outgoing) => {
    got.push(incoming.headers);
    void buffer(incoming).then(async (body) => {
      const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      const method = incoming.method ?? 'GET';
      const request = new Request(`http://upstream${incoming.url}`, {
        method,
        headers,
        ...(method === 'POST' && { body: new Uint8Array(body) }),
      });
      const response = await handler.fetch(request);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      if (response.body === null) return outgoing.end();
      return Readable.fromWeb(response.body).pipe(outgoing);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    got,
    async [Symbol.asyncDispose]() {
      await handler.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
