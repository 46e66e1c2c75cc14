import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request and its answer: first lines, headers and bodies, as they crossed. */
export interface Exchange {
  /** The origin that it was for. */
  readonly to: string;
  readonly request: Buffer;
  readonly response: Buffer;
}

export interface HttpWire extends AsyncDisposable {
  /** Who has these in the environment speaks HTTP by way of this wire. */
  readonly env: Readonly<Record<string, string>>;
  readonly exchanges: readonly Exchange[];
}

/** A proxy with a memory: changes nothing, and keeps every byte. */
export async function httpWire(): Promise<HttpWire> {
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    relay(request, response).then(
      (exchange) => exchanges.push(exchange),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // Everything here is on this machine, to which hallpass speaks directly unless it is told so.
    env: {
      HTTP_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      NO_PROXY: '<-loopback>',
    },
    exchanges,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function relay(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const { method = '', url = '', rawHeaders } = request;
  const body = await buffer(request);
  const asking = ask(url, { method, headers: rawHeaders, agent: false });
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  const { statusCode = 0 } = answer;
  response.writeHead(statusCode, answer.rawHeaders);
  response.flushHeaders();
  const chunks: Buffer[] = [];
  // Chunk by chunk: an answer may be a stream that somebody waits for.
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    response.write(chunk);
  }
  response.end();
  return {
    to: new URL(url).origin,
    request: asBytes(`${method} ${url}`, rawHeaders, body),
    response: asBytes(`${statusCode}`, answer.rawHeaders, Buffer.concat(chunks)),
  };
}

function asBytes(first: string, rawHeaders: readonly string[], body: Buffer): Buffer {
  const headers = rawHeaders.map((word, i) => (i % 2 === 0 ? `${word}: ` : `${word}\r\n`)).join('');
  return Buffer.concat([Buffer.from(`${first}\r\n${headers}\r\n`), body]);
}
