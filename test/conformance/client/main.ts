// The conformance client, which the suite starts with the address of its own test server: it goes there directly, or by
// way of a proxy that it starts first. CONFORMANCE_PROXY says which.
import { once } from 'node:events';
import process from 'node:process';

import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { authorize, listen, type Proxy, setUp } from './hallpass.ts';
import { oauthTransport } from './oauth.ts';
import { type Context, play } from './scenarios.ts';

const { CONFORMANCE_PROXY, MCP_CONFORMANCE_CONTEXT, MCP_CONFORMANCE_SCENARIO } = process.env;
const revision = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] ?? '2025-11-25';
const context = JSON.parse(MCP_CONFORMANCE_CONTEXT ?? '{}') as Context;
const name = MCP_CONFORMANCE_SCENARIO ?? '';
const wantsOAuth = name.startsWith('auth/');
const url = process.argv.at(-1) ?? '';
const proxy = CONFORMANCE_PROXY === undefined ? undefined : (JSON.parse(CONFORMANCE_PROXY) as Proxy);
if (proxy === undefined) await playOver(direct());
else await through(proxy);

function direct(): Transport {
  const address = new URL(url);
  return wantsOAuth ? oauthTransport(address, context) : new StreamableHTTPClientTransport(address);
}

async function through(found: Proxy): Promise<void> {
  const way = wantsOAuth
    ? await setUp(found, url, context)
    : { ...found, args: [...found.args, '--url', url] };
  if (way.speaks === 'stdio') return throughStdio(way);
  const { url: address, token, child } = await listen(way);
  try {
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await playOver(new StreamableHTTPClientTransport(new URL(address), { requestInit }));
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

async function throughStdio(way: Proxy): Promise<void> {
  const { command, args, env, cwd } = way;
  if (wantsOAuth) await authorize(way);
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...env },
    ...(cwd !== undefined && { cwd }),
  });
  await playOver(transport, () => authorize(way));
}

async function playOver(transport: Transport, authorizeAgain?: () => Promise<void>): Promise<void> {
  await play(name, transport, { revision, context, authorizeAgain });
}
