import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import type { AmendmentBody } from '../../src/core/session/event.ts';
import { PREFIX_BYTES } from '../../src/core/session/payload.ts';
import { ephemeralSigner, signerFromSeed } from '../../src/core/session/signer.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { amendmentSteps } from '../../src/platform/session-amend.ts';
import { openSession } from '../../src/platform/session-store.ts';
import { amend, goodSeal, note, redaction } from '../helpers/amendments.ts';
import { cites } from '../helpers/cites.ts';
import {
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

const AMENDER = fileURLToPath(new URL('../helpers/amender-child.ts', import.meta.url));
const GONE = '{"jsonrpc":"2.0","id":1}';

function linesOf(files: SessionFiles): string[] {
  return readFileSync(files.log, 'utf8').split('\n').slice(0, -1);
}

/** All bytes in all files of a directory; what only locks has none. */
function everything(directory: string): string {
  return readdirSync(directory)
    .filter((name) => !name.endsWith('.lock'))
    .map((name) => readFileSync(join(directory, name), 'latin1'))
    .join('\n');
}

describe('an amended session', () => {
  test('has lost what was redacted and nothing else, and verifies', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    const before = linesOf(files);
    await amend(directory.path, files, [redaction(1), note('all of it was seen', 2)]);
    expect(linesOf(files).slice(0, before.length)).toEqual(before);
    expect(linesOf(files).slice(before.length)).toEqual([
      expect.stringContaining('"kind":"redact"'),
      expect.stringContaining('"kind":"note"'),
    ]);
    const verification = verifyFiles(files);
    expect(verification).toMatchObject({ ok: true, seal: 'timely' });
    expect(reasonOf(verification, 'payloads')).toBe('2 intact, 1 redacted');
    expect(reasonOf(verification, 'signer')).toMatch(/ is a key of this device; amended at \d{4}-/);
    expect(everything(directory.path)).not.toContain(`${GONE}HPL1`);
    expect(everything(directory.path)).toContain('"result":{}');
  });

  test('is summed up as it was, however much was added', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    const sessions = sessionsIn(directory.path);
    const { events: _, ...before } = sessions.summary(files.id, 'sealed');
    for (let at = 0; at < 2; at += 1)
      await amend(directory.path, files, Array<AmendmentBody>(10).fill(note('x'.repeat(4_000))));
    const { events, ...after } = sessions.summary(files.id, await sessions.recover(files.id));
    expect(after).toEqual(before);
    expect(after.state).toBe('closed');
    expect(events).toBe(25);
  });

  test('can be amended again, and takes no more than it may', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    await amend(directory.path, files, [redaction(1)]);
    await amend(directory.path, files, [redaction(3)]);
    expect(reasonOf(verifyFiles(files), 'payloads')).toBe('1 intact, 2 redacted');
    const half = Array.from({ length: Math.ceil(LIMITS.amendmentBytes / 2 / 4_000) }, () =>
      note('x'.repeat(4_000)),
    );
    await amend(directory.path, files, half);
    const sealed = everything(directory.path);
    await expect(amend(directory.path, files, half)).rejects.toThrowWithCode('ERR_USAGE');
    expect(everything(directory.path)).toBe(sealed);
  });

  test('with large payloads keeps each in its place', async () => {
    using directory = temporaryDirectory();
    const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE });
    for (const size of [3_000_000, 0, 1024 * 1024 - PREFIX_BYTES, 2_500_000])
      session.append(message(), Buffer.alloc(size, `payload of ${size} `));
    await session.seal({ reason: 'done' });
    const files = sessionsIn(directory.path).files(session.id);
    await amend(directory.path, files, [redaction(1), redaction(2)]);
    expect(reasonOf(verifyFiles(files), 'payloads')).toBe('2 intact, 2 redacted');
  });

  test.each([
    ['an event that is not there', 7, 'there is no event 7'],
    ['an event without a payload', 4, 'event 4 has no payload'],
    ['a payload that is gone', 1, 'event 1 has had its payload redacted before'],
  ])('of %s nothing can be redacted, and nothing is', async (_, target, why) => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    await amend(directory.path, files, [redaction(1)]);
    const before = everything(directory.path);
    await expect(amend(directory.path, files, [redaction(2), redaction(target)])).rejects.toThrow(why);
    expect(everything(directory.path)).toBe(before);
  });

  test('with redacted bytes put back fails', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    const payloads = readFileSync(files.payloads);
    await amend(directory.path, files, [redaction(1)]);
    writeFileSync(files.payloads, payloads);
    expect(reasonOf(verifyFiles(files), 'payloads')).toBe(
      'the log says that payload 1 was redacted, and it was not',
    );
  });
});

describe('the seal', () => {
  test('of a key that lived for one session is worth no more than before', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path, ephemeralSigner());
    const before = verifyFiles(files);
    await amend(directory.path, files, [redaction(1), note('seen')]);
    const after = verifyFiles(files);
    expect(before).toMatchObject({ ok: true, seal: 'ephemeral' });
    expect(after).toMatchObject({ ok: true, seal: 'ephemeral' });
    expect(statuses(after)).toEqual({ ...statuses(before), payloads: 'redacted' });
    expect(statuses(after)).toMatchObject({ signer: 'unchecked' });
  });

  test('of a recovery stays one', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    rmSync(files.checkpoint);
    await sessionsIn(directory.path).recover(files.id);
    await amend(directory.path, files, [note('found later')]);
    expect(verifyFiles(files)).toMatchObject({ ok: true, seal: 'recovered' });
    expect(statuses(verifyFiles(files))).toMatchObject({ signer: 'unchecked' });
  });

  test('takes the key that made it: another one amends nothing', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    const before = everything(directory.path);
    const other = signerFromSeed(Buffer.alloc(32, 9), 'device');
    for (const signer of [other, ephemeralSigner()])
      await expect(amend(directory.path, files, [note('mine')], signer)).rejects.toThrowWithCode(
        'ERR_KEYCHAIN',
      );
    expect(everything(directory.path)).toBe(before);
  });

  test('is made of what was verified: what changes after that is not sealed', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    const good = goodSeal(files);
    writeFileSync(files.log, readFileSync(files.log, 'utf8').replace('mcp-server', 'evil-server'));
    const before = everything(directory.path);
    const change = { bodies: [redaction(1)], check: () => Promise.resolve(good) };
    await expect(sessionsIn(directory.path).amend(files.id, change)).rejects.toThrowWithCode(
      'ERR_SESSION_CORRUPT',
    );
    expect(everything(directory.path)).toBe(before);
  });
});

describe('kill -9 while a session is amended', () => {
  test(
    'leaves it as before, or amended, and the bytes are gone for good',
    cites('sessions.redact-crash'),
    async () => {
      using directory = temporaryDirectory();
      for (const [steps, outcome] of [
        [3, 'before'],
        [6, 'amended'],
        [8, 'amended'],
      ] as const) {
        const path = join(directory.path, String(steps));
        const files = await recordSession(path);
        await killAfter(steps, path);
        await expectSettled(path, files, outcome);
      }
    },
  );

  test('the same after every single step', async () => {
    using directory = temporaryDirectory();
    const original = join(directory.path, 'original');
    const recorded = await recordSession(original);
    const outcomes: string[] = [];
    for (let steps = 1, isCut = true; isCut; steps += 1) {
      const path = join(directory.path, String(steps));
      cpSync(original, path, { recursive: true });
      const files = sessionsIn(path).files(recorded.id);
      isCut = await cutAfter(steps, files);
      const outcome = linesOf(files).length > 5 || existsSync(files.amendment) ? 'amended' : 'before';
      await expectSettled(path, files, outcome);
      outcomes.push(outcome);
    }
    // Five events are read; then it is committed: the log, the sidecar, the signature, the checkpoint, the end.
    expect(outcomes).toEqual([...Array<string>(5).fill('before'), ...Array<string>(7).fill('amended')]);
  });

  test('with its new lines torn: it is amended', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    const size = readFileSync(files.log).length;
    await cutAfter(7, files);
    const [log, amendment] = [readFileSync(files.log), readFileSync(files.amendment)];
    for (let left = 0; left <= log.length - size; left += 11) {
      writeFileSync(files.log, log.subarray(0, size + left));
      writeFileSync(files.amendment, amendment);
      expect(await sessionsIn(directory.path).recover(files.id)).toBe('sealed');
      expect(verifyFiles(files), `${left} bytes`).toMatchObject({ ok: true });
      expect(linesOf(files)).toHaveLength(7);
    }
  });

  test('what does not fit the session is left alone, and the seal stays what it was', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    await amend(directory.path, files, [note('one')]);
    const before = linesOf(files);
    for (const amendment of [
      'nonsense',
      '{}',
      '{"checkpoint":"a","lines":"b\\n","log_size":10,"signature":"c"}',
      '{"checkpoint":"a","lines":"b\\n","log_size":99999,"signature":"c"}',
    ]) {
      writeFileSync(files.amendment, amendment);
      expect(await sessionsIn(directory.path).recover(files.id)).toBe('sealed');
      expect(linesOf(files)).toEqual(before);
      expect(verifyFiles(files)).toMatchObject({ ok: true, seal: 'timely' });
    }
    await amend(directory.path, files, [note('two')]);
    expect(verifyFiles(files)).toMatchObject({ ok: true, seal: 'timely' });
    expect(existsSync(files.amendment)).toBe(false);
  });

  test('a session is deleted with what was prepared', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    appendFileSync(files.rewritten, 'half');
    appendFileSync(files.amendment, 'half');
    expect(sessionsIn(directory.path).remove(files.id)).toBe(true);
    expect(readdirSync(directory.path)).toEqual([]);
  });
});

/** Redacts the first payload and adds a note, in a process that is killed after so many steps. */
async function killAfter(steps: number, directory: string): Promise<void> {
  const child = spawn(process.execPath, [AMENDER, directory, String(steps)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.resume();
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
}

/** The same without a process: what comes after is never done. False: it was all done. */
async function cutAfter(steps: number, files: SessionFiles): Promise<boolean> {
  const change = { bodies: [redaction(1), note('seen')], check: () => Promise.resolve(goodSeal(files)) };
  const all = amendmentSteps(files, change, { signer: () => Promise.resolve(DEVICE) });
  for (let done = 0; done < steps; done += 1) if ((await all.next()).done === true) return false;
  return true;
}

async function expectSettled(
  directory: string,
  files: SessionFiles,
  outcome: 'before' | 'amended',
): Promise<void> {
  // No key is at hand, and none is needed: what was to be is signed.
  expect(await sessionsIn(directory, ephemeralSigner()).recover(files.id)).toBe('sealed');
  const verification = verifyFiles(files);
  expect(verification).toMatchObject({ ok: true, seal: 'timely' });
  expect(linesOf(files)).toHaveLength(outcome === 'amended' ? 7 : 5);
  expect(statuses(verification)['payloads']).toBe(outcome === 'amended' ? 'redacted' : 'pass');
  expect(existsSync(files.amendment) || existsSync(files.rewritten)).toBe(false);
  expect(readFileSync(files.payloads).includes(GONE)).toBe(outcome === 'before');
}
