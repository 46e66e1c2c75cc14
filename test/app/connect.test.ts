import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import {
  connect,
  type ConnectDeps,
  type ConnectInput,
  type Keys,
  type OpenSession,
} from '../../src/app/connect.ts';
import { HallpassError } from '../../src/core/errors.ts';
import type { Lane } from '../../src/core/lane.ts';
import { NO_HOLDS } from '../helpers/no-approvals.ts';
import { BASELINE, placeOf } from '../../src/core/policy/baseline.ts';
import type { RecordBody, StartDetails } from '../../src/core/session/event.ts';
import { MemoryPins } from '../../src/platform/definition-pins.ts';
import type { Ended, Pass } from '../../src/proxy/proxy.ts';

const secret = `S3cr-${randomBytes(12).toString('hex')}`;

const INPUT: ConnectInput = {
  connection: 'files',
  upstream: `server --token ${secret}`,
  workspace: '/work',
  variables: [{ name: 'SERVER_TOKEN', value: secret, origin: 'environment variable' }],
  attended: true,
  policy: BASELINE,
};

/** `connect` with everything it needs in memory. What is said goes through the proxy; the ends do nothing. */
class World {
  readonly events: RecordBody[] = [];
  readonly notes: string[] = [];
  readonly shown: string[] = [];
  start: Omit<StartDetails, 'versions' | 'subject'> | undefined;
  sealedWith: { reason: string; exit_code?: number } | undefined;
  appendFault: Error | undefined;
  openFault: Error | undefined;
  session: OpenSession | undefined;
  readonly toServer: string[] = [];
  readonly toClient: string[] = [];
  readonly ends = Promise.withResolvers<Ended>();
  readonly #ready = Promise.withResolvers<Pass>();

  readonly deps: ConnectDeps = {
    openKeys: () => Promise.resolve(this.keys),
    addKnown: () => undefined,
    openPins: () => new MemoryPins(),
    approvals: NO_HOLDS.port,
    place: () => placeOf('files'),
    openSession: async (start) => {
      await Promise.resolve();
      this.start = start;
      return {
        id: 'session-1',
        append: (body) => {
          if (this.appendFault !== undefined) throw this.appendFault;
          this.events.push(body);
        },
        seal: async (end) => {
          await Promise.resolve();
          this.sealedWith = end;
          return {
            sealed: true,
            why: undefined,
            counts: { to_server: 0, to_client: 0, findings: 0, refused: 0 },
          };
        },
      };
    },
    openEnds: async (session) => {
      await Promise.resolve();
      this.session = session;
      if (this.openFault !== undefined) throw this.openFault;
      return {
        client: {
          serve: (pass) => {
            this.#ready.resolve(pass);
            return this.ends.promise;
          },
          close: () => Promise.resolve(),
        },
        upstream: {
          start: () => Promise.resolve(),
          ended: new Promise(() => undefined),
          send: async (_message, bytes) => {
            await Promise.resolve();
            this.toServer.push(Buffer.from(bytes).toString());
          },
          bare: () => Promise.resolve(),
          close: () => Promise.resolve(),
        },
      };
    },
    showStderr: () => (masked) => void this.shown.push(Buffer.from(masked ?? []).toString()),
    onCall: () => undefined,
    note: (line) => this.notes.push(line),
    now: () => 0,
    stopped: new Promise(() => undefined),
  };

  keys: Keys = {
    persistent: true,
    why: undefined,
    signer: { record: { kind: 'device', key: 'SHA256:x' } } as Keys['signer'],
    workspaceKey: () => Buffer.alloc(32, 7),
    derive: () => Buffer.alloc(32, 8),
  };

  readonly #lane: Lane = {
    scope: 'test',
    signal: new AbortController().signal,
    send: async (bytes) => {
      await Promise.resolve();
      this.toClient.push(Buffer.from(bytes).toString());
    },
  };

  async says(direction: 'to_server' | 'to_client', message: unknown): Promise<void> {
    const pass = await this.#ready.promise;
    await pass({ direction, raw: Buffer.from(JSON.stringify(message)), lane: this.#lane });
  }
}

const note = (data: string) => ({ jsonrpc: '2.0', method: 'notifications/message', params: { data } });

test('the session begins with who, what and where, masked, and ends with how it ended', async () => {
  const world = new World();
  const connecting = connect(INPUT, world.deps);
  world.ends.resolve({ by: 'server', reason: 'it ended with exit code 3', exitCode: 3 });
  expect(await connecting).toMatchObject({
    session: 'session-1',
    secrets: 0,
    exposed: 0,
    sealed: true,
    ended: { by: 'server' },
  });
  expect(world.start).toMatchObject({
    session_kind: 'connect',
    connection: 'files',
    workspace: '/work',
    policy: 'guard',
    attended: true,
  });
  expect(world.start?.upstream).toMatch(/^server --token hpm_known_\w+$/);
  expect(world.sealedWith).toEqual({ reason: 'it ended with exit code 3', exit_code: 3 });
});

test('what is secret in the environment is masked both ways, and counted once however often it comes', async () => {
  const world = new World();
  const connecting = connect(INPUT, world.deps);
  await world.says('to_server', note(`a ${secret}`));
  await world.says('to_client', note(`b ${secret} ${secret}`));
  world.ends.resolve({ by: 'client', reason: 'gone' });
  expect(await connecting).toMatchObject({ secrets: 1 });
  const all = JSON.stringify([world.toServer, world.toClient, world.events, world.start]);
  expect(all).not.toContain(secret);
  expect(all.match(/hpm_known_\w+/g)).not.toHaveLength(0);
});

test('a flood of refusals is recorded as their number, at the latest in the end', async () => {
  const world = new World();
  const connecting = connect(INPUT, world.deps);
  for (let n = 0; n < 150; n += 1) await world.says('to_server', 'no message');
  expect(world.events).toHaveLength(100);
  world.ends.resolve({ by: 'client', reason: 'the test is over' });
  await connecting;
  expect(world.events.slice(100)).toEqual([expect.objectContaining({ kind: 'refused', times: 50 })]);
});

test('what was refused is not counted as masked', async () => {
  const world = new World();
  const connecting = connect(INPUT, world.deps);
  await world.says('to_server', { jsonrpc: '2.0', id: secret, method: 'ping' });
  world.ends.resolve({ by: 'client', reason: 'gone' });
  expect(await connecting).toMatchObject({ secrets: 0, exposed: 0 });
  expect(world.toServer).toEqual([]);
});

test('trouble with the server is told without its secrets', async () => {
  const world = new World();
  const connecting = connect(INPUT, world.deps);
  await world.says('to_server', note('hello'));
  world.session?.onTrouble(`the tool "${secret}" is left out`);
  world.ends.resolve({ by: 'client', reason: 'gone' });
  await connecting;
  expect(world.notes).toEqual([expect.stringMatching(/^the tool "hpm_known_\w+" is left out$/)]);
  expect(JSON.stringify(world.events)).not.toContain(secret);
});

test('keys that live only as long as the session are said', async () => {
  const world = new World();
  world.keys = { ...world.keys, persistent: false, why: 'the keychain did not answer' };
  const connecting = connect(INPUT, world.deps);
  world.ends.resolve({ by: 'client', reason: 'gone' });
  await connecting;
  expect(world.notes).toEqual([expect.stringMatching(/^the keychain did not answer: /)]);
});

describe('stderr of a server', () => {
  test('is recorded and shown masked, and its secrets are counted', async () => {
    const world = new World();
    const connecting = connect(INPUT, world.deps);
    await world.says('to_server', note('x'));
    const take = world.session?.openStderr();
    take?.(Buffer.from(`token ${secret.slice(0, 8)}`));
    take?.(Buffer.from(`${secret.slice(8)}\n`));
    take?.(undefined);
    world.ends.resolve({ by: 'client', reason: 'gone' });
    expect(await connecting).toMatchObject({ secrets: 1 });
    expect(world.shown.join('')).toMatch(/^token hpm_known_\w+\n$/);
    expect(JSON.stringify(world.events)).not.toContain(secret);
  });
});

describe('when it goes wrong', () => {
  test('a server that does not start is in the log, the session is sealed, and the error comes out', async () => {
    const world = new World();
    world.openFault = new HallpassError('ERR_UPSTREAM_NOT_FOUND', `"${secret}" was not found`);
    await expect(connect(INPUT, world.deps)).rejects.toThrowWithCode('ERR_UPSTREAM_NOT_FOUND');
    expect(world.events).toEqual([
      {
        kind: 'error',
        code: 'ERR_UPSTREAM_NOT_FOUND',
        message: expect.stringMatching(/^"hpm_known_\w+" was not found$/) as string,
      },
    ]);
    expect(world.sealedWith).toEqual({ reason: 'ERR_UPSTREAM_NOT_FOUND' });
  });

  test('an unforeseen fault seals it too, and says nothing of what it was about', async () => {
    const world = new World();
    world.openFault = new TypeError(secret);
    await expect(connect(INPUT, world.deps)).rejects.toThrow(TypeError);
    expect(world.events).toEqual([]);
    expect(world.sealedWith).toEqual({ reason: 'ERR_BUG' });
  });

  test('trouble with the server is told and recorded, masked', async () => {
    const world = new World();
    const connecting = connect(INPUT, world.deps);
    await world.says('to_server', note('x'));
    world.session?.onTrouble(`status 500 of ${secret}`);
    world.ends.resolve({ by: 'client', reason: 'gone' });
    await connecting;
    expect(world.events.at(-1)).toMatchObject({
      kind: 'error',
      message: expect.stringMatching(/^status 500 of hpm_/) as string,
    });
  });

  test('trouble that can not be recorded either is told and ends nothing', async () => {
    const world = new World();
    const connecting = connect(INPUT, world.deps);
    await world.says('to_server', note('x'));
    world.appendFault = new HallpassError('ERR_RECORD_FAILED', 'the disk is full');
    expect(() => world.session?.onTrouble('status 500')).not.toThrow();
    expect(world.notes).toEqual(['status 500', 'the disk is full']);
    world.appendFault = undefined;
    world.ends.resolve({ by: 'client', reason: 'gone' });
    await expect(connecting).resolves.toBeDefined();
  });
});
