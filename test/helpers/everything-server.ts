import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { freePort } from './free-port.ts';
import type { Sandbox } from './hallpass.ts';

const PROGRAM = fileURLToPath(new URL('../../node_modules/.bin/mcp-server-everything', import.meta.url));
const PATHS = { sse: 'sse', streamableHttp: 'mcp' };

/** The official everything server by URL, on the old transport or the one after it. It ends with the sandbox. */
export async function everythingServer({ env }: Sandbox, transport: keyof typeof PATHS): Promise<string> {
  const port = await freePort();
  const server = spawn(PROGRAM, [transport], {
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface(server.stderr)) {
    // Before it listens it says that it is about to.
    if (!line.includes(`port ${port}`)) continue;
    server.stderr.resume();
    return `http://127.0.0.1:${port}/${PATHS[transport]}`;
  }
  throw new Error('the server has ended');
}
