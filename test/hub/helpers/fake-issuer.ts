import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, type JWK, type JWTPayload, SignJWT } from 'jose';

import type { HubConfig } from '../../../src/hub/config.ts';

/** An issuer that signs whatever a test wants: discovery and keys at a port of its own. */
export interface FakeIssuer {
  readonly issuer: string;
  /** What a hub that believes it is configured with. */
  readonly identity: Exclude<HubConfig['identity'], 'development'>;
  readonly publicJwk: JWK;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** Answers instead, when set. */
  status: number;
  /** What discovery says its name is. */
  name: string;
  sign(claims?: JWTPayload, header?: { alg?: string; kid?: string; key?: Uint8Array }): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startFakeIssuer(): Promise<FakeIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    fake.asked.push(String(request.url));
    const isKeys = request.url === '/keys';
    const document = { issuer: fake.name, jwks_uri: `${issuer}/keys` };
    response.writeHead(fake.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKeys ? { keys: [publicJwk] } : document));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeIssuer = {
    issuer,
    identity: { issuer, clientId: 'cli', scopes: ['openid'], groupsClaim: 'groups' },
    publicJwk,
    asked: [],
    status: 200,
    name: issuer,
    sign(claims = {}, { alg = 'ES256', kid = 'one', key } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const standard = {
        iss: issuer,
        aud: 'cli',
        sub: 'ada',
        groups: ['engineering'],
        iat: now,
        exp: now + 300,
      };
      return new SignJWT({ ...standard, ...claims }).setProtectedHeader({ alg, kid }).sign(key ?? privateKey);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}
