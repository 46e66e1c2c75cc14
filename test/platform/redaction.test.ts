import { readFileSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { canonical } from '../../src/core/session/canonical.ts';
import { PREFIX_BYTES, redactedRecord } from '../../src/core/session/payload.ts';
import { MerkleTree } from '../../src/core/session/tree.ts';
import { writeSeal } from '../../src/platform/session-seal.ts';
import {
  DEVICE,
  reasonOf,
  recordSession,
  statuses,
  temporaryDirectory,
  verifyFiles,
} from '../helpers/recorded-session.ts';

const FIRST_PAYLOAD = '{"jsonrpc":"2.0","id":1}';

async function redacted(directory: string, event: Record<string, unknown> | undefined) {
  const files = await recordSession(directory);
  const payloads = readFileSync(files.payloads);
  writeFileSync(
    files.payloads,
    Buffer.concat([redactedRecord(), payloads.subarray(PREFIX_BYTES + FIRST_PAYLOAD.length)]),
  );
  const lines = readFileSync(files.log, 'utf8').split('\n').slice(0, -1);
  if (event !== undefined)
    lines.push(
      canonical({ kind: 'redact', mono: 0, time: 0, seq: lines.length, reason: 'asked to', ...event }),
    );
  writeFileSync(files.log, lines.map((line) => `${line}\n`).join(''));
  const tree = new MerkleTree();
  for (const line of lines) tree.append(Buffer.from(line));
  writeSeal(files, tree, DEVICE);
  return verifyFiles(files);
}

test('a payload that was redacted, with an event that says so, is reported as redacted', async () => {
  using directory = temporaryDirectory();
  const verification = await redacted(directory.path, { target: 1 });
  expect(verification.ok).toBe(true);
  expect(reasonOf(verification, 'payloads')).toBe('2 intact, 1 redacted');
});

test('a payload that is gone without an event that says so fails', async () => {
  using directory = temporaryDirectory();
  expect(reasonOf(await redacted(directory.path, undefined), 'payloads')).toBe(
    'no event says why payload 1 is redacted',
  );
});

test('an event for another payload explains nothing', async () => {
  using directory = temporaryDirectory();
  expect(statuses(await redacted(directory.path, { target: 2 }))).toMatchObject({ payloads: 'fail' });
});

test('a redaction can not be announced beforehand', async () => {
  using directory = temporaryDirectory();
  expect(statuses(await redacted(directory.path, { target: 5 }))).toMatchObject({ format: 'fail' });
});
