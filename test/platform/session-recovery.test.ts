import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { ephemeralSigner } from '../../src/core/session/signer.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { openSession } from '../../src/platform/session-store.ts';
import { cites } from '../helpers/cites.ts';
import {
  copySession,
  DEVICE,
  message,
  reasonOf,
  recordSession,
  sessionsIn,
  START,
  statuses,
  temporaryDirectory,
  verifyFiles,
} from '../helpers/recorded-session.ts';

const RECORDER = fileURLToPath(new URL('../helpers/recorder-child.ts', import.meta.url));
const RECOVERER = fileURLToPath(new URL('../helpers/recoverer-child.ts', import.meta.url));

/** Records in a process of its own and kills it once it has acknowledged `count` events. Returns all acknowledged. */
async function recordAndKill(directory: string, count: number, what = 'messages'): Promise<number> {
  const recorder = [RECORDER, directory, what];
  const child = spawn(process.execPath, recorder, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > count) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  // The last line may have been cut by the kill; then it was not acknowledged.
  return said.split('\n').length - 1;
}

function linesOf(files: SessionFiles): string[] {
  return readFileSync(files.log, 'utf8').split('\n').slice(0, -1);
}

/** A session as its process left it when it died: no end, no seal. */
async function abandoned(directory: string): Promise<SessionFiles> {
  const files = await recordSession(directory);
  const end = linesOf(files).at(-1) ?? '';
  truncateSync(files.log, statSync(files.log).size - end.length - 1);
  rmSync(files.checkpoint);
  rmSync(files.signature);
  return files;
}

describe('kill -9', () => {
  test(
    '20 kills lose no acknowledged event, and every log is sealed afterwards',
    cites('sessions.crash'),
    async () => {
      using directory = temporaryDirectory();
      for (let kill = 0; kill < 20; kill += 1) {
        const path = join(directory.path, String(kill));
        const acknowledged = await recordAndKill(path, 1 + kill * 37);
        const sessions = sessionsIn(path);
        const [id = ''] = sessions.ids();
        expect(await sessions.recover(id)).toBe('recovered');
        const files = sessions.files(id);
        const recorded = linesOf(files).filter((line) => line.includes('"kind":"message"'));
        expect(recorded.length).toBeGreaterThanOrEqual(acknowledged);
        expect(recorded.slice(0, acknowledged).every((line, at) => line.includes(`"id":"${at + 1}",`))).toBe(
          true,
        );
        expect(verifyFiles(files)).toMatchObject({ ok: true });
        expect(statuses(verifyFiles(files))).toMatchObject({ payloads: 'pass', signer: 'unchecked' });
      }
    },
  );
});

describe('kill -9 while other threads record much output', () => {
  test(
    'loses no piece that was acknowledged, and what was not is cut off',
    cites('sessions.crash'),
    async () => {
      using directory = temporaryDirectory();
      for (let kill = 0; kill < 4; kill += 1) {
        const path = join(directory.path, String(kill));
        const acknowledged = await recordAndKill(path, 1 + kill * 23, 'output');
        const sessions = sessionsIn(path);
        const [id = ''] = sessions.ids();
        expect(await sessions.recover(id)).toBe('recovered');
        const files = sessions.files(id);
        expect(verifyFiles(files)).toMatchObject({ ok: true });
        expect(statuses(verifyFiles(files))).toMatchObject({ payloads: 'pass' });
        const numbers =
          readFileSync(files.payloads, 'latin1')
            .match(/ {9}\d+\n/g)
            ?.map(Number) ?? [];
        const pieces = [...new Set(numbers)];
        expect(pieces).toEqual(pieces.map((_, i) => i + 1));
        expect(pieces.length).toBeGreaterThanOrEqual(acknowledged);
      }
    },
  );
});

describe('what a crash leaves', () => {
  test('a session without end is ended as abandoned, and the seal says when it was made', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('recovered');
    const [recovered = '', end = ''] = linesOf(files).slice(-2);
    expect(recovered).toContain('"cut_bytes":0,"cut_payload_bytes":0,"kind":"recovered","lost_payloads":0');
    expect(end).toContain('"kind":"end"');
    expect(end).toContain('"reason":"abandoned"');
    expect(reasonOf(verifyFiles(files), 'signer')).toMatch(
      / is a key of this device; sealed by a recovery at \d{4}-.*Z: until then anyone able to write these files could/,
    );
  });

  test('a last line torn at any byte is cut, and the cut recorded', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    const whole = statSync(files.log).size;
    const last = linesOf(files).at(-1) ?? '';
    for (let left = 1; left <= last.length; left += 1) {
      const copy = { ...copyUnsealed(files, join(directory.path, `torn-${left}`)) };
      truncateSync(copy.log, whole - last.length - 1 + left);
      expect(await sessionsIn(join(directory.path, `torn-${left}`)).recover(files.id), `${left} bytes`).toBe(
        'recovered',
      );
      const text = readFileSync(copy.log, 'utf8');
      // The payload of the event that was cut has no event any more.
      expect(text).toContain(`"cut_bytes":${left},"cut_payload_bytes":30,`);
      expect(verifyFiles(copy), `${left} bytes`).toMatchObject({ ok: true });
    }
  });

  test('a last line that is whole but no event is cut too', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    appendFileSync(files.log, `${'\0'.repeat(300)}\n`);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('recovered');
    expect(linesOf(files).at(-2)).toContain('"cut_bytes":301,');
    expect(verifyFiles(files).ok).toBe(true);
  });

  test('a payload without an event is dropped, whole or torn', async () => {
    using directory = temporaryDirectory();
    for (const extra of [1, 24, 30, 5000]) {
      const files = await abandoned(join(directory.path, String(extra)));
      appendFileSync(files.payloads, Buffer.alloc(extra, 'HPL1'));
      expect(await sessionsIn(join(directory.path, String(extra))).recover(files.id)).toBe('recovered');
      expect(linesOf(files).at(-2)).toContain(`"cut_payload_bytes":${extra},`);
      expect(statuses(verifyFiles(files))).toMatchObject({ payloads: 'pass' });
    }
  });

  test('events whose payload never reached the disk stay, and verify says what was lost', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    truncateSync(files.payloads, statSync(files.payloads).size - 31);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('recovered');
    const verification = verifyFiles(files);
    expect(verification.ok).toBe(true);
    expect(reasonOf(verification, 'payloads')).toBe('1 intact, 2 lost in a crash, as the log says');
    // The claim covers these two and no more.
    truncateSync(files.payloads, 0);
    expect(statuses(verifyFiles(files))).toMatchObject({ payloads: 'fail' });
  });

  test('a recovery that died itself is recovered', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    truncateSync(files.payloads, statSync(files.payloads).size - 31);
    await sessionsIn(directory.path).recover(files.id);
    rmSync(files.checkpoint);
    truncateSync(files.log, statSync(files.log).size - 10);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('recovered');
    expect(verifyFiles(files)).toMatchObject({ ok: true });
    expect(linesOf(files).filter((line) => line.includes('"kind":"recovered"'))).toHaveLength(2);
  });

  test('a session that died between its end and its seal is marked as sealed by a recovery', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    rmSync(files.checkpoint);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('recovered');
    expect(verifyFiles(files).ok).toBe(true);
    expect(reasonOf(verifyFiles(files), 'signer')).toContain('sealed by a recovery');
  });

  test('taking the seal off an edited log and having it recovered does not make the edit good', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    const [start = ''] = linesOf(files);
    for (const kept of [linesOf(files), linesOf(files).slice(0, -1), [start]]) {
      writeFileSync(files.log, kept.map((line) => `${line.replace('mcp-server', 'evil-server')}\n`).join(''));
      rmSync(files.checkpoint, { force: true });
      rmSync(files.signature, { force: true });
      expect(await sessionsIn(directory.path).recover(files.id)).toBe('recovered');
      expect(verifyFiles(files)).toMatchObject({ seal: 'recovered' });
      expect(statuses(verifyFiles(files))).toMatchObject({ signer: 'unchecked' });
    }
  });

  test('a session that died before its first event was whole is removed', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    truncateSync(files.log, 20);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('removed');
    expect(sessionsIn(directory.path).ids()).toEqual([]);
    expect(existsSync(files.payloads)).toBe(false);
  });
});

describe('what is left alone', () => {
  test('a log that is damaged elsewhere than at its end', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    const damaged = readFileSync(files.log, 'utf8').replace('"seq":1,', '"seq":9,');
    writeFileSync(files.log, damaged);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('corrupt');
    expect(readFileSync(files.log, 'utf8')).toBe(damaged);
    expect(existsSync(files.checkpoint)).toBe(false);
    expect(reasonOf(verifyFiles(files), 'format')).toBe('line 2 has seq 9, expected 1');
  });

  test('a damaged payload is not cut away', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    const damaged = readFileSync(files.payloads);
    damaged[30] = (damaged[30] ?? 0) ^ 1;
    writeFileSync(files.payloads, damaged);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('recovered');
    expect(readFileSync(files.payloads)).toEqual(damaged);
    expect(reasonOf(verifyFiles(files), 'payloads')).toBe('payload of seq 1 is not what the log commits to');
  });

  test('a log that names the device key, while only a lesser key is at hand', async () => {
    using directory = temporaryDirectory();
    const files = await abandoned(directory.path);
    const before = readFileSync(files.log);
    expect(await sessionsIn(directory.path, ephemeralSigner()).recover(files.id)).toBe('no-key');
    expect(readFileSync(files.log)).toEqual(before);
    expect(await sessionsIn(directory.path).recover(files.id)).toBe('recovered');
  });

  test('a session that is being recorded, in this process', async () => {
    using directory = temporaryDirectory();
    const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE });
    session.append(message());
    expect(await sessionsIn(directory.path).recover(session.id)).toBe('live');
    expect(sessionsIn(directory.path).remove(session.id)).toBe(false);
    session.append(message());
    expect(await session.seal({ reason: 'done' })).toMatchObject({ sealed: true });
    expect(verifyFiles(sessionsIn(directory.path).files(session.id)).ok).toBe(true);
  });

  test('a session that is being recorded by another process, however often one looks', async () => {
    using directory = temporaryDirectory();
    const child = spawn(process.execPath, [RECORDER, directory.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.stdout.resume();
    const sessions = sessionsIn(directory.path);
    const [id = ''] = sessions.ids();
    const looks = await Promise.all(Array.from({ length: 20 }, () => sessions.recover(id)));
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(new Set(looks)).toEqual(new Set(['live']));
    expect(await sessions.recover(id)).toBe('recovered');
    expect(verifyFiles(sessions.files(id)).ok).toBe(true);
  });
});

test('many processes that recover at once do it once', async () => {
  using directory = temporaryDirectory();
  await recordAndKill(directory.path, 2000);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => recoverElsewhere(directory.path)));
  const [id = ''] = sessionsIn(directory.path).ids();
  const files = sessionsIn(directory.path).files(id);
  expect(outcomes.filter((outcome) => outcome === 'recovered')).toHaveLength(1);
  expect(outcomes.every((outcome) => ['recovered', 'live', 'sealed'].includes(outcome))).toBe(true);
  expect(linesOf(files).filter((line) => line.includes('"kind":"recovered"'))).toHaveLength(1);
  expect(verifyFiles(files).ok).toBe(true);
});

async function recoverElsewhere(directory: string): Promise<string> {
  const child = spawn(process.execPath, [RECOVERER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said.trim();
}

function copyUnsealed(files: SessionFiles, directory: string): SessionFiles {
  writeFileSync(files.checkpoint, '');
  writeFileSync(files.signature, '');
  const copy = copySession(files, directory);
  for (const path of [files.checkpoint, files.signature, copy.checkpoint, copy.signature]) rmSync(path);
  return copy;
}
