import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { exportJson } from '../../src/app/export-session.ts';
import { corruption, showSession } from '../../src/app/show-session.ts';
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

const damage = {
  'a line that is no event': (log: string) => log.replace('"kind":"message"', '"kind":"massage"'),
  'another word in an event': (log: string) => log.replace('read_file', 'edit_file'),
  'a line gone': (log: string) => log.replace(/(?<=\n).*\n/, ''),
};

test.each(Object.entries(damage))('of a session with %s it says what is wrong', async (_, change) => {
  using directory = temporaryDirectory();
  const files = await recordSession(directory.path);
  writeFileSync(files.log, change(readFileSync(files.log, 'utf8')));
  const deps = depsFor(directory.path);
  const shown = await showSession({ query: files.id, payloads: false }, deps);
  expect([...shown.events][0]).toMatchObject({ event: { kind: 'start' } });
  expect(corruption(shown)).toMatchObject({ code: 'ERR_SESSION_CORRUPT', exitCode: 6 });
  const exported = await exportJson(files.id, deps);
  expect(corruption(exported.inspected)).toMatchObject({ code: 'ERR_SESSION_CORRUPT' });
});

test('an unsealed log that is damaged before its end is damaged', async () => {
  using directory = temporaryDirectory();
  const files = await recordSession(directory.path);
  rmSync(files.checkpoint);
  rmSync(files.signature);
  writeFileSync(files.log, damage['a line that is no event'](readFileSync(files.log, 'utf8')));
  const shown = await showSession({ query: files.id, payloads: false }, depsFor(directory.path));
  expect(corruption(shown)).toMatchObject({ code: 'ERR_SESSION_CORRUPT' });
});

test('a session that is being recorded, or that a crash left without its end, is not damaged', async () => {
  using directory = temporaryDirectory();
  const deps = depsFor(directory.path);
  const live = await openSession(START, { sessionsDir: directory.path, signer: DEVICE });
  const shown = await showSession({ query: live.id, payloads: false }, deps);
  expect({ state: shown.state, error: corruption(shown) }).toEqual({ state: 'open', error: undefined });
  await live.seal({ reason: 'done' });
  const files = await recordSession(directory.path);
  rmSync(files.checkpoint);
  rmSync(files.signature);
  const log = readFileSync(files.log);
  // Within its last line.
  writeFileSync(files.log, log.subarray(0, -20));
  const torn = await showSession({ query: files.id, payloads: false }, deps);
  expect(corruption(torn)).toBeUndefined();
  expect([...torn.events].map(({ event }) => event.kind)).toEqual([
    'start',
    'message',
    'message',
    'stderr',
    'recovered',
    'end',
  ]);
});
