import { describe, expect, test } from 'vitest';

import { LiveCredential } from '../../src/app/live-credential.ts';
import { HallpassError } from '../../src/core/errors.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Minted } from '../../src/identity/minters/minter.ts';

const ORIGIN = 'https://mcp.example.com';

/** A credential that lives ten minutes, each one numbered; `clock` and `fault` are the test's. */
function setUp(change: Partial<Minted> = {}) {
  const made = {
    clock: 0,
    fault: undefined as HallpassError | undefined,
    minted: 0,
    known: [] as Minted[],
    troubles: [] as string[],
    revoked: 0,
  };
  const mint = async (): Promise<Minted> => {
    await Promise.resolve();
    if (made.fault !== undefined) throw made.fault;
    made.minted += 1;
    return {
      credential: new Secret(`token ${made.minted}`),
      tokenType: 'Bearer',
      scopes: [],
      expiresAt: made.clock + 600_000,
      origins: undefined,
      renewable: true,
      revoke: async () => {
        made.revoked += 1;
        await Promise.resolve();
      },
      ...change,
    };
  };
  const credential = new LiveCredential({
    origin: ORIGIN,
    mint,
    onMinted: (minted) => made.known.push(minted),
    onTrouble: (what) => made.troubles.push(what),
    now: () => made.clock,
  });
  const value = async (origin = ORIGIN) => (await credential.valueFor(origin)).reveal();
  return { made, credential, value };
}

/** Lets what runs in the background come to its end. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a live credential', () => {
  test('is minted once for all who wait for it, and known before anybody has it', async () => {
    const { made, value } = setUp();
    expect(await Promise.all([value(), value(), value()])).toEqual(['token 1', 'token 1', 'token 1']);
    expect(made.known.map(({ credential }) => credential.reveal())).toEqual(['token 1']);
  });

  test('is renewed in its last minute while the old one serves', async () => {
    const { made, value } = setUp();
    await value();
    made.clock = 600_000 - LIMITS.clockSkewMs - 1;
    await value();
    await settle();
    expect(made.minted).toBe(1);
    made.clock += 1;
    expect(await value()).toBe('token 1');
    await settle();
    expect(await value()).toBe('token 2');
  });

  test('that has ended is waited for', async () => {
    const { made, value } = setUp();
    await value();
    made.clock = 600_000;
    expect(await value()).toBe('token 2');
  });

  test('that can not be renewed serves to its end, and no longer', async () => {
    const { made, value } = setUp();
    await value();
    made.fault = new HallpassError('ERR_HUB_UNREACHABLE', 'the hub is gone');
    made.clock = 599_000;
    expect(await value()).toBe('token 1');
    expect(await value()).toBe('token 1');
    await settle();
    expect(made.troubles).toEqual(['the credential is not renewed yet: the hub is gone']);
    made.clock = 600_000;
    await expect(value()).rejects.toThrowWithCode('ERR_HUB_UNREACHABLE');
    made.fault = undefined;
    expect(await value()).toBe('token 2');
  });

  test('that lives shorter than a minute is not renewed all the time', async () => {
    const { made, value } = setUp({ expiresAt: 30_000 });
    await value();
    made.clock = 10_000;
    await value();
    await settle();
    expect(made.minted).toBe(1);
  });

  test('that the server refuses is replaced once for all who were refused, and not again within a minute', async () => {
    const { made, credential } = setUp();
    const first = await credential.valueFor(ORIGIN);
    const others = await Promise.all([credential.replace(first), credential.replace(first)]);
    expect(others.map((other) => other?.reveal())).toEqual(['token 2', 'token 2']);
    const second = await credential.valueFor(ORIGIN);
    expect((await credential.replace(first))?.reveal()).toBe('token 2');
    expect(await credential.replace(second)).toBeUndefined();
    made.clock = LIMITS.remintMs;
    expect((await credential.replace(second))?.reveal()).toBe('token 3');
  });

  test('that is always the same is not shown twice to a server that refuses it', async () => {
    const { made, credential } = setUp({ renewable: false });
    expect(await credential.replace(await credential.valueFor(ORIGIN))).toBeUndefined();
    expect(made.minted).toBe(1);
  });

  test.each([
    ['its server alone, when it names no origin', undefined, ORIGIN, 'https://other.example.com'],
    [
      'the origins it names',
      ['https://api.example.com'],
      'https://api.example.com',
      'https://api.example.com:8443',
    ],
  ])('goes to %s', async (_, origins, right, wrong) => {
    const { value } = setUp({ origins });
    expect(await value(right)).toBe('token 1');
    await expect(value(wrong)).rejects.toThrowWithCode('ERR_SECRET_ORIGIN');
  });

  test('that names no origin on purpose goes nowhere', async () => {
    const { value } = setUp({ origins: [] });
    await expect(value()).rejects.toThrowWithCode('ERR_SECRET_ORIGIN');
  });

  test('is ended at the close, as are those before it whose time is not over', async () => {
    const ended: string[] = [];
    const closed: string[] = [];
    const clock = { now: 0 };
    let minted = 0;
    const credential = new LiveCredential({
      origin: ORIGIN,
      mint: async () => {
        const name = `token ${(minted += 1)}`;
        return Promise.resolve({
          credential: new Secret(name),
          tokenType: 'Bearer',
          scopes: [],
          expiresAt: clock.now + 600_000,
          origins: undefined,
          renewable: true,
          revoke: async () => Promise.resolve(void ended.push(name)),
        });
      },
      onMinted: () => undefined,
      onTrouble: () => undefined,
      now: () => clock.now,
      onClosed: () => void closed.push(...ended),
    });
    await credential.valueFor(ORIGIN);
    for (clock.now of [590_000, 1_180_000]) {
      await credential.valueFor(ORIGIN);
      await settle();
    }
    // The first one's is; what was kept of it goes.
    expect(ended).toEqual(['token 1']);
    await credential.close();
    expect(ended.toSorted()).toEqual(['token 1', 'token 2', 'token 3']);
    expect(closed).toHaveLength(3);
  });

  test('is ended at the close, and a hub that does not answer is only a note', async () => {
    const { made, credential, value } = setUp();
    await value();
    await credential.close();
    expect(made.revoked).toBe(1);
    const failing = setUp({ revoke: () => Promise.reject(new HallpassError('ERR_HUB', 'no')) });
    await failing.value();
    await failing.credential.close();
    expect(failing.made.troubles).toEqual(['the credential is not ended: no']);
  });
});
