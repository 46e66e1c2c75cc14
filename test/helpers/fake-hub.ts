import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { ephemeralSigner } from '../../src/core/session/signer.ts';
import { sshPublicKey } from '../../src/core/session/ssh-wire.ts';
import { logKeyText } from '../../src/core/tlog/note.ts';
import { plant } from './canaries.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Discovery, /token and /revoke of a hub, at a port of its own, by `name` only where a proxy knows it; it checks nothing and remembers everything. */
export interface FakeHub {
  readonly url: string;
  /** What /.well-known/hallpass says. */
  description: Record<string, unknown>;
  /** The forms that came to /token. */
  readonly asked: Record<string, string>[];
  /** The tokens it gave. */
  readonly given: string[];
  /** The tokens that came to /revoke. */
  readonly revoked: string[];
  /** Answers /token instead of giving a token. */
  refuse: ((form: Record<string, string>) => Reply | undefined) | undefined;
  /** Seconds. */
  lifetime: number;
  origins: string[] | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startFakeHub(
  issuer: { issuer: string; clientId: string },
  tls?: { key: string; cert: string; name?: string },
): Promise<FakeHub> {
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    void handle(hub, request, response);
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `${tls ? 'https' : 'http'}://${tls?.name ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`;
  const hub: FakeHub = {
    url,
    description: {
      hub: url,
      issuer: issuer.issuer,
      client_id: issuer.clientId,
      scopes: ['openid', 'profile', 'groups', 'offline_access'],
      ssh_ca: sshKey(),
      log_key: logKey(),
      development: true,
    },
    asked: [],
    given: [],
    revoked: [],
    refuse: undefined,
    lifetime: 600,
    origins: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return hub;
}

/** A fresh key in the form of `ssh_ca`. */
export function sshKey(): string {
  return `ssh-ed25519 ${sshPublicKey(ephemeralSigner().publicKey).toString('base64')}`;
}

/** A fresh key in the form of `log_key`. */
export function logKey(): string {
  return logKeyText({ name: '127.0.0.1/log', publicKey: Buffer.from(ephemeralSigner().publicKey) });
}

async function handle(hub: FakeHub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = Object.fromEntries(new URLSearchParams(await text(request)));
  const { status, body } = reply(hub, request.url ?? '', form);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function reply(hub: FakeHub, path: string, form: Record<string, string>): Reply {
  if (path === '/.well-known/hallpass') return { status: 200, body: hub.description };
  if (path === '/revoke') {
    hub.revoked.push(form['token'] ?? '');
    return { status: 200, body: {} };
  }
  if (path !== '/token') return { status: 404, body: {} };
  hub.asked.push(form);
  return hub.refuse?.(form) ?? { status: 200, body: token(hub, form) };
}

function token(hub: FakeHub, form: Record<string, string>): Record<string, unknown> {
  const value = `hub-${form['audience']?.replace(/\W/g, '')}-${randomBytes(24).toString('base64url')}`;
  hub.given.push(plant('minted token', value).value);
  return {
    access_token: value,
    token_type: 'Bearer',
    expires_in: hub.lifetime,
    scope: form['scope'] ?? 'read write',
    ...(hub.origins && { origins: hub.origins }),
  };
}
