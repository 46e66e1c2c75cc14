import { createPublicKey, generateKeyPairSync } from 'node:crypto';

import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Grant, HubConnection } from '../../src/hub/config.ts';
import { type FakeIssuer, startFakeIssuer } from './helpers/fake-issuer.ts';
import { TestHub } from './helpers/test-hub.ts';

const HOUR = 3600;

let hub: TestHub;
let issuer: FakeIssuer;
beforeAll(async () => {
  issuer = await startFakeIssuer();
  hub = await TestHub.start({
    config: {
      identity: issuer.identity,
      admins: { groups: ['admins'], subjects: [] },
      connections: [connection('tickets'), connection('mail'), connection('vault')],
      grants: [
        grant('tickets', { scopes: ['read'], ttl: 900 }),
        grant('tickets', { scopes: ['write'], ttl: 300, who: { groups: ['leads'], subjects: [] } }),
        grant('mail', { scopes: ['read'], use: 'proxy' }),
        grant('vault', { scopes: ['read'], who: { groups: [], subjects: ['bob'] } }),
      ],
    },
  });
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

function connection(name: string): HubConnection {
  const origins = name === 'mail' ? ['https://mail.example.com'] : undefined;
  return { name, audience: `https://${name}.example.com/mcp`, scopes: ['read', 'write'], origins };
}

function grant(name: string, changes: Partial<Grant>): Grant {
  const who = { groups: ['engineering'], subjects: [] };
  return { who, connection: name, scopes: [], ttl: 300, use: 'export', ...changes };
}

async function errorOf(answer: Response): Promise<[number, string]> {
  return [answer.status, ((await answer.json()) as { error: string }).error];
}

function tampered(token: string): string {
  const [header, , signature] = token.split('.');
  const claims = { iss: issuer.issuer, aud: 'cli', sub: 'root', iat: 1, exp: 9_999_999_999 };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

describe('exchange', () => {
  test('gives an RFC 9068 token that anybody can check against the published keys', async () => {
    const answer = await hub.exchange(await issuer.sign(), { audience: 'tickets' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { access_token: token, ...rest } = (await answer.json()) as { access_token: string };
    expect(rest).toEqual({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'read',
    });
    const metadata = (await (await hub.get('/.well-known/oauth-authorization-server')).json()) as {
      issuer: string;
      jwks_uri: string;
    };
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createRemoteJWKSet(new URL(metadata.jwks_uri)),
      {
        issuer: metadata.issuer,
        audience: 'https://tickets.example.com/mcp',
        typ: 'at+jwt',
        algorithms: ['ES256'],
      },
    );
    expect(protectedHeader.kid).toBeTruthy();
    expect(payload).toMatchObject({ sub: 'ada', client_id: 'cli', scope: 'read', groups: ['engineering'] });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(900);
    expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('the published keys have no private part', async () => {
    const { keys } = (await (await hub.get('/jwks.json')).json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ]);
  });

  test('scopes are those of all grants, life is that of the shortest', async () => {
    const lead = await issuer.sign({ groups: ['engineering', 'leads'] });
    const both = await (await hub.exchange(lead, { audience: 'tickets' })).json();
    expect(both).toMatchObject({ scope: 'read write', expires_in: 300 });
    const one = await (await hub.exchange(lead, { audience: 'tickets', scope: 'read' })).json();
    expect(one).toMatchObject({ scope: 'read', expires_in: 900 });
  });

  test('a grant may name a subject, and one group may stand alone in the claim', async () => {
    const bob = await issuer.sign({ sub: 'bob', groups: 'engineering' });
    expect((await hub.exchange(bob, { audience: 'vault' })).status).toBe(200);
    expect((await hub.exchange(bob, { audience: 'tickets' })).status).toBe(200);
  });

  test('where the hub knows where a token belongs, it says so', async () => {
    const answer = await hub.exchange(await issuer.sign(), { audience: 'mail' });
    expect(await answer.json()).toMatchObject({ origins: ['https://mail.example.com'] });
  });

  test("a connection that isn't there and one that isn't theirs are told in the same words", async () => {
    const token = await issuer.sign();
    const answers = await Promise.all([
      hub.exchange(token, { audience: 'nowhere' }),
      hub.exchange(token, { audience: 'vault' }),
      hub.exchange(await issuer.sign({ groups: [] }), { audience: 'tickets' }),
      hub.exchange(await issuer.sign({ groups: [['engineering'], { group: 'engineering' }] }), {
        audience: 'tickets',
      }),
    ]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ error: 'invalid_target' });
  });

  test.each([
    ['a scope beyond the grant', { audience: 'tickets', scope: 'read write' }, 'invalid_scope'],
    ['no scope at all', { audience: 'tickets', scope: ' ' }, 'invalid_scope'],
    ['exporting what is for the proxy', { audience: 'mail', use: 'export' }, 'access_denied'],
    ['an unknown use', { audience: 'mail', use: 'all' }, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['another kind of subject token', { subject_token_type: 'urn:x' }, 'invalid_request'],
    ['another kind of token', { requested_token_type: 'urn:x' }, 'invalid_request'],
    ['no audience', { audience: '' }, 'invalid_request'],
    ['scopes that the hub has not', { scope: 'sessions:read admin' }, 'invalid_scope'],
  ])('%s is refused', async (_what, fields: Record<string, string>, error) => {
    expect(await errorOf(await hub.exchange(await issuer.sign(), fields))).toEqual([400, error]);
  });

  test('a parameter that stands twice is refused', async () => {
    const body = new URLSearchParams([
      ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      ['audience', 'tickets'],
      ['audience', 'vault'],
    ]);
    const answer = await fetch(`${hub.url}/token`, { method: 'POST', body });
    expect(await errorOf(answer)).toEqual([400, 'invalid_request']);
  });
});

describe('a subject token is refused', () => {
  const now = Math.floor(Date.now() / 1000);
  test.each([
    ['of another issuer', { iss: 'https://other.example.com' }],
    ['for another client', { aud: 'somebody-else' }],
    ['for several clients, issued to another', { aud: ['cli', 'other'], azp: 'other' }],
    ['that has expired', { iat: now - HOUR, exp: now - 61 }],
    ['from the future', { iat: now + 120, exp: now + HOUR }],
    ['not valid yet', { nbf: now + 120 }],
    ['without a subject', { sub: '' }],
  ])('%s', async (_what, claims) => {
    const answer = await hub.exchange(await issuer.sign(claims), { audience: 'tickets' });
    expect(await errorOf(answer)).toEqual([400, 'invalid_grant']);
  });

  test('within a minute of skew it is not', async () => {
    for (const claims of [{ iat: now - HOUR, exp: now - 30 }, { iat: now + 30 }]) {
      expect((await hub.exchange(await issuer.sign(claims), { audience: 'tickets' })).status).toBe(200);
    }
  });

  test('signed by another key, by the public key as a secret, by nobody, or changed', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const claims = { iss: issuer.issuer, aud: 'cli', sub: 'ada', iat: now, exp: now + 300 };
    const pem = createPublicKey({ key: issuer.publicJwk, format: 'jwk' }).export({
      format: 'pem',
      type: 'spki',
    });
    const unsigned = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const tokens = [
      await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(other),
      await issuer.sign({}, { alg: 'HS256', key: Buffer.from(String(pem)) }),
      `${unsigned.join('.')}.`,
      tampered(await issuer.sign()),
      'nonsense',
      // The hub's own tokens are no proof of identity.
      await hub.mint(await issuer.sign()),
    ];
    for (const token of tokens)
      expect(await errorOf(await hub.exchange(token, { audience: 'tickets' }))).toEqual([
        400,
        'invalid_grant',
      ]);
  });
});

describe('the issuer', () => {
  test('is asked once for its keys, however many come', async () => {
    await using fake = await startFakeIssuer();
    await using other = await TestHub.start({ config: { identity: fake.identity } });
    const tokens = await Promise.all(Array.from({ length: 12 }, (_, at) => fake.sign({ sub: `user ${at}` })));
    const answers = await Promise.all(tokens.map((token) => other.exchange(token)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(fake.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  test('that is down is a passing trouble', async () => {
    await using fake = await startFakeIssuer();
    await using other = await TestHub.start({ config: { identity: fake.identity } });
    fake.status = 503;
    expect(await errorOf(await other.exchange(await fake.sign()))).toEqual([503, 'temporarily_unavailable']);
    fake.status = 200;
    expect((await other.exchange(await fake.sign())).status).toBe(200);
  });

  test('that gives itself another name is not believed', async () => {
    await using fake = await startFakeIssuer();
    await using other = await TestHub.start({ config: { identity: fake.identity } });
    fake.name = 'https://other.example.com';
    expect(await errorOf(await other.exchange(await fake.sign()))).toEqual([503, 'temporarily_unavailable']);
  });
});

describe('introspection and revocation', () => {
  test('a token is active until it is revoked, also for the hub itself, also after a restart', async () => {
    await using own = await TestHub.start();
    const { id_token: idToken } = await own.signIn('developer');
    const caller = await own.mint(idToken);
    const token = await own.mint(idToken, { audience: 'demo' });
    const introspect = async () => (await own.form('/introspect', caller, { token })).json();
    expect(await introspect()).toMatchObject({
      active: true,
      sub: 'developer',
      aud: 'urn:hallpass:demo',
      scope: 'read write',
    });
    expect((await own.form('/revoke', caller, { token })).status).toBe(200);
    expect((await own.form('/revoke', caller, { token })).status).toBe(200);
    expect(await introspect()).toEqual({ active: false });
    const { url } = own;
    await own.stop();
    await own.start({ listen: { host: '127.0.0.1', port: Number(new URL(url).port) } });
    expect(await introspect()).toEqual({ active: false });
    await own.form('/revoke', caller, { token: caller });
    expect((await own.get('/sessions', caller)).status).toBe(401);
  });

  test('an expired token, and what is none, are inactive', async () => {
    await using own = await TestHub.start();
    const { id_token: idToken } = await own.signIn('developer');
    const token = await own.mint(idToken, { audience: 'demo' });
    const caller = await own.mint(idToken);
    own.ahead = 310_000;
    const answers = [token, 'nonsense'].map(async (text) =>
      (await own.form('/introspect', caller, { token: text })).json(),
    );
    expect(await Promise.all(answers)).toEqual([{ active: false }, { active: false }]);
    own.ahead = 610_000;
    expect(await errorOf(await own.form('/introspect', caller, { token }))).toEqual([401, 'invalid_token']);
  });

  test("others' tokens are revoked by an administrator only", async () => {
    const [mine, admin] = [await issuer.sign(), await issuer.sign({ sub: 'root', groups: ['admins'] })];
    const token = await hub.mint(mine);
    const stranger = await hub.mint(await issuer.sign({ sub: 'eve' }));
    expect(await errorOf(await hub.form('/revoke', stranger, { token }))).toEqual([403, 'access_denied']);
    expect((await hub.form('/revoke', await hub.mint(admin), { token })).status).toBe(200);
    expect((await hub.get('/sessions', token)).status).toBe(401);
  });

  test.each(['/introspect', '/revoke'])('%s needs a token for the hub', async (path) => {
    const foreign = await hub.mint(await issuer.sign(), { audience: 'tickets' });
    expect(await errorOf(await hub.form(path, undefined, { token: 'x' }))).toEqual([401, 'invalid_token']);
    expect(await errorOf(await hub.form(path, foreign, { token: foreign }))).toEqual([401, 'invalid_token']);
  });
});

describe('a token at the hub itself', () => {
  test.each([
    ['none', undefined],
    ['nonsense', 'nonsense'],
  ])('%s is 401, with how to do it', async (_what, token) => {
    const answer = await hub.get('/sessions', token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ error: { code: 'ERR_AUTH' } });
  });

  test('one for a connection opens nothing here, nor does an ID token', async () => {
    const idToken = await issuer.sign();
    for (const token of [idToken, await hub.mint(idToken, { audience: 'tickets' })])
      expect((await hub.get('/sessions', token)).status).toBe(401);
  });

  test('without the scope it is 403', async () => {
    const reader = await hub.mint(await issuer.sign(), { scope: 'sessions:read' });
    expect(decodeProtectedHeader(reader).typ).toBe('at+jwt');
    expect((await hub.get('/sessions', reader)).status).toBe(200);
    const answer = await hub.get('/sessions/000000000000/state', reader);
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: 'ERR_DENIED' } }]);
  });
});
