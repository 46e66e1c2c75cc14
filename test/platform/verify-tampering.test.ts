import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseCheckpoint } from '../../src/core/session/checkpoint.ts';
import { ephemeralSigner, type Signer, signerFromSeed } from '../../src/core/session/signer.ts';
import { signSsh } from '../../src/core/session/sshsig.ts';
import { MerkleTree } from '../../src/core/session/tree.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { writeSeal } from '../../src/platform/session-seal.ts';
import {
  copySession,
  DEVICE,
  reasonOf,
  recordSession,
  sessionsIn,
  statuses,
  temporaryDirectory,
  TRUST,
  verifyFiles,
} from '../helpers/recorded-session.ts';

const PARTS = ['log', 'payloads', 'checkpoint', 'signature'] as const;

const directory = temporaryDirectory();
let original: SessionFiles;
let copy: SessionFiles;

beforeAll(async () => {
  original = await recordSession(directory.path);
  copy = copySession(original, join(directory.path, 'copy'));
});
afterAll(() => directory[Symbol.dispose]());

/** Verifies a copy of which one part has other bytes. */
function withPart(part: (typeof PARTS)[number], bytes: Uint8Array) {
  replace(copy[part], bytes);
  try {
    return verifyFiles(copy);
  } finally {
    replace(copy[part], readFileSync(original[part]));
  }
}

// A file that is cut to nothing and written anew is on its disk before ext4 goes on, which a new one is not.
function replace(path: string, bytes: Uint8Array): void {
  rmSync(path);
  writeFileSync(path, bytes);
}

function lines(): string[] {
  return readFileSync(original.log, 'utf8').split('\n').slice(0, -1);
}

function withLines(changed: string[]) {
  return withPart('log', Buffer.from(changed.map((line) => `${line}\n`).join('')));
}

test('an untouched session passes every claim that can be checked here', () => {
  expect(statuses(verifyFiles(copy))).toEqual({
    format: 'pass',
    tree: 'pass',
    payloads: 'pass',
    signature: 'pass',
    signer: 'pass',
    identity: 'unchecked',
    time: 'unchecked',
  });
});

describe('any change of the files fails', () => {
  test.each(PARTS)('a byte of the %s, whichever, changed in any bit', (part) => {
    const bytes = readFileSync(original[part]);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(withPart(part, changed).ok, `byte ${at}`).toBe(false);
    }
  });

  test.each(PARTS)('a byte of the %s replaced, removed or inserted anywhere', (part) => {
    const bytes = readFileSync(original[part]);
    const edit = fc.tuple(fc.nat(bytes.length), fc.nat(2), fc.uint8Array({ maxLength: 3 }));
    fc.assert(
      fc.property(edit, ([at, removed, inserted]) => {
        const changed = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
        expect(withPart(part, changed).ok).toBe(changed.equals(bytes));
      }),
      { numRuns: 300 },
    );
  });

  test.each(PARTS)('the %s cut short anywhere', (part) => {
    const bytes = readFileSync(original[part]);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(withPart(part, bytes.subarray(0, length)).ok, `${length} bytes`).toBe(false);
    }
  });

  test.each(PARTS)('the %s gone', (part) => {
    const bytes = readFileSync(copy[part]);
    rmSync(copy[part]);
    if (part === 'log') expect(() => verifyFiles(copy)).toThrowWithCode('ERR_NO_SUCH_FILE');
    else expect(verifyFiles(copy).ok).toBe(false);
    writeFileSync(copy[part], bytes);
  });

  test('a line dropped, doubled, or swapped with the next', () => {
    const all = lines();
    all.forEach((line, at) => {
      expect(withLines(all.toSpliced(at, 1)).ok, `dropped ${at}`).toBe(false);
      expect(withLines(all.toSpliced(at, 0, line)).ok, `doubled ${at}`).toBe(false);
      if (at + 1 < all.length)
        expect(withLines(all.toSpliced(at, 2, all[at + 1] ?? '', line)).ok, `swapped ${at}`).toBe(false);
    });
  });

  test('another session in its place, whole and well sealed', async () => {
    const other = await recordSession(directory.path);
    const renamed = sessionsIn(join(directory.path, 'renamed'));
    copySession(other, join(directory.path, 'renamed'));
    for (const part of PARTS) {
      writeFileSync(renamed.files(original.id)[part], readFileSync(other[part]));
    }
    const opened = renamed.open(original.id);
    const { verifySession } = await import('../../src/core/session/verify.ts');
    const verification = verifySession(opened, TRUST);
    opened.close();
    expect(reasonOf(verification, 'format')).toBe(`this is the log of another session, ${other.id}`);
    expect(verification.ok).toBe(false);
  });
});

describe('a log written anew and sealed again', () => {
  /** Replaces text in the log and makes a seal that fits, as whoever can write the files could. */
  function forge(from: string, to: string, signer: Signer): SessionFiles {
    const forged = copySession(original, join(directory.path, `forged-${signer.record.kind}-${to.length}`));
    const text = readFileSync(forged.log, 'utf8').replaceAll(from, to);
    writeFileSync(forged.log, text);
    const tree = new MerkleTree();
    for (const line of text.split('\n').slice(0, -1)) tree.append(Buffer.from(line));
    writeSeal(forged, tree, signer);
    return forged;
  }

  test('by another device key: the log names the first', () => {
    const thief = signerFromSeed(Buffer.alloc(32, 9), 'device');
    const verification = verifyFiles(forge('read_file', 'kill_file', thief));
    expect(statuses(verification)).toMatchObject({ tree: 'pass', signature: 'pass', signer: 'fail' });
    expect(verification.ok).toBe(false);
  });

  test('by another device key that the log names: it is not this machine’s', () => {
    const thief = signerFromSeed(Buffer.alloc(32, 9), 'device');
    const verification = verifyFiles(forge(DEVICE.record.key, thief.record.key, thief));
    expect(statuses(verification)).toMatchObject({
      format: 'pass',
      tree: 'pass',
      signature: 'pass',
      signer: 'fail',
    });
    expect(reasonOf(verification, 'signer')).toBe(`${thief.record.key} is not a key of this device`);
  });

  const claim = `"signer":{"key":"${DEVICE.record.key}","kind":"device"}`;
  const throwaway = ephemeralSigner();
  const lesser = `"signer":{"key":"${throwaway.record.key}","kind":"ephemeral"}`;

  test('by a key of one session only: never passes, and the statement is plain', () => {
    const verification = verifyFiles(forge(claim, lesser, throwaway));
    expect(statuses(verification)).toMatchObject({ signature: 'pass', signer: 'unchecked' });
    expect(reasonOf(verification, 'signer')).toContain('anyone able to write these files could have made it');
  });

  test('by a key of one session only, where the person names whom to believe: fails', () => {
    const named = { keys: [DEVICE.publicKey], source: 'keys.txt', explicit: true };
    expect(statuses(verifyFiles(forge(claim, lesser, throwaway), named))).toMatchObject({ signer: 'fail' });
  });

  test('where no key is trusted at all, a device key fails too', () => {
    expect(statuses(verifyFiles(original, { ...TRUST, keys: [] }))).toMatchObject({ signer: 'fail' });
  });

  test('by the right key, while the log names another', () => {
    const verification = verifyFiles(forge(claim, lesser, DEVICE));
    expect(statuses(verification)).toMatchObject({ tree: 'pass', signature: 'pass', signer: 'fail' });
    expect(reasonOf(verification, 'signer')).toContain(`the log names ${throwaway.record.key}`);
  });

  test('by the right key for another session’s checkpoint', () => {
    const moved = copySession(original, join(directory.path, 'moved'));
    const text = readFileSync(moved.checkpoint, 'utf8').replace(original.id, 'zzzzzzzzzzzz');
    writeFileSync(moved.checkpoint, text);
    writeFileSync(moved.signature, signSsh(Buffer.from(text), 'hallpass-session', DEVICE));
    const verification = verifyFiles(moved);
    expect(statuses(verification)).toMatchObject({ signature: 'pass', tree: 'fail' });
    expect(reasonOf(verification, 'tree')).toBe('the checkpoint belongs to another session');
  });

  test('by the right key, with an end that counts otherwise', () => {
    const verification = verifyFiles(forge('"counts":{"findings":1', '"counts":{"findings":0', DEVICE));
    expect(reasonOf(verification, 'format')).toBe('line 5 counts other events than the log has');
  });

  test('by a lesser key that a recovery is said to have used', () => {
    const recovered = `{"cut_bytes":0,"cut_payload_bytes":0,"kind":"recovered","lost_payloads":0,"mono":0,"seq":5,${lesser},"time":0}`;
    const end = lines().at(-1) ?? '';
    const last = end.replace('"seq":4', '"seq":6');
    const verification = verifyFiles(forge(end, `${end}\n${recovered}\n${last}`, throwaway));
    expect(reasonOf(verification, 'format')).toBe('line 6 hands the seal to a lesser key');
  });

  test('by the right key for another purpose: that is no seal', () => {
    const wrong = copySession(original, join(directory.path, 'namespace'));
    writeFileSync(wrong.signature, signSsh(readFileSync(wrong.checkpoint), 'git', DEVICE));
    expect(statuses(verifyFiles(wrong))).toMatchObject({ tree: 'pass', signature: 'fail' });
  });
});

describe('the failing claim names the place', () => {
  test('a log cut in the middle', () => {
    const bytes = readFileSync(original.log);
    const verification = withPart('log', bytes.subarray(0, Math.floor(bytes.length / 2)));
    expect(statuses(verification)).toMatchObject({ format: 'fail', tree: 'fail' });
    expect(reasonOf(verification, 'format')).toMatch(
      /^the log is cut: after line \d+ there are \d+ bytes without an end of line$/,
    );
    expect(reasonOf(verification, 'tree')).toMatch(/^the log has \d lines, 5 were sealed$/);
  });

  test('a log cut between two lines', () => {
    expect(reasonOf(withLines(lines().slice(0, 3)), 'format')).toBe(
      'the log stops at line 3 without an end event',
    );
  });

  test('a line that is no event', () => {
    const verification = withLines(lines().toSpliced(2, 1, '{"seq":2}'));
    expect(reasonOf(verification, 'format')).toBe('line 3 is not a canonical event');
  });

  test('a payload', () => {
    const bytes = Buffer.from(readFileSync(original.payloads));
    bytes[bytes.length - 1] = 0;
    expect(reasonOf(withPart('payloads', bytes), 'payloads')).toBe(
      'payload of seq 3 is not what the log commits to',
    );
  });

  test('the claims of the files that were not touched still pass', () => {
    const bytes = Buffer.from(readFileSync(original.payloads));
    bytes[bytes.length - 1] = 0;
    expect(statuses(withPart('payloads', bytes))).toMatchObject({
      format: 'pass',
      tree: 'pass',
      payloads: 'fail',
      signature: 'pass',
      signer: 'pass',
    });
  });
});

test('the checkpoint states the lines and root of the log', () => {
  const checkpoint = parseCheckpoint(readFileSync(original.checkpoint, 'utf8'));
  expect(checkpoint).toMatchObject({ origin: `local/session/${original.id}`, size: 5 });
  expect(existsSync(original.lock)).toBe(false);
});
