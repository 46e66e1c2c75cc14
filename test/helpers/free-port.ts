import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below them, or above, are those that a system gives to whoever asks for any: from 32,768 on Linux, from 49,152 elsewhere. */
const PORTS = { from: 20_000, to: 32_000 };

/**
 * A port of 127.0.0.1 that nobody listens on. Nobody comes by it for a server or a connection of theirs either, however
 * long it takes until it is used, or used again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
