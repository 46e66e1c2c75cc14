// A small MCP server by URL that lets nobody in without a token of the hub: `node guarded-server.ts HUB [PORT]`. Its one
// tool tells whom it takes the caller for and, as a careless server would, with what token.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

import { createAdaptorServer } from '@hono/node-server';
import { createMcpHandler, McpServer, OAuthError, requireBearerAuth } from '@modelcontextprotocol/server';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';

const AUDIENCE = 'urn:hallpass:demo';
const claims = z.object({ sub: z.string(), scope: z.string(), exp: z.number(), client_id: z.string() });

const [hub = '', port = '0'] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL('/jwks.json', hub));
const gate = requireBearerAuth({ verifier: { verifyAccessToken } });

const mcp = createMcpHandler(({ authInfo }) => {
  const server = new McpServer({ name: 'guarded-server', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.registerTool(
    'check-in',
    { description: 'Says who is there', inputSchema: z.object({ note: z.string() }) },
    () => {
      const seen = { subject: authInfo?.extra?.['subject'], scope: authInfo?.scopes.join(' ') };
      return { content: [{ type: 'text', text: JSON.stringify({ ...seen, token: authInfo?.token }) }] };
    },
  );
  return server;
});

const server = createAdaptorServer({ fetch: answer }) as Server;
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp\n`);

async function answer(request: Request): Promise<Response> {
  const authInfo = await gate(request);
  return authInfo instanceof Response ? authInfo : mcp.fetch(request, { authInfo });
}

/** Signed by this hub, meant for this server, and not over: the server knows nobody, and keeps no list. */
async function verifyAccessToken(token: string) {
  try {
    const expected = { issuer: hub, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'] };
    const { payload } = await jwtVerify(token, keys, expected);
    const { sub, scope, exp, client_id } = claims.parse(payload);
    return { token, clientId: client_id, scopes: scope.split(' '), expiresAt: exp, extra: { subject: sub } };
  } catch (error) {
    throw new OAuthError('invalid_token', error instanceof Error ? error.name : 'this is no token');
  }
}
