import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { exportingMinter, type MinterDeps } from '../../src/app/credentials.ts';
import { mint, type MintDeps } from '../../src/app/mint.ts';
import type { Auth, Connection } from '../../src/app/project-file.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Secret } from '../../src/core/secret.ts';
import { carefulFetch } from '../../src/identity/ask.ts';
import { type Login, LoginState } from '../../src/identity/login-state.ts';
import { SecretBook } from '../../src/identity/secret-book.ts';
import { TokenCache } from '../../src/identity/token-cache.ts';
import { CredentialStore } from '../../src/platform/credential-store.ts';
import { proxyFetch } from '../../src/platform/network.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
let hub: FakeHub;

beforeAll(async () => {
  hub = await startFakeHub({ issuer: 'http://127.0.0.1:2', clientId: 'hallpass-cli' });
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
});

interface Setup {
  readonly deps: MintDeps;
  readonly state: LoginState;
  readonly book: SecretBook;
  clock: number;
}

/** Somebody who is logged in until two hours from now, with this connection in a file that counts. */
function setUp(directory: string, options: { connection?: Connection; run?: MinterDeps['run'] } = {}): Setup {
  const store = new CredentialStore(directory, randomBytes(32));
  const state = new LoginState('default', store);
  const book = new SecretBook(store);
  const login: Login = {
    generation: 1,
    idToken: new Secret(`id.${randomBytes(20).toString('hex')}`),
    refreshToken: undefined,
    subject: 'developer',
    groups: [],
    expiresAt: NOW + 7_200_000,
  };
  const { description } = hub;
  state.saveHub(description as never);
  state.saveLogin(login);
  const now = (): number => made.clock;
  const minters: MinterDeps = {
    hub: {
      state,
      ask: carefulFetch(proxyFetch()),
      now,
      refresh: () => Promise.reject(new Error('no refresh')),
    },
    book,
    run: options.run ?? (() => Promise.reject(new Error('nothing to run'))),
    now,
  };
  const made: Setup = {
    state,
    book,
    clock: NOW,
    deps: {
      cache: new TokenCache('default', store, now),
      minterFor: (request) => exportingMinter(request, options.connection, minters),
    },
  };
  return made;
}

const demo = { connection: 'demo', scopes: [] };
const http = (auth: Partial<Auth> & Pick<Auth, 'bearer'>): Connection => ({
  url: 'https://mcp.example.com/mcp',
  auth: { scopes: [], use: 'proxy', ...auth },
});

describe('minting at the hub', () => {
  test('says that the token will be shown, and hands the ID token over as the subject', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = setUp(directory.path);
    const { token, expires_at } = await mint({ connection: 'demo', scopes: ['read', 'write'] }, deps);
    expect(token).toBe(hub.given.at(-1));
    expect(expires_at).toBe(new Date(NOW + 600_000).toISOString());
    expect(hub.asked.at(-1)).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: state.login?.idToken.reveal(),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      audience: 'demo',
      scope: 'read write',
      use: 'export',
    });
  });

  test('takes the cached token until a minute before its end, whatever the order of the scopes', async () => {
    using directory = temporaryDirectory();
    const made = setUp(directory.path);
    const first = await mint({ connection: 'demo', scopes: ['a', 'b'] }, made.deps);
    made.clock = NOW + 600_000 - LIMITS.clockSkewMs - 1;
    expect(await mint({ connection: 'demo', scopes: ['b', 'a'] }, made.deps)).toEqual(first);
    made.clock += 1;
    expect((await mint({ connection: 'demo', scopes: ['b', 'a'] }, made.deps)).token).not.toBe(first.token);
  });

  test('never takes one for the token of other scopes or another connection', async () => {
    using directory = temporaryDirectory();
    const { deps } = setUp(directory.path);
    const tokens: string[] = [];
    for (const request of [
      demo,
      { connection: 'demo', scopes: ['read'] },
      { connection: 'demo read', scopes: [] },
    ])
      tokens.push((await mint(request, deps)).token);
    expect(new Set(tokens).size).toBe(3);
  });

  test.each([
    ['invalid_target', 'ERR_DENIED'],
    ['invalid_scope', 'ERR_DENIED'],
    ['access_denied', 'ERR_DENIED'],
    ['invalid_grant', 'ERR_AUTH'],
    ['invalid_request', 'ERR_HUB'],
  ] as const)('that is refused with %s is %s', async (error, code) => {
    using directory = temporaryDirectory();
    const { deps } = setUp(directory.path);
    hub.refuse = () => ({ status: 400, body: { error } });
    await expect(mint(demo, deps)).rejects.toThrowWithCode(code);
    hub.refuse = undefined;
  });

  test.each([
    ['no token', { token_type: 'Bearer', expires_in: 300 }],
    ['a token of another kind', { access_token: 'x', token_type: 'DPoP', expires_in: 300 }],
    [
      'a token that would split a header',
      { access_token: 'x\r\ny: z', token_type: 'Bearer', expires_in: 300 },
    ],
  ])('that is answered with %s is ERR_HUB', async (_, body) => {
    using directory = temporaryDirectory();
    const { deps } = setUp(directory.path);
    hub.refuse = () => ({ status: 200, body });
    await expect(mint(demo, deps)).rejects.toThrowWithCode('ERR_HUB');
    hub.refuse = undefined;
  });

  test('by nobody is ERR_AUTH, and logging out forgets what was minted', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = setUp(directory.path);
    await mint(demo, deps);
    state.forget();
    await expect(mint(demo, deps)).rejects.toThrowWithCode('ERR_AUTH');
  });

  test('goes by the name that the file gives the connection at the hub', async () => {
    using directory = temporaryDirectory();
    const { deps } = setUp(directory.path, {
      connection: http({ bearer: 'hub-jwt', connection: 'tickets', scopes: ['read'] }),
    });
    expect(await mint(demo, deps)).toMatchObject({ connection: 'demo' });
    expect(hub.asked.at(-1)).toMatchObject({ audience: 'tickets', scope: 'read' });
  });
});

describe('minting by a command', () => {
  const exec = http({ bearer: { exec: ['get-token', '--for', 'demo'] }, use: 'export' });
  const printing = (text: string) => ({ connection: exec, run: () => Promise.resolve(new Secret(text)) });

  test.each([
    ['plain text', 't0ken\n', 't0ken', null],
    ['JSON with a lifetime', '{"token":"t0ken","expires_in":300}', 't0ken', '2026-11-20T12:05:00.000Z'],
    [
      'JSON with a time',
      '{"token":"t0ken","expires_at":"2026-11-20T14:00:00+01:00"}',
      't0ken',
      '2026-11-20T13:00:00.000Z',
    ],
  ])('reads %s', async (_, output, token, expires_at) => {
    using directory = temporaryDirectory();
    const { deps } = setUp(directory.path, printing(output));
    expect(await mint(demo, deps)).toMatchObject({ token, expires_at });
  });

  test.each([
    ['nothing', ''],
    ['two lines', 'a\nb'],
    ['JSON without a token', '{"access_token":"x"}'],
    ['broken JSON', '{"token":'],
  ])('refuses %s', async (_, output) => {
    using directory = temporaryDirectory();
    const { deps } = setUp(directory.path, printing(output));
    await expect(mint(demo, deps)).rejects.toThrowWithCode('ERR_MINT_COMMAND');
  });

  test('is for the proxy alone unless the file says otherwise', async () => {
    using directory = temporaryDirectory();
    let ran = false;
    const { deps } = setUp(directory.path, {
      connection: http({ bearer: { exec: ['get-token'] } }),
      run: () => {
        ran = true;
        return Promise.resolve(new Secret('t0ken'));
      },
    });
    await expect(mint(demo, deps)).rejects.toThrowWithCode('ERR_DENIED');
    expect(ran).toBe(false);
  });
});

describe('minting a stored secret', () => {
  test('is for the proxy alone unless the file says otherwise', async () => {
    using directory = temporaryDirectory();
    const { deps, book } = setUp(directory.path, { connection: http({ bearer: 'secret:KEY' }) });
    book.add({ name: 'KEY', origins: [], addedAt: 0 }, new Secret('a stored value'));
    await expect(mint(demo, deps)).rejects.toThrowWithCode('ERR_DENIED');
  });

  test('that is not there names one that is', async () => {
    using directory = temporaryDirectory();
    const { deps, book } = setUp(directory.path, {
      connection: http({ bearer: 'secret:KEYS', use: 'export' }),
    });
    book.add({ name: 'KEY', origins: [], addedAt: 0 }, new Secret('a stored value'));
    await expect(mint(demo, deps)).rejects.toThrowWithCode('ERR_NO_SUCH_SECRET');
  });
});
