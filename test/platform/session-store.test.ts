import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { PREFIX_BYTES } from '../../src/core/session/payload.ts';
import { openSession } from '../../src/platform/session-store.ts';
import {
  DEVICE,
  message,
  recordSession,
  sessionsIn,
  START,
  statuses,
  temporaryDirectory,
  verifyFiles,
} from '../helpers/recorded-session.ts';

const RECORDER = fileURLToPath(new URL('../helpers/recorder-child.ts', import.meta.url));

function open(sessionsDir: string) {
  return openSession(START, { sessionsDir, signer: DEVICE });
}

describe('files', () => {
  test('only this user can read them', async () => {
    using directory = temporaryDirectory();
    const sessions = join(directory.path, 'sessions');
    const files = await recordSession(sessions);
    expect(statSync(sessions).mode & 0o777).toBe(0o700);
    const names = readdirSync(sessions);
    expect(names.toSorted()).toEqual(
      ['.checkpoint', '.checkpoint.sig', '.jsonl', '.payloads'].map((suffix) => `${files.id}${suffix}`),
    );
    for (const name of names) expect(statSync(join(sessions, name)).mode & 0o777, name).toBe(0o600);
  });

  test('a directory open to others is closed to them', async () => {
    using directory = temporaryDirectory();
    const sessions = join(directory.path, 'sessions');
    mkdirSync(sessions, { mode: 0o755 });
    await recordSession(sessions);
    expect(statSync(sessions).mode & 0o777).toBe(0o700);
  });

  test('nothing runs where it can not be recorded', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'file');
    writeFileSync(file, '');
    const link = join(directory.path, 'link');
    symlinkSync(directory.path, link);
    await expect(open(file)).rejects.toThrowWithCode('ERR_STATE_DIR');
    await expect(open(join(file, 'below'))).rejects.toThrowWithCode('ERR_STATE_DIR');
    await expect(open(link)).rejects.toThrowWithCode('ERR_STATE_DIR');
  });
});

describe('recording', () => {
  test('an event is in the file when append returns', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    const { log } = sessionsIn(directory.path).files(session.id);
    session.append(message({ method: 'ping', id: '7' }), Buffer.from('{}'));
    expect(readFileSync(log, 'utf8').split('\n')[1]).toContain('"id":"7","kind":"message","method":"ping"');
    await session.seal({ reason: 'done' });
  });

  test('payloads of every size verify', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    const sizes = [0, 1, 65_535, 65_536, 65_537, 1_048_575, 1_048_576, 1_048_577, 3_000_000];
    for (const size of sizes) session.append(message(), Buffer.alloc(size, size % 251));
    await session.seal({ reason: 'done' });
    const verification = verifyFiles(sessionsIn(directory.path).files(session.id));
    expect(statuses(verification)).toMatchObject({ format: 'pass', payloads: 'pass' });
  });

  test('output is recorded in the order it came, whatever its size; what waits becomes one event', async () => {
    using directory = temporaryDirectory();
    let now = 0;
    const clock = { wallMillis: () => 0, monotonicMicros: () => now++ };
    const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE, clock });
    const pieces = [5, LIMITS.recordAsideBytes, 7, LIMITS.outputEventBytes, 1, 9, 3_000_000, 2];
    const whole: Buffer[] = [];
    const recorded = pieces.map((size, i) => {
      const piece = Buffer.alloc(size, i + 1);
      whole.push(piece);
      const findings = [{ rule: 'r', at: `0-${Math.min(size, 3)}`, placeholder: `p${i}`, why: 'w' }];
      return session.record({ kind: 'output', stream: i < 6 ? 'stdout' : 'stderr', findings }, piece);
    });
    session.append({ kind: 'policy', policy: 'p', hub: 'h', digest: '0'.repeat(64) });
    const files = sessionsIn(directory.path).files(session.id);
    const atOnce = recorded.filter((promise) => promise === undefined);
    expect([atOnce.length, recorded[0]]).toEqual([1, undefined]);
    // Not everything is in the files, but what is counted is.
    expect(session.sizes().payloads).toBe(5 + PREFIX_BYTES);
    expect(await session.seal({ reason: 'done' })).toMatchObject({ sealed: true });
    for (const promise of recorded) await promise;
    expect(statuses(verifyFiles(files))).toMatchObject({ format: 'pass', payloads: 'pass' });
    expect(session.sizes()).toEqual({
      log: statSync(files.log).size,
      payloads: statSync(files.payloads).size,
    });
    const events = eventsOf(files.log);
    expect(events.map(({ kind }) => kind)).toEqual([
      'start',
      ...Array<string>(events.length - 3).fill('output'),
      'policy',
      'end',
    ]);
    expect(events.length).toBeLessThan(pieces.length + 3);
    const payloads = payloadsOf(files.payloads, events);
    expect(Buffer.concat(payloads).equals(Buffer.concat(whole))).toBe(true);
    // The time of each is that of the first piece in it.
    const times = events.filter(({ kind }) => kind === 'output').map(({ mono }) => mono);
    expect(times.map((time) => time - 1)).toEqual(payloads.map(([first]) => first));
    // Each finding stands where its piece begins.
    const found = events
      .filter(({ kind }) => kind === 'output')
      .flatMap(({ findings = [] }, i) => findings.map(({ at }) => payloads[i]?.[Number(at.split('-')[0])]));
    expect(found).toEqual(pieces.map((_, i) => i + 1));
  });

  test('output that other threads could not record fails the session', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    const huge = { rule: 'r', at: '0-1', placeholder: 'p', why: 'x'.repeat(LIMITS.eventBytes) };
    const output = (findings: (typeof huge)[], stream: 'stdout' | 'stderr' = 'stdout') =>
      session.record({ kind: 'output', stream, findings }, Buffer.alloc(LIMITS.recordAsideBytes));
    const [first, second, third] = [output([]), output([huge], 'stderr'), output([])];
    await first;
    await expect(second).rejects.toThrowWithCode('ERR_RECORD_FAILED');
    await expect(third).rejects.toThrowWithCode('ERR_RECORD_FAILED');
    expect(() => output([])).toThrowWithCode('ERR_RECORD_FAILED');
    expect(await session.seal({ reason: 'done' })).toMatchObject({ sealed: false, events: 2 });
    const sessions = sessionsIn(directory.path);
    expect(await sessions.recover(session.id)).toBe('recovered');
    expect(verifyFiles(sessions.files(session.id)).ok).toBe(true);
  });

  test('a changed byte of a large payload shows', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    session.append(message(), Buffer.alloc(3_000_000));
    await session.seal({ reason: 'done' });
    const files = sessionsIn(directory.path).files(session.id);
    for (const at of [10, 24, 1_048_600, 3_000_023]) {
      const bytes = readFileSync(files.payloads);
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(files.payloads, changed);
      expect(statuses(verifyFiles(files)), `byte ${at}`).toMatchObject({ payloads: 'fail' });
      writeFileSync(files.payloads, bytes);
    }
    expect(verifyFiles(files).ok).toBe(true);
  });

  test('once an event could not be recorded, none is', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    const huge = { rule: 'r', at: '/', placeholder: 'p', why: 'x'.repeat(LIMITS.eventBytes) };
    session.append(message({ id: '1' }));
    expect(() => session.append(message({ findings: [huge] }), Buffer.from('{}'))).toThrowWithCode(
      'ERR_RECORD_FAILED',
    );
    expect(() => session.append(message({ id: '2' }))).toThrowWithCode('ERR_RECORD_FAILED');
    expect(await session.seal({ reason: 'done' })).toMatchObject({ sealed: false, events: 2 });
    const sessions = sessionsIn(directory.path);
    expect(await sessions.recover(session.id)).toBe('recovered');
    // What had been written of the payload is cut, since no event names it.
    expect(readFileSync(sessions.files(session.id).log, 'utf8')).toContain('"cut_payload_bytes":26,');
    expect(verifyFiles(sessions.files(session.id)).ok).toBe(true);
  });

  test('the same bytes never have the same commitment', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    for (let i = 0; i < 600; i += 1) session.append(message(), Buffer.from('same'));
    await session.seal({ reason: 'done' });
    const log = readFileSync(sessionsIn(directory.path).files(session.id).log, 'utf8');
    expect(new Set(log.match(/"commit":"[0-9a-f]{64}"/g)).size).toBe(600);
  });

  test('text of a peer is kept to its limit, and lone surrogates stop nothing', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    session.append(message({ method: 'x'.repeat(100_000), tool: '\ud800' }));
    session.append({ kind: 'refused', direction: 'to_client', reason: 'not JSON', id: '"\udfff"' });
    await session.seal({ reason: 'done' });
    const files = sessionsIn(directory.path).files(session.id);
    expect(verifyFiles(files).ok).toBe(true);
    expect(readFileSync(files.log, 'utf8')).toContain(`"${'x'.repeat(LIMITS.eventTextChars)}"`);
  });

  test('the end counts what was recorded', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    expect(readFileSync(files.log, 'utf8')).toContain(
      '{"counts":{"findings":1,"refused":0,"to_client":1,"to_server":1},"exit_code":0,"kind":"end"',
    );
  });

  test('after the end nothing can be recorded', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    await session.seal({ reason: 'done' });
    expect(() => session.append(message())).toThrowWithCode('ERR_RECORD_FAILED');
    await expect(session.flush()).rejects.toThrowWithCode('ERR_RECORD_FAILED');
  });

  test('nothing comes behind the end while it is being sealed, however large', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    const output = { kind: 'output', stream: 'stdout', findings: [] } as const;
    const large = Buffer.alloc(LIMITS.recordAsideBytes, 'a');
    const recorded = session.record(output, large);
    const sealed = session.seal({ reason: 'done' });
    expect(() => session.append(message())).toThrowWithCode('ERR_RECORD_FAILED');
    await recorded;
    expect(() => session.record(output, large)).toThrowWithCode('ERR_RECORD_FAILED');
    expect(await sealed).toMatchObject({ sealed: true, events: 3 });
    expect(verifyFiles(sessionsIn(directory.path).files(session.id)).ok).toBe(true);
  });

  test('sealing twice is sealing once', async () => {
    using directory = temporaryDirectory();
    const session = await open(directory.path);
    expect(session.seal({ reason: 'one' })).toBe(session.seal({ reason: 'two' }));
    expect(await session.seal({ reason: 'three' })).toMatchObject({ sealed: true, events: 2 });
  });
});

interface Line {
  readonly kind: string;
  readonly mono: number;
  readonly findings?: { readonly at: string }[];
  readonly payload?: { readonly size: number };
}

function eventsOf(log: string): Line[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

function payloadsOf(sidecar: string, events: readonly Line[]): Buffer[] {
  const bytes = readFileSync(sidecar);
  let at = 0;
  return events.flatMap(({ payload }) => {
    if (payload === undefined) return [];
    at += PREFIX_BYTES + payload.size;
    return [bytes.subarray(at - payload.size, at)];
  });
}

describe('a disk that fills up in the middle of a line', () => {
  /** A recorder that may write files of `blocks` x 1 KB: every 512-byte event past that fails within the line. */
  async function recordUntilFull(sessionsDir: string, blocks: number) {
    const command = `trap '' XFSZ; ulimit -f ${blocks}; exec "${process.execPath}" "${RECORDER}" "${sessionsDir}"`;
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return output.trim().split('\n');
  }

  test('recording fails, stays failed, and is recovered with every acknowledged event', async () => {
    using directory = temporaryDirectory();
    const lines = await recordUntilFull(directory.path, 64);
    const acknowledged = lines.filter((line) => /^\d+$/.test(line)).length;
    expect(lines.slice(acknowledged)).toEqual(['ERR_RECORD_FAILED', 'ERR_RECORD_FAILED', 'unsealed']);
    expect(acknowledged).toBeGreaterThan(10);

    const sessions = sessionsIn(directory.path);
    const [id = ''] = sessions.ids();
    const torn = readFileSync(sessions.files(id).log, 'utf8');
    expect(torn.endsWith('\n')).toBe(false);
    expect(await sessions.recover(id)).toBe('recovered');
    expect(verifyFiles(sessions.files(id))).toMatchObject({ ok: true });
    const log = readFileSync(sessions.files(id).log, 'utf8');
    expect(log.match(/"kind":"message"/g)).toHaveLength(acknowledged);
    expect(log).toMatch(/"cut_bytes":[1-9]\d*,.*"kind":"recovered"/);
    expect(existsSync(sessions.files(id).lock)).toBe(false);
  });
});
