import { setImmediate } from 'node:timers/promises';

import { beforeEach, describe, expect, test } from 'vitest';

import {
  type CentralPolicyDeps,
  followCentralPolicy,
  openCentralPolicy,
} from '../../src/app/central-policy.ts';
import { HallpassError } from '../../src/core/errors.ts';
import { ephemeralSigner, type Signer } from '../../src/core/session/signer.ts';
import { NO_POLICY, PolicyBoard } from '../../src/hub/policy/policy-board.ts';
import type { PolicyAnswer } from '../../src/identity/hub-client.ts';
import { MemoryStore } from '../../src/identity/memory-store.ts';
import { etagOf, openSignedPolicy, PolicyCache } from '../../src/identity/signed-policy.ts';

const HUB = 'https://hub.example.com';
const MINUTE = 60_000;
const AGE = 60 * MINUTE;
const NAME = 'hub.example.com/log';

const signer = ephemeralSigner();
const authority = { hub: HUB, key: { name: NAME, publicKey: Buffer.from(signer.publicKey) } };

interface Signing {
  readonly at?: number;
  readonly by?: Pick<Signer, 'sign'>;
  readonly hub?: string;
  readonly name?: string;
  readonly document?: string;
}

/** As a hub signs it. */
function signed({
  at = 0,
  by = signer,
  hub = HUB,
  name = NAME,
  document = '{"version":1}',
}: Signing = {}): string {
  const source = { ...NO_POLICY, read: () => ({ version: 'hub@1', document, maxAgeMs: AGE }) };
  const quiet = { onNotice: () => undefined, onTrouble: () => undefined };
  return new PolicyBoard({ source, signer: by, keyName: name, hub, now: () => at, ...quiet }).current.signed;
}

let now: number;
let notes: string[];
let answers: (PolicyAnswer | HallpassError)[];
let asked: (string | undefined)[];
let store: MemoryStore;
let deps: CentralPolicyDeps;

beforeEach(() => {
  now = 0;
  notes = [];
  answers = [];
  asked = [];
  store = new MemoryStore();
  deps = {
    clientFor: (signal) => ({
      policy: async (known) => {
        asked.push(known);
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        if (answer !== undefined) return answer;
        // Nothing more is to come.
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(unreachable()));
        });
      },
    }),
    cache: new PolicyCache(store, authority),
    authority,
    now: () => now,
    note: (line) => notes.push(line),
  };
});

function unreachable(): HallpassError {
  return new HallpassError('ERR_HUB_UNREACHABLE', 'the hub can not be reached');
}

describe('a signed policy', () => {
  test('is opened by the pinned key', async () => {
    const opened = await openSignedPolicy(signed(), authority);
    expect(opened).toMatchObject({
      version: 'hub@1',
      document: '{"version":1}',
      issuedAt: 0,
      expiresAt: AGE,
    });
  });

  const [header = '', claims = '', signature = ''] = signed().split('.');
  const json = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const own = (head: object, body: object) => {
    const input = `${part(head)}.${part(body)}`;
    return `${input}.${Buffer.from(signer.sign(Buffer.from(input))).toString('base64url')}`;
  };

  test.each([
    ['another text', [header, part({ ...json(claims), policy: '{}' }), signature].join('.')],
    ['a longer life', [header, part({ ...json(claims), exp: 1e9 }), signature].join('.')],
    ['another key', signed({ by: ephemeralSigner() })],
    ['another hub', signed({ hub: 'https://other.example.com' })],
    ['another key name', signed({ name: 'other/log' })],
    ['no signature', [part({ ...json(header), alg: 'none' }), claims, ''].join('.')],
    ['another kind of document', own({ ...json(header), typ: 'JWT' }, json(claims))],
    ['no end', own(json(header), { ...json(claims), exp: undefined })],
    ['nothing', ''],
  ])('is refused with %s', async (_, text) => {
    await expect(openSignedPolicy(text, authority)).rejects.toThrowWithCode('ERR_POLICY_SIGNATURE');
  });
});

describe('at the start of a session', () => {
  test('what the hub has is taken and kept', async () => {
    answers = [{ signed: signed() }];
    expect(await openCentralPolicy(deps)).toMatchObject({ version: 'hub@1' });
    expect(await deps.cache.read()).toMatchObject({ version: 'hub@1' });
  });

  test('what is known already is asked about by its etag', async () => {
    answers = [{ signed: signed() }, 'unchanged'];
    const first = await openCentralPolicy(deps);
    expect(await openCentralPolicy(deps)).toEqual(first);
    expect(asked).toEqual([undefined, first && etagOf(first)]);
  });

  test('what was signed by keys that are pinned no more does not stand in the way of a hub set up anew', async () => {
    const other = ephemeralSigner();
    const anew = { hub: HUB, key: { name: NAME, publicKey: Buffer.from(other.publicKey) } };
    answers = [{ signed: signed() }, { signed: signed({ by: other }) }];
    await openCentralPolicy(deps);
    const later = { ...deps, authority: anew, cache: new PolicyCache(store, anew) };
    expect(await openCentralPolicy(later)).toMatchObject({ version: 'hub@1' });
    expect(asked).toEqual([undefined, undefined]);
  });

  test('while the hub can not be reached what it had goes on, until it runs out', async () => {
    answers = [{ signed: signed() }, unreachable(), unreachable()];
    await openCentralPolicy(deps);
    now = AGE - 1;
    expect(await openCentralPolicy(deps)).toMatchObject({ version: 'hub@1' });
    expect(notes).toEqual([expect.stringContaining('holds until 1970-01-01T01:00:00.000Z')]);
    now = AGE;
    await expect(openCentralPolicy(deps)).rejects.toThrowWithCode('ERR_POLICY_UNKNOWN');
  });

  test('one that has run out is not asked about, but replaced', async () => {
    answers = [{ signed: signed() }, { signed: signed({ at: AGE }) }];
    await openCentralPolicy(deps);
    now = AGE;
    expect(await openCentralPolicy(deps)).toMatchObject({ expiresAt: 2 * AGE });
    expect(asked).toEqual([undefined, undefined]);
  });

  test('where nothing is known and nobody answers nothing begins', async () => {
    answers = [unreachable()];
    await expect(openCentralPolicy(deps)).rejects.toThrowWithCode('ERR_POLICY_UNKNOWN');
  });

  test('a hub of before there were policies has none; one that had a policy does not lose it', async () => {
    answers = ['none', { signed: signed() }, 'none', 'none'];
    expect(await openCentralPolicy(deps)).toBeUndefined();
    await openCentralPolicy(deps);
    expect(await openCentralPolicy(deps)).toMatchObject({ version: 'hub@1' });
    now = AGE;
    await expect(openCentralPolicy(deps)).rejects.toThrowWithCode('ERR_POLICY_UNKNOWN');
  });

  test('an older one than before is refused, and the newer kept', async () => {
    answers = [{ signed: signed({ at: MINUTE }) }, { signed: signed() }];
    now = MINUTE;
    await openCentralPolicy(deps);
    await expect(openCentralPolicy(deps)).rejects.toThrowWithCode('ERR_POLICY_SIGNATURE');
    expect(await deps.cache.read()).toMatchObject({ issuedAt: MINUTE });
  });

  test('what was kept is checked each time that it is read', async () => {
    const forged = signed({ by: ephemeralSigner() });
    deps.cache.write({ ...(await openSignedPolicy(signed(), authority)), signed: forged });
    answers = [unreachable()];
    await expect(openCentralPolicy(deps)).rejects.toThrowWithCode('ERR_POLICY_SIGNATURE');
  });
});

describe('while a session runs', () => {
  test('each change is used, in order, and what does not verify is not', async () => {
    const first = await openSignedPolicy(signed(), authority);
    const [second, third] = [signed({ at: 2, document: '{"a":2}' }), signed({ at: 3, document: '{"a":3}' })];
    answers = ['unchanged', { signed: second }, 'unchanged', { signed: third }];
    const stop = new AbortController();
    const used: (string | undefined)[] = [];
    const use = async ({ document }: { document: string | undefined }) => void used.push(document);
    const following = followCentralPolicy(first, { use, signal: stop.signal }, deps);
    while (asked.length < 5) await setImmediate();
    stop.abort();
    await following;
    expect(used).toEqual(['{"a":2}', '{"a":3}']);
    expect(await deps.cache.read()).toMatchObject({ document: '{"a":3}' });
    expect(notes).toEqual([]);
  });

  test('one that does not verify is told of, once, and changes nothing', async () => {
    const first = await openSignedPolicy(signed(), authority);
    answers = [{ signed: signed({ at: 2, by: ephemeralSigner() }) }];
    const stop = new AbortController();
    const use = async () => expect.unreachable();
    const following = followCentralPolicy(first, { use, signal: stop.signal }, deps);
    while (notes.length === 0) await setImmediate();
    stop.abort();
    await following;
    expect(notes).toEqual([
      expect.stringMatching(/is not taken: its signature does not hold.*What was in force stays/),
    ]);
  });
});
