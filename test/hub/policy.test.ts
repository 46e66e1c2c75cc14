import { setImmediate } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { HallpassError } from '../../src/core/errors.ts';
import { ephemeralSigner } from '../../src/core/session/signer.ts';
import { type HubPolicy, PolicyBoard, type PolicySource } from '../../src/hub/policy/policy-board.ts';
import { centralRules } from '../app/policy/central-fixtures.ts';
import { ask as askFor, look } from './helpers/asking.ts';
import { PageVisitor } from './helpers/page-visitor.ts';
import { TestHub } from './helpers/test-hub.ts';

/** A policy's file that changes when told to. */
class Source implements PolicySource {
  policy: HubPolicy | HallpassError;
  #changed: (asked?: boolean) => void = () => undefined;

  constructor(document: string, maxAgeMs = 3_600_000) {
    this.policy = { version: 'hub@1', document, maxAgeMs };
  }

  read(): HubPolicy {
    if (this.policy instanceof HallpassError) throw this.policy;
    return this.policy;
  }

  watch(changed: (asked?: boolean) => void): () => void {
    this.#changed = changed;
    return () => undefined;
  }

  change(policy: HubPolicy | HallpassError): void {
    this.policy = policy;
    this.#changed();
  }

  /** Somebody has it read again. */
  ask(): void {
    this.#changed(true);
  }
}

async function ask(hub: TestHub, { wait, known }: { wait?: number; known?: string } = {}) {
  const token = await hub.tokenOf('developer');
  const response = await fetch(`${hub.url}/policy${wait === undefined ? '' : `?wait=${wait}`}`, {
    headers: { authorization: `Bearer ${token}`, ...(known !== undefined && { 'if-none-match': known }) },
  });
  const text = await response.text();
  const { signed = '' } = (text === '' ? {} : JSON.parse(text)) as { signed?: string };
  const [, claims = ''] = signed.split('.');
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    control: response.headers.get('cache-control'),
    claims: (claims === '' ? {} : JSON.parse(Buffer.from(claims, 'base64url').toString())) as Record<
      string,
      unknown
    >,
  };
}

const noPolicy = { version: 'none', maxAgeMs: 3_600_000 };

test('the policy is signed by the key that clients pin, and names the hub, its version and until when it holds', async () => {
  const source = new Source('{"version":1}');
  await using hub = await TestHub.start({ policy: source });
  const { claims, status, control } = await ask(hub);
  expect(status).toBe(200);
  expect(control).toMatch(/^private, max-age=3(?:600|599)$/);
  expect(claims).toMatchObject({ iss: hub.url, version: 'hub@1', policy: '{"version":1}' });
  expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3600);
});

test('a hub without a policy signs that it has none', async () => {
  await using hub = await TestHub.start();
  const { claims } = await ask(hub);
  expect(claims).not.toHaveProperty('policy');
  expect(claims).toMatchObject({ version: 'none' });
});

test('nobody reads it without a login', async () => {
  await using hub = await TestHub.start();
  expect((await fetch(`${hub.url}/policy`)).status).toBe(401);
});

test('who knows it is told that nothing has changed', async () => {
  await using hub = await TestHub.start({ policy: new Source('{"version":1}') });
  const { etag } = await ask(hub);
  expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
  expect(await ask(hub, { known: etag })).toMatchObject({ status: 304, etag });
  expect(await ask(hub, { known: '"other"', wait: 25 })).toMatchObject({ status: 200, etag });
});

test('who waits hears of a change at once, also of several', async () => {
  const source = new Source('{"version":1}');
  await using hub = await TestHub.start({ policy: source });
  const { etag } = await ask(hub);
  const waiting = [ask(hub, { known: etag, wait: 25 }), ask(hub, { known: etag, wait: 25 })];
  source.change({ version: 'hub@2', document: '{"version":1,"name":"b"}', maxAgeMs: 3_600_000 });
  for (const { status, claims } of await Promise.all(waiting))
    expect({ status, version: claims['version'] }).toEqual({ status: 200, version: 'hub@2' });
  expect(hub.notices).toEqual(['policy hub@2 is in force']);
});

test('who waits is woken, and not before there is something new', async () => {
  const source = new Source('{"version":1}');
  const quiet = { onNotice: () => undefined, onTrouble: () => undefined };
  const about = { keyName: 'hub/log', hub: 'https://hub.example.com', now: () => 0 };
  const board = new PolicyBoard({ source, signer: ephemeralSigner(), ...about, ...quiet });
  const { etag } = board.current;
  let woken = false;
  const waiting = board.changed(etag, 60_000, new AbortController().signal).then(() => (woken = true));
  source.change({ version: 'hub@1', document: '{"version":1}', maxAgeMs: 3_600_000 });
  await setImmediate();
  expect(woken).toBe(false);
  source.change({ version: 'hub@2', document: '{"version":1,"name":"b"}', maxAgeMs: 3_600_000 });
  await waiting;
  expect(board.current.etag).not.toBe(etag);
  board.close();
});

test('a policy that is wrong is told of, and the one before stays in force', async () => {
  const source = new Source('{"version":1}');
  await using hub = await TestHub.start({ policy: source });
  const { etag } = await ask(hub);
  source.change(new HallpassError('ERR_CONFIG', 'policy.yaml:3:5: wrong'));
  expect(await ask(hub, { known: etag })).toMatchObject({ status: 304 });
  expect(hub.troubles.map(({ message }) => message)).toEqual([
    'policy.yaml:3:5: wrong. hub@1 stays in force',
  ]);
  source.change({ ...noPolicy, document: undefined });
  expect((await ask(hub, { known: etag })).claims).not.toHaveProperty('policy');
});

test('a hub does not start with a policy that is wrong', async () => {
  const source = new Source('');
  source.policy = new HallpassError('ERR_CONFIG', 'policy.yaml:3:5: wrong');
  await expect(TestHub.start({ policy: source })).rejects.toThrow('policy.yaml:3:5: wrong');
});

test('it is signed anew when half of its time is over', async () => {
  await using hub = await TestHub.start({ policy: new Source('{"version":1}', 3_600_000) });
  const { etag, claims } = await ask(hub);
  hub.ahead = 1_700_000;
  expect((await ask(hub, { known: etag })).status).toBe(304);
  hub.ahead = 1_900_000;
  const later = await ask(hub, { known: etag });
  expect(later.status).toBe(200);
  expect(Number(later.claims['exp'])).toBeGreaterThan(Number(claims['exp']) + 1800);
});

test.each(['-1', '26', '1e1', '9999', 'x'])('a time to wait that is none is refused: %s', async (wait) => {
  await using hub = await TestHub.start();
  const authorization = `Bearer ${await hub.tokenOf('developer')}`;
  expect((await fetch(`${hub.url}/policy?wait=${wait}`, { headers: { authorization } })).status).toBe(400);
});

test('a hub that stops lets nobody wait', async () => {
  const source = new Source('{"version":1}');
  await using hub = await TestHub.start({ policy: source });
  const { etag } = await ask(hub);
  const waiting = ask(hub, { known: etag, wait: 25 }).then(
    ({ status }) => status,
    () => 'gone',
  );
  await expect.poll(() => hub.requests.filter(({ path }) => path === '/token').length).toBe(2);
  await hub.stop();
  expect([304, 'gone']).toContain(await waiting);
});

test('a policy that is read again when somebody asks for it is told of, and is no other one', async () => {
  const source = new Source('{"version":1}');
  await using hub = await TestHub.start({ policy: source });
  const { etag } = await ask(hub);
  source.ask();
  expect(hub.notices).toEqual(['policy hub@1 was read again, and is what it was']);
  expect((await ask(hub)).etag).toBe(etag);
  source.policy = { version: 'hub@2', document: '{"version":1,"name":"b"}', maxAgeMs: 3_600_000 };
  source.ask();
  expect(hub.notices.slice(1)).toEqual(['policy hub@2 is in force']);
});

test('what somebody says of a call is masked by the policy that is in force then', async () => {
  const source = new Source('{}');
  const ANYBODY = { groups: ['approvers'], subjects: [] };
  const approvers = [{ connection: undefined, who: ANYBODY, approvals: 1, self: false, breakGlass: false }];
  await using hub = await TestHub.start({ policy: source, config: { approvers } });
  const token = await hub.tokenOf('developer');
  const visitor = await PageVisitor.of(hub, 'approver');
  const said = async (reason: string): Promise<string> => {
    const { approval } = await askFor(hub, token);
    expect((await visitor.decide(approval, 'approve', reason)).status).toBe(200);
    const { decisions } = (await look(hub, token, approval)) as unknown as {
      decisions: { reason: string }[];
    };
    return decisions[0]?.reason ?? '';
  };
  expect(await said('of EMP-1234')).toBe('of EMP-1234');
  source.change({
    version: 'hub@2',
    document: '[]',
    masking: centralRules('EMP-[0-9]{4}'),
    maxAgeMs: 60_000,
  });
  expect(await said('of EMP-1234')).toMatch(/^of hpm_central_r0_\w+$/);
  source.change({ version: 'hub@3', document: '{}', maxAgeMs: 60_000 });
  expect(await said('of EMP-1234')).toBe('of EMP-1234');
});
