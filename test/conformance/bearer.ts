// Loaded into the suite's process before anything else: its requests to hallpass carry the local token, which the suite
// can't be told. Nothing else about them changes, and nothing stands between the suite and hallpass.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import process from 'node:process';

const { CONFORMANCE_ORIGIN: origin, CONFORMANCE_TOKEN: token = '' } = process.env;

interface UndiciRequest {
  readonly origin: string | URL;
  addHeader(name: string, value: string): void;
}

// fetch, and the package undici alike.
subscribe('undici:request:create', (message) => {
  const { request } = message as { request: UndiciRequest };
  if (new URL(request.origin).origin === origin) request.addHeader('authorization', `Bearer ${token}`);
});

// node:http. Its Host header may be anything; the suite connects to one server only.
subscribe('http.client.request.created', (message) => {
  const { request } = message as { request: ClientRequest };
  if (!request.headersSent) request.setHeader('authorization', `Bearer ${token}`);
});
