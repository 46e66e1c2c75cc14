import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { Cookies } from '../../../src/hub/browser/cookies.ts';
import { SignIn } from '../../../src/hub/browser/sign-in.ts';
import { PageVisitor } from '../helpers/page-visitor.ts';
import { TestHub } from '../helpers/test-hub.ts';

/** An OpenID provider that lets everybody in, and says of them what a test wants. */
async function startProvider(claims: (nonce: string) => JWTPayload, metadata: object = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  let nonce = '';
  const forms: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const answer = async (): Promise<object> => {
        if (request.url === '/keys') return { keys: [jwk] };
        if (request.url !== '/token') return document;
        forms.push(new URLSearchParams(Buffer.concat(chunks).toString()));
        const token = new SignJWT(claims(nonce)).setProtectedHeader({ alg: 'ES256', kid: 'one' });
        return { access_token: 'a', token_type: 'Bearer', id_token: await token.sign(privateKey) };
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await answer()));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const document = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    ...metadata,
  };
  return {
    issuer,
    forms,
    /** What the browser brings back. */
    back: (hub: string, url: URL): URL => {
      nonce = url.searchParams.get('nonce') ?? '';
      return new URL(`${hub}/login/callback?code=c&state=${url.searchParams.get('state') ?? ''}`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const HUB = 'https://hub.example.com';

async function signedIn(
  change: JWTPayload,
  metadata: object = {},
  web?: { clientId: string; secretFile: undefined },
) {
  const now = Math.floor(Date.now() / 1000);
  const standard = (): JWTPayload => ({ aud: 'cli', sub: 'ada', groups: ['dba'], iat: now, exp: now + 300 });
  await using provider = await startProvider(
    (nonce) => ({ ...standard(), iss: provider.issuer, nonce, auth_time: now, ...change }),
    metadata,
  );
  const identity = {
    issuer: provider.issuer,
    clientId: 'cli',
    scopes: ['openid', 'offline_access'],
    groupsClaim: 'groups',
    web,
  };
  const signIn = new SignIn({
    identity,
    hub: HUB,
    secret: undefined,
    fetch: (url, init) => fetch(url, init),
  });
  const { url, begun } = await signIn.begin();
  const who = await signIn.finish(provider.back(HUB, url), begun);
  return { url, who, form: provider.forms[0] };
}

describe('signing in at an OpenID provider', () => {
  test('is the code flow with PKCE, and has people prove anew who they are', async () => {
    const { url, who, form } = await signedIn({});
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'cli',
      redirect_uri: `${HUB}/login/callback`,
      scope: 'openid',
      prompt: 'login',
      max_age: String(LIMITS.freshLoginMs / 1000),
      code_challenge_method: 'S256',
    });
    expect(form?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(who).toMatchObject({ subject: 'ada', groups: ['dba'] });
  });

  const ago = Math.floor(Date.now() / 1000) - 3600;
  test.each<[string, JWTPayload]>([
    ['who signed in an hour ago, whatever the provider was asked', { auth_time: ago }],
    ['of whom nobody says when they signed in', { auth_time: undefined }],
    ['with another nonce', { nonce: 'another' }],
    ['with a token for somebody else', { aud: 'another' }],
    ['with a token of somebody else', { iss: 'https://evil.example' }],
    ['with a token that has expired', { exp: ago }],
  ])('does not take those %s', async (_, change) => {
    await expect(signedIn(change)).rejects.toThrowWithCode('ERR_AUTH');
  });

  test('with a client of its own takes a provider that gives all clients the same subjects', async () => {
    const web = { clientId: 'web', secretFile: undefined };
    const pairwise = { subject_types_supported: ['pairwise'] };
    await expect(signedIn({ aud: 'web' }, pairwise, web)).rejects.toThrowWithCode('ERR_CONFIG');
    expect((await signedIn({ aud: 'web' }, {}, web)).who).toMatchObject({ subject: 'ada' });
  });
});

describe('the way back', () => {
  test('is good for the browser that began it, once', async () => {
    await using hub = await TestHub.start();
    const begun = await fetch(`${hub.url}/login`, { redirect: 'manual' });
    const state = new URL(String(begun.headers.get('location'))).searchParams.get('state') ?? '';
    const back = `/login/callback?code=c&state=${state}`;
    const nobody = new PageVisitor(hub);
    const other = new PageVisitor(hub);
    // Somebody who has begun a sign-in of their own, and is led into that of somebody else.
    await other.get('/login');
    for (const visitor of [nobody, other]) {
      const page = await visitor.get(back);
      expect(page.status).toBe(403);
      expect(page.html).toContain('not begun here');
      expect((await visitor.get('/approvals')).html).toContain('Sign in');
    }
  });

  test.each(['//evil.example', 'https://evil.example', '/login', '/approvals/../x', '/approvals"><script>'])(
    'leads to pages of the hub only, and not to %s',
    async (to) => {
      await using hub = await TestHub.start();
      const page = await new PageVisitor(hub).signIn('approver', encodeURIComponent(to));
      expect(new URL(page.url).pathname).toBe('/approvals');
      expect(new URL(page.url).origin).toBe(hub.url);
    },
  );

  test('who cancels is not signed in', async () => {
    await using hub = await TestHub.start();
    const visitor = new PageVisitor(hub);
    const page = await visitor.signIn('approver', '/approvals', { abort: 'yes' });
    expect(page.html).toContain('cancelled');
    expect((await visitor.get('/approvals')).html).toContain('Sign in');
  });

  test('from a chat or a mail a page is opened once more by itself, so that its strict cookie comes along', async () => {
    await using hub = await TestHub.start();
    const headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' };
    const answer = await fetch(`${hub.url}/approvals`, { headers });
    expect(await answer.text()).toContain('content="0;url=/approvals"');
  });
});

describe('cookies', () => {
  function written(hub: string): string[] {
    const lines: string[] = [];
    const context = { header: (_: string, line: string) => lines.push(line) };
    const cookies = new Cookies(hub);
    for (const kind of ['session', 'sign-in'] as const) cookies.write(context as never, kind, 'value');
    return lines;
  }

  test('over TLS belong to this very host; no script sees them, and no other site brings them along', () => {
    const [session = '', signIn = ''] = written('https://hub.example.com');
    expect(session).toMatch(/^__Host-hallpass-session=value; /);
    for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'])
      expect(session).toContain(attribute);
    expect(session).not.toContain('Domain');
    expect(signIn).toMatch(/^__Host-hallpass-sign-in=value; /);
    expect(signIn).toContain('SameSite=Lax');
  });

  test('of two hubs on one machine differ', () => {
    expect(written('http://127.0.0.1:4180')[0]).toMatch(/^hallpass-session-4180=.*HttpOnly; SameSite=Strict/);
    expect(written('http://127.0.0.1:4181')[0]).toMatch(/^hallpass-session-4181=/);
  });
});
