import { readFileSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { exportJson } from '../../src/app/export-session.ts';
import { showSession } from '../../src/app/show-session.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { openSession } from '../../src/platform/session-store.ts';
import {
  DEVICE,
  message,
  NO_HUBS,
  recordSession,
  sessionsIn,
  START,
  temporaryDirectory,
  TRUST,
} from '../helpers/recorded-session.ts';

function depsFor(directory: string) {
  return {
    ...NO_HUBS,
    sessions: sessionsIn(directory),
    note: () => undefined,
    trust: () => Promise.resolve(TRUST),
  };
}

test('a response is brought together with its request', async () => {
  using directory = temporaryDirectory();
  let now = 0;
  const clock = { wallMillis: () => 0, monotonicMicros: () => now };
  const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE, clock });
  const record = (at: number, changes: Parameters<typeof message>[0]) => {
    now = at;
    session.append(message(changes));
  };
  record(1_000, { method: 'tools/call', id: '1', tool: 'read' });
  record(2_000, { method: 'ping', id: '1', direction: 'to_client' });
  record(3_000, { id: '"1"', direction: 'to_client' });
  record(5_000, { id: '1', direction: 'to_client' });
  record(6_500, { id: '1' });
  record(7_000, { id: '1' });
  await session.seal({ reason: 'done' });
  const shown = await showSession({ query: session.id, payloads: false }, depsFor(directory.path));
  expect([...shown.events].map(({ answers }) => answers).slice(1, -1)).toEqual([
    undefined,
    undefined,
    undefined,
    { method: 'tools/call', tool: 'read', micros: 4_000 },
    { method: 'ping', tool: undefined, micros: 4_500 },
    undefined,
  ]);
});

test('of the seal it says what was checked', async () => {
  using directory = temporaryDirectory();
  const files = await recordSession(directory.path);
  const deps = depsFor(directory.path);
  expect(await showSession({ query: 'last', payloads: false }, deps)).toMatchObject({
    verification: { seal: 'timely' },
  });
  writeFileSync(files.log, readFileSync(files.log, 'utf8').replace('read_file', 'kill_file'));
  expect(await showSession({ query: 'last', payloads: false }, deps)).toMatchObject({
    verification: { ok: false, seal: 'unproven' },
  });
});

test('payloads are shown up to a limit, and exported whole', async () => {
  using directory = temporaryDirectory();
  const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE });
  const long = `${'x'.repeat(LIMITS.shownPayloadBytes - 1)}é and more`;
  session.append(message(), Buffer.from(long));
  session.append(message(), Buffer.from([0xff, 0x00]));
  session.append(message({ method: 'none' }));
  session.append(message(), Buffer.from('last'));
  await session.seal({ reason: 'done' });
  const shown = await showSession({ query: 'last', payloads: true }, depsFor(directory.path));
  const payloads = [...shown.events].map(({ payload }) =>
    payload?.state === 'stored' ? payload.bytes.length : undefined,
  );
  expect(payloads).toEqual([undefined, LIMITS.shownPayloadBytes, 2, undefined, 4, undefined]);

  const { events } = await exportJson('last', depsFor(directory.path));
  const exported = [...events] as { payload?: { text?: string; base64?: string } }[];
  expect(exported.map(({ payload }) => payload?.text ?? payload?.base64)).toEqual([
    undefined,
    long,
    '/wA=',
    undefined,
    'last',
    undefined,
  ]);
});

test('a sidecar that was cut shows what is there', async () => {
  using directory = temporaryDirectory();
  const files = await recordSession(directory.path);
  writeFileSync(files.payloads, readFileSync(files.payloads).subarray(0, 50));
  const shown = await showSession({ query: 'last', payloads: true }, depsFor(directory.path));
  expect([...shown.events].flatMap(({ payload }) => payload?.state ?? [])).toEqual([
    'stored',
    'missing',
    'missing',
  ]);
});

test('a log is shown up to the line that is no event', async () => {
  using directory = temporaryDirectory();
  const files = await recordSession(directory.path);
  writeFileSync(files.log, readFileSync(files.log, 'utf8').replace('"seq":2', '"seq":02'));
  const shown = await showSession({ query: 'last', payloads: true }, depsFor(directory.path));
  expect([...shown.events]).toHaveLength(2);
});
