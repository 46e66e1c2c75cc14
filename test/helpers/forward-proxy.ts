import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** An HTTP proxy that notes where it was asked to go, and knows of names only those that it was given. */
export interface ForwardProxy extends AsyncDisposable {
  readonly url: string;
  /** `host:port` of each tunnel (CONNECT) and of each request in clear. */
  readonly asked: string[];
}

/** Starts one that finds these names, and nobody else does, on 127.0.0.1. */
export async function startForwardProxy(...names: string[]): Promise<ForwardProxy> {
  const asked: string[] = [];
  const placeOf = (host: string, port: string) => {
    asked.push(`${host}:${port}`);
    return { host: names.includes(host) ? '127.0.0.1' : host, port: Number(port) };
  };
  const server = createServer((request, response) => {
    const { hostname, port, pathname } = new URL(request.url ?? '');
    const { method = '', headers } = request;
    const asking = ask({ ...placeOf(hostname, port), method, headers, path: pathname, agent: false });
    asking.on('error', () => response.destroy());
    asking.on('response', (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(asking);
  });
  server.on('connect', ({ url = '' }, client) => {
    const [host = '', port = ''] = url.split(':');
    const upstream = connect(placeOf(host, port), () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await Promise.resolve();
    },
  };
}
