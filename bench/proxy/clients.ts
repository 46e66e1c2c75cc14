import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import { Pool } from 'undici';

/** Sends one request and resolves with its answer. As lean as can be, so that what is measured is what lies behind. */
export type Ask = (method: string, params: object) => Promise<string>;

const CONNECTIONS = 32;
const ID = /"id":(\d+)/;

export function askOverStdio({ stdin, stdout }: ChildProcessByStdio<Writable, Readable, null>): Ask {
  const waiting = new Map<string | undefined, PromiseWithResolvers<string>>();
  stdout.once('end', () => waiting.forEach(({ reject }) => reject(new Error('it ended'))));
  let rest = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    rest += chunk;
    if (!chunk.includes('\n')) return;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const id = idOf(line);
      waiting.get(id)?.resolve(line);
      waiting.delete(id);
    }
  });
  let last = 0;
  return (method, params) => {
    last += 1;
    const answer = Promise.withResolvers<string>();
    waiting.set(String(last), answer);
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: last, method, params })}\n`);
    return answer.promise;
  };
}

// Whoever writes a message anew may put the id last.
function idOf(line: string): string | undefined {
  return (ID.exec(line.slice(0, 64)) ?? ID.exec(line.slice(-64)))?.[1];
}

export function askOverHttp(url: string, token = ''): { ask: Ask; close: () => Promise<void> } {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  let session: string | undefined;
  let last = 0;
  const ask: Ask = async (method, params) => {
    last += 1;
    const { body, headers, statusCode } = await pool.request({
      method: 'POST',
      path: pathname,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(session !== undefined && { 'mcp-session-id': session }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: last, method, params }),
    });
    const said = await body.text();
    if (statusCode !== 200) throw new Error(`${statusCode}: ${said}`);
    session ??= headers['mcp-session-id'] as string | undefined;
    if (headers['content-type'] !== 'text/event-stream') return said;
    return /^data: (\{.*)$/m.exec(said)?.[1] ?? '';
  };
  return { ask, close: () => pool.destroy() };
}
