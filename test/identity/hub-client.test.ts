import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { Secret } from '../../src/core/secret.ts';
import { HubClient } from '../../src/identity/hub-client.ts';
import { DEVICE } from '../helpers/recorded-session.ts';
import { TestHub } from '../hub/helpers/test-hub.ts';

let hub: TestHub;
let idToken: string;
beforeAll(async () => {
  hub = await TestHub.start();
  idToken = (await hub.signIn('developer')).id_token;
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(() => {
  hub.ahead = 0;
});

function client(changes: { fetch?: typeof fetch; seconds?: number } = {}) {
  let tokens = 0;
  const made = new HubClient({
    hub: hub.url,
    fetch: changes.fetch ?? fetch,
    token: async () => {
      tokens += 1;
      return {
        token: new Secret(await hub.mint(idToken)),
        expiresAt: Date.now() + (changes.seconds ?? 300) * 1000,
        tokenType: 'Bearer',
        scopes: [],
        origins: undefined,
      };
    },
  });
  return { made, tokens: () => tokens };
}

const SEAL = { checkpoint: 'c', signature: 's' };

/** Answers everything with this. */
function always(status: number, body: string | object = ''): typeof fetch {
  return () =>
    Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
}

describe('a token', () => {
  test('is used as long as it is good', async () => {
    const { made, tokens } = client();
    for (let count = 0; count < 3; count += 1) await made.list();
    expect(tokens()).toBe(1);
  });

  test('is renewed a minute before it ends', async () => {
    const { made, tokens } = client({ seconds: LIMITS.clockSkewMs / 1000 - 1 });
    await made.list();
    await made.list();
    expect(tokens()).toBe(2);
  });

  test('that has ended by the hub’s clock is renewed, once', async () => {
    const { made, tokens } = client();
    await made.list();
    hub.ahead = 20 * 60_000;
    await made.list();
    expect(tokens()).toBe(2);
  });

  test('that the hub will not have is ERR_AUTH', async () => {
    const { made, tokens } = client({ fetch: always(401) });
    await expect(made.list()).rejects.toThrowWithCode('ERR_AUTH');
    expect(tokens()).toBe(2);
  });
});

describe('what a hub may answer', () => {
  test.each([
    ['ERR_DENIED', 403, {}],
    ['ERR_HUB_UNREACHABLE', 500, {}],
    ['ERR_HUB_UNREACHABLE', 429, {}],
    ['ERR_HUB', 418, {}],
    ['ERR_HUB', 200, 'not JSON'],
    ['ERR_HUB', 200, { sessions: [{ session: '../../etc' }] }],
    ['ERR_HUB', 302, ''],
  ] as const)('%s for status %i and %j', async (code, status, body) => {
    await expect(client({ fetch: always(status, body) }).made.list()).rejects.toThrowWithCode(code);
  });

  test('an answer larger than it may be is not read to its end', async () => {
    const large = 'x'.repeat(LIMITS.hubAnswerBytes + 1);
    await expect(client({ fetch: always(200, large) }).made.list()).rejects.toThrowWithCode('ERR_HUB');
  });

  test('a certificate for another key is refused', async () => {
    const { made } = client();
    const certificate = await made.certify(DEVICE);
    expect(certificate.principals).toEqual(['developer']);
    const text = { certificate: 'ssh-ed25519-cert-v01@openssh.com AAAA' };
    await expect(client({ fetch: always(200, text) }).made.certify(DEVICE)).rejects.toThrowWithCode(
      'ERR_HUB',
    );
  });

  test('a proof of possession is made anew for the token that a request goes with', async () => {
    const { made, tokens } = client();
    await made.list();
    hub.ahead = 20 * 60_000;
    // The second token was fetched after the first had ended by the hub's clock.
    await expect(made.certify(DEVICE)).resolves.toMatchObject({ principals: ['developer'] });
    expect(tokens()).toBe(2);
  });

  test('a clock that is minutes off gets certificates all the same', async () => {
    const { made } = client();
    hub.ahead = 5 * LIMITS.possessionMs;
    await expect(made.certify(DEVICE)).resolves.toMatchObject({ principals: ['developer'] });
  });

  test('a proof of possession that the hub does not accept is ERR_POSSESSION, after one more try', async () => {
    let asked = 0;
    const body = { error: { code: 'ERR_POSSESSION', message: 'too old' }, now: 1_795_175_030 };
    const fetch = () => {
      asked += 1;
      return always(400, body)('');
    };
    await expect(client({ fetch }).made.certify(DEVICE)).rejects.toThrowWithCode('ERR_POSSESSION');
    expect(asked).toBe(2);
  });

  test('a refused seal is told in the hub’s own words', async () => {
    const claims = [{ claim: 'tree', status: 'fail', reason: 'cut' }];
    const body = { error: { code: 'ERR_VERIFY_FAILED', message: 'it does not verify' }, claims };
    const { made } = client({ fetch: always(422, body) });
    const seal = { checkpoint: '', signature: '', logBytes: 0, payloadBytes: 0 };
    expect(await made.seal('0123456789ab', seal)).toEqual({ outcome: 'refused', why: 'tree: cut' });
  });

  test.each([
    [200, '', 'accepted'],
    [201, '', 'accepted'],
    [409, 'ERR_SESSION_FORKED', 'forked'],
    [409, 'ERR_UPLOAD_CONFLICT', 'conflict'],
    [404, 'ERR_NO_SUCH_SESSION', 'conflict'],
    [422, 'ERR_CERTIFICATE', 'certificate'],
  ] as const)('to a checkpoint %i %s is %s', async (status, code, outcome) => {
    const body = code === '' ? {} : { error: { code, message: 'why' } };
    const answer = await client({ fetch: always(status, body) }).made.checkpoint('0123456789ab', SEAL);
    expect(answer).toEqual(outcome === 'accepted' ? { outcome } : { outcome, why: 'why' });
  });

  test.each([
    [422, 'ERR_UPLOAD_REFUSED'],
    [400, 'ERR_HUB'],
    [503, 'ERR_HUB_UNREACHABLE'],
  ] as const)('to a checkpoint %i is %s', async (status, code) => {
    const body = { error: { code: 'ERR_VERIFY_FAILED', message: 'why' } };
    const asked = client({ fetch: always(status, body) }).made.checkpoint('0123456789ab', SEAL);
    await expect(asked).rejects.toThrowWithCode(code);
  });

  test('a download that breaks off is ERR_HUB_UNREACHABLE', async () => {
    const broken = () => {
      const body = new ReadableStream({
        start: (controller) => {
          controller.enqueue(Buffer.from('some'));
          controller.error(new TypeError('terminated'));
        },
      });
      return Promise.resolve(new Response(body));
    };
    const read = async () => {
      for await (const chunk of client({ fetch: broken }).made.download('0123456789ab', 'log')) void chunk;
    };
    await expect(read()).rejects.toThrowWithCode('ERR_HUB_UNREACHABLE');
  });
});

test('a page of more sessions than anybody asked for is not taken', async () => {
  const unknown = { kind: null, connection: null, subject: null, started_at: null, ended_at: null };
  const one = { session: 'aaaa00000001', ...unknown, events: null, findings: null, state: 'open' };
  const of = (length: number) => ({ sessions: Array.from({ length }, () => one) });
  const { made } = client({ fetch: always(200, of(LIMITS.sessionsPage)) });
  expect(await made.list()).toHaveLength(LIMITS.sessionsPage);
  const lying = client({ fetch: always(200, of(LIMITS.sessionsPage + 1)) });
  await expect(lying.made.list()).rejects.toThrowWithCode('ERR_HUB');
});
