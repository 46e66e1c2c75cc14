import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { Person } from '../../src/app/authorize.ts';
import { UpstreamOAuth, type UpstreamOAuthParts } from '../../src/app/upstream-oauth.ts';
import type { Secret } from '../../src/core/secret.ts';
import { MemoryStore } from '../../src/identity/memory-store.ts';
import { GrantBook } from '../../src/identity/oauth/grants.ts';
import { oauthFetch } from '../../src/identity/oauth/reach.ts';
import type { SealedStore } from '../../src/identity/sealed-store.ts';
import { CredentialStore } from '../../src/platform/credential-store.ts';
import { LoopbackRedirects } from '../../src/platform/redirects.ts';
import { ServerRequests } from '../../src/proxy/upstream/server-requests.ts';
import {
  approve,
  type AuthorizationServer,
  challengeOf,
  decline,
  type ProtectedServer,
  startAuthorizationServer,
  startProtectedServer,
} from '../helpers/oauth.ts';

let as: AuthorizationServer;
let server: ProtectedServer;

beforeAll(async () => {
  as = await startAuthorizationServer();
});

beforeEach(async () => {
  await (server as ProtectedServer | undefined)?.[Symbol.asyncDispose]();
  server = await startProtectedServer(as, 'nothing');
  Object.assign(as, { seconds: 3600, instead: undefined, describe: (metadata: object) => metadata });
  as.came.length = 0;
  as.tokens.length = 0;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await as[Symbol.asyncDispose]();
});

/** The client side of one process: what asks the server, and who is asked. */
class Side {
  /** Where the browser was sent. */
  readonly shown: URL[] = [];
  readonly secrets: Secret[] = [];
  readonly troubles: string[] = [];
  readonly oauth: UpstreamOAuth;
  readonly requests: ServerRequests;
  now = Date.now();

  constructor(
    options: {
      store?: SealedStore;
      browser?: (url: string) => Promise<unknown>;
    } & Partial<UpstreamOAuthParts> = {},
  ) {
    const { store = new MemoryStore(), browser = approve, ...parts } = options;
    const url = new URL(server.url);
    const person: Person = {
      listen: (port) => LoopbackRedirects.listen(port),
      show: (address) => {
        this.shown.push(address);
        void browser(address.href);
      },
    };
    this.oauth = new UpstreamOAuth({
      server: url,
      book: new GrantBook('default', store),
      choice: {},
      ask: oauthFetch(fetch, url),
      onSecret: (secret) => this.secrets.push(secret),
      now: () => this.now,
      person,
      command: 'hallpass authorize tickets',
      onTrouble: (what) => this.troubles.push(what),
      ...parts,
    });
    const dispatcher = new Agent();
    this.requests = new ServerRequests({
      url: server.url,
      authorization: this.oauth,
      dispatcher,
      userAgent: 'test',
    });
  }

  /** The status of a call of the tool. */
  async call(): Promise<number> {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'no-oauth', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = { name: 'tell', arguments: { word: 'hello' }, _meta: meta };
    const { statusCode, body } = await this.requests.send({
      method: 'POST',
      headers: {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'tell',
        'mcp-param-word': 'hello',
      },
      body: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })),
      signal: new AbortController().signal,
    });
    await text(body);
    return statusCode;
  }
}

const grants = (): (string | undefined)[] => as.tokens.map(({ body }) => body['grant_type']);
const calls = (): (string | undefined)[] =>
  server.came.filter(({ method }) => method === 'POST').map(({ authorization }) => authorization);

describe('a server that wants OAuth', () => {
  test('gets a token that is for it alone, by PKCE, and no other server does', async () => {
    const side = new Side();
    expect(await side.call()).toBe(200);
    const asked = side.shown[0]?.searchParams;
    const [token] = as.tokens;
    expect(asked?.get('resource')).toBe(server.url);
    expect(token?.body['resource']).toBe(server.url);
    expect(asked?.get('code_challenge_method')).toBe('S256');
    expect(challengeOf(token?.body['code_verifier'] ?? '')).toBe(asked?.get('code_challenge'));
    expect(asked?.get('scope')).toBe('read offline_access');
    expect(calls()[0]).toBeUndefined();
    const shown = calls()[1]?.replace('Bearer ', '') ?? '';
    expect(await as.look(shown)).toMatchObject({ audience: server.url, scopes: ['read'] });
    await expect(side.oauth.valueFor('https://other.example')).rejects.toMatchObject({
      code: 'ERR_SECRET_ORIGIN',
    });
  });

  test('has code and tokens known as secrets before they are used', async () => {
    const side = new Side();
    await side.call();
    const values = side.secrets.map((secret) => secret.reveal());
    const code = as.tokens[0]?.body['code'];
    expect(values).toEqual([code, calls()[1]?.replace('Bearer ', ''), expect.any(String)]);
  });

  test('that refuses many at once has a person asked once', async () => {
    const side = new Side();
    expect(await Promise.all(Array.from({ length: 6 }, () => side.call()))).toEqual(Array(6).fill(200));
    expect(side.shown).toHaveLength(1);
  });

  test('is not asked about again in the next session', async () => {
    const store = new MemoryStore();
    await new Side({ store }).call();
    const next = new Side({ store });
    expect(await next.call()).toBe(200);
    expect(next.shown).toHaveLength(0);
  });

  test('that refuses the very token that was got for it is not authorized at for ever', async () => {
    const side = new Side();
    const { look } = as;
    as.look = () => Promise.resolve(undefined);
    expect(await side.call()).toBe(401);
    expect(await side.call()).toBe(401);
    as.look = look;
    expect(side.shown).toHaveLength(1);
  });

  test('is told of in words where nobody is there; what is then authorized elsewhere is used at once', async () => {
    const store = new MemoryStore();
    const side = new Side({ store, person: undefined });
    await expect(side.call()).rejects.toMatchObject({
      code: 'ERR_NOT_AUTHORIZED',
      message: expect.stringContaining('"hallpass authorize tickets"') as string,
    });
    await new Side({ store }).call();
    expect(await side.call()).toBe(200);
    expect(grants()).toEqual(['authorization_code']);
  });

  test('where the person says no is not asked about again at once', async () => {
    const side = new Side({ browser: decline });
    await expect(side.call()).rejects.toMatchObject({ code: 'ERR_OAUTH' });
    await expect(side.call()).rejects.toMatchObject({ code: 'ERR_OAUTH' });
    expect(side.shown).toHaveLength(1);
    expect(grants()).toEqual([]);
  });

  test('whose authorization server does not state S256 is refused before anything is registered', async () => {
    as.describe = ({ code_challenge_methods_supported: _none, ...metadata }) => metadata;
    const side = new Side();
    await expect(side.call()).rejects.toThrow(/PKCE/);
    expect(side.shown).toHaveLength(0);
    expect(as.came.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

test('a server that refuses for another reason than OAuth is left to say so', async () => {
  server.metadata = undefined;
  server.challenge = () => ({ realm: 'a key in a header, please' });
  expect(await new Side({ person: undefined }).call()).toBe(401);
});

describe('an address that is attacker-controlled', () => {
  test.each(['javascript:alert(1)', 'http://evil.example/authorize', 'file:///etc/passwd'])(
    'is not shown to the person: %s',
    async (address) => {
      as.describe = (metadata) => ({ ...metadata, authorization_endpoint: address });
      const side = new Side();
      await expect(side.call()).rejects.toMatchObject({ code: 'ERR_INSECURE_ADDRESS' });
      expect(side.shown).toHaveLength(0);
    },
  );

  test('of the server itself is not one to be authorized at in clear', async () => {
    const plain = new URL('http://mcp.example/mcp');
    const side = new Side({
      server: plain,
      ask: () => Promise.resolve(Response.json({ resource: plain.href })),
    });
    const { signal } = new AbortController();
    const refusal = side.oauth.onChallenge({ status: 401, wwwAuthenticate: [], refused: undefined, signal });
    await expect(refusal).rejects.toMatchObject({ code: 'ERR_INSECURE_ADDRESS' });
  });
});

describe('a token that ends', () => {
  test('and whose successor is refused too has the person asked', async () => {
    const side = new Side();
    await side.call();
    const { look } = as;
    let refusals = 2;
    as.look = (token) => ((refusals -= 1) < 0 ? look(token) : Promise.resolve(undefined));
    side.now += 120_000;
    expect(await side.call()).toBe(200);
    as.look = look;
    expect(grants()).toEqual(['authorization_code', 'refresh_token', 'authorization_code']);
  });

  test('is renewed first; the refresh token that comes with it is the one that is used next', async () => {
    as.seconds = 5;
    const side = new Side();
    await side.call();
    expect(await side.call()).toBe(200);
    side.now += 6_000;
    expect(await side.call()).toBe(200);
    expect(grants()).toEqual(['authorization_code', 'refresh_token', 'refresh_token']);
    const used = as.tokens.slice(1).map(({ body }) => body['refresh_token']);
    expect(new Set(used).size).toBe(2);
    expect(as.tokens.every(({ body }) => body['resource'] === server.url)).toBe(true);
    expect(side.shown).toHaveLength(1);
  });

  test('is renewed once, however many processes want to', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hallpass-'));
    const key = randomBytes(32);
    const process = (): CredentialStore => new CredentialStore(directory, key);
    as.seconds = 5;
    await new Side({ store: process() }).call();
    as.seconds = 3600;
    const sides = Array.from({ length: 4 }, () => new Side({ store: process() }));
    expect(await Promise.all(sides.map((side) => side.call()))).toEqual([200, 200, 200, 200]);
    expect(grants()).toEqual(['authorization_code', 'refresh_token']);
    expect(new Set(calls().slice(2)).size).toBe(1);
    await rm(directory, { recursive: true });
  });

  test('and that nothing renews any more has the person asked again', async () => {
    as.seconds = 5;
    const side = new Side();
    await side.call();
    as.instead = ({ url }, response) => {
      if (url !== '/token') return false;
      as.instead = undefined;
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
      return true;
    };
    const { look } = as;
    const [, first = ''] = calls();
    as.look = (token) => (first === `Bearer ${token}` ? Promise.resolve(undefined) : look(token));
    side.now += 120_000;
    expect(await side.call()).toBe(200);
    as.look = look;
    expect(side.shown).toHaveLength(2);
  });
});

describe('a call that needs more', () => {
  test('has the person asked for it, and for all there was before', async () => {
    const side = new Side();
    await side.call();
    server.needs = () => ['write'];
    expect(await side.call()).toBe(200);
    expect(side.shown.map((url) => url.searchParams.get('scope'))).toEqual([
      'read offline_access',
      'read offline_access write',
    ]);
  });

  test('than anybody can give is refused after one try', async () => {
    const side = new Side();
    server.needs = () => ['everything'];
    expect(await side.call()).toBe(403);
    expect(await side.call()).toBe(403);
    expect(side.shown).toHaveLength(2);
  });

  test('each time is followed so far and no further', async () => {
    const side = new Side();
    let needed = 0;
    server.needs = () => [`scope-${(needed += 1)}`];
    for (let call = 0; call < 6; call += 1) expect(await side.call()).toBe(403);
    expect(side.shown).toHaveLength(6);
  });

  test('where nobody is there says how to give it, and that is asked for then', async () => {
    const store = new MemoryStore();
    await new Side({ store }).call();
    server.needs = () => ['write'];
    await expect(new Side({ store, person: undefined }).call()).rejects.toMatchObject({
      code: 'ERR_NOT_AUTHORIZED',
    });
    expect(new GrantBook('default', store).get(server.url)?.scopes).toContain('write');
  });

  test('and was refused for another reason than its scopes is not authorized at all', async () => {
    const side = new Side();
    await side.call();
    const challenge = {
      status: 403 as const,
      wwwAuthenticate: ['Bearer error="invalid_request", scope="write"'],
    };
    const refused = await side.oauth.valueFor(new URL(server.url).origin);
    const { signal } = new AbortController();
    expect(await side.oauth.onChallenge({ ...challenge, refused, signal })).toBeUndefined();
    expect(side.shown).toHaveLength(1);
  });
});

describe('a server that has moved to another authorization server', () => {
  test('gets a token of that one, which learns nothing of the one before', async () => {
    await using other = await startAuthorizationServer();
    const side = new Side();
    await side.call();
    const before = as.tokens.length;
    server.metadata = () => ({
      resource: server.url,
      authorization_servers: [other.issuer],
      scopes_supported: ['read'],
    });
    const { look } = as;
    as.look = (token) => other.look(token);
    expect(await side.call()).toBe(200);
    as.look = look;
    expect(as.tokens).toHaveLength(before);
    const client = side.shown[0]?.searchParams.get('client_id');
    const told = JSON.stringify(other.came);
    expect(client).toBeTruthy();
    expect(told).not.toContain(client);
    for (const secret of side.secrets.slice(0, 3)) expect(told).not.toContain(secret.reveal());
    expect(side.shown.map((url) => url.origin)).toEqual([as.issuer, other.issuer]);
  });
});
