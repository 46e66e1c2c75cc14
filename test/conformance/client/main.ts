// The conformance client, which the suite starts with the address of its own test server: it goes there directly, or by
// way of a proxy that it starts first. CONFORMANCE_PROXY says which.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';

import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { type Context, play } from './scenarios.ts';

/** How to start a proxy; it is given `--url` and the address. */
interface Proxy {
  /** What the client speaks to it. */
  readonly speaks: 'http' | 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const { CONFORMANCE_PROXY, MCP_CONFORMANCE_CONTEXT, MCP_CONFORMANCE_SCENARIO } = process.env;
const revision = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] ?? '2025-11-25';
const context = JSON.parse(MCP_CONFORMANCE_CONTEXT ?? '{}') as Context;
const scenario = { revision, context };
const name = MCP_CONFORMANCE_SCENARIO ?? '';
const url = process.argv.at(-1) ?? '';
const proxy = CONFORMANCE_PROXY === undefined ? undefined : (JSON.parse(CONFORMANCE_PROXY) as Proxy);
await run();

async function run(): Promise<void> {
  if (proxy === undefined) return play(name, new StreamableHTTPClientTransport(new URL(url)), scenario);
  const { command, env, cwd } = proxy;
  const args = [...proxy.args, '--url', url];
  const at = cwd === undefined ? {} : { cwd };
  if (proxy.speaks === 'stdio')
    return play(name, new StdioClientTransport({ command, args, env: { ...env }, ...at }), scenario);
  const child = spawn(command, args, { env, ...at, stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const ready = JSON.parse(line) as { url: string; token: string };
    const requestInit = { headers: { authorization: `Bearer ${ready.token}` } };
    const transport = new StreamableHTTPClientTransport(new URL(ready.url), { requestInit });
    return await play(name, transport, scenario);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}
