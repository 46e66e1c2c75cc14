import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import {
  acceptedAt,
  checkReceipt,
  claimedLog,
  parseReceipt,
  type Receipt,
  receiptOf,
  receiptText,
  type Sealed,
} from '../../../src/core/tlog/receipt.ts';
import { accept, ACCEPTED, certify, HubLog, leafOf, recordOfAda } from '../../helpers/hub-log.ts';
import { temporaryDirectory } from '../../helpers/recorded-session.ts';
import type { SessionFiles } from '../../../src/platform/session-files.ts';

const log = new HubLog();
let receipt: Receipt;
let sealed: Sealed;
let other: Sealed;

beforeAll(async () => {
  using directory = temporaryDirectory();
  const files = await recordOfAda(directory.path);
  certify(files);
  receipt = accept(files, log);
  sealed = sealOf(files);
  const second = await recordOfAda(directory.path);
  certify(second);
  other = sealOf(second);
});

function sealOf(files: SessionFiles): Sealed {
  const [checkpoint, signature] = [files.checkpoint, files.signature].map((path) =>
    readFileSync(path, 'latin1'),
  );
  return { session: files.id, checkpoint: checkpoint ?? '', signature: signature ?? '' };
}

function flip(bytes: Buffer, at: number): Buffer {
  const bent = Buffer.from(bytes);
  bent[at % bent.length] = (bent[at % bent.length] ?? 0) ^ 1;
  return bent;
}

test('a receipt proves when a session was accepted, and where it stands in the log', () => {
  const head = { ...log.head(), origin: log.key.name };
  expect(checkReceipt(receipt, sealed, log.key)).toEqual({
    acceptedAt: ACCEPTED,
    attested: true,
    index: 5,
    head,
  });
  expect(acceptedAt(receipt)).toBe(ACCEPTED);
  expect(claimedLog(receipt)).toBe('hub.example/log');
});

test('as text it is read back, and nothing but that text is', () => {
  const text = receiptText(receipt);
  expect(parseReceipt(text)).toEqual(receipt);
  expect(receiptOf({ ...JSON.parse(text), session: 'and more' })).toEqual(receipt);
  for (const bent of [
    text.trim(),
    ` ${text}`,
    text.replace('"index":5', '"index":5.0'),
    '{}',
    '',
    'null',
    '[1]',
  ])
    expect(parseReceipt(bent)).toBeUndefined();
});

test('any byte of the text changed, and it is no receipt or does not hold', () => {
  const text = receiptText(receipt);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
      const bent = `${text.slice(0, at)}${String.fromCodePoint(code)}${text.slice(at + 1)}`;
      if (bent === text) return;
      const read = parseReceipt(bent);
      expect(read === undefined || typeof checkReceipt(read, sealed, log.key) === 'string').toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a flipped proof, leaf or index does not hold, and it is said what is wrong', () => {
  const bent: Receipt[] = [
    ...receipt.proof.map((node, at) => ({ ...receipt, proof: receipt.proof.with(at, flip(node, 3)) })),
    { ...receipt, proof: receipt.proof.slice(1) },
    { ...receipt, proof: [...receipt.proof, Buffer.alloc(32)] },
    { ...receipt, leaf: flip(receipt.leaf, 20) },
    { ...receipt, index: receipt.index + 1 },
    { ...receipt, index: -1 },
  ];
  for (const one of bent) expect(checkReceipt(one, sealed, log.key)).toMatch(/is not in the log/);
});

test('the checkpoint of another log, or under another key, does not hold', () => {
  const twin = new HubLog();
  twin.leaves.push(...log.leaves);
  expect(checkReceipt(receipt, sealed, twin.key)).toMatch(/not signed by the pinned key/);
  expect(checkReceipt(twin.receipt(receipt.index), sealed, log.key)).toMatch(/not signed by the pinned key/);
  expect(checkReceipt({ ...receipt, checkpoint: log.note(3) }, sealed, log.key)).toMatch(/is not in the log/);
});

test('a receipt of another session, checkpoint or signature does not hold', () => {
  expect(checkReceipt(receipt, other, log.key)).toMatch(/of another session/);
  const mixed = { ...sealed, checkpoint: other.checkpoint };
  expect(checkReceipt(receipt, mixed, log.key)).toMatch(/another checkpoint/);
  const resigned = { ...sealed, signature: other.signature };
  expect(checkReceipt(receipt, resigned, log.key)).toMatch(/another signature/);
});

test('another leaf of the same log does not do', async () => {
  using directory = temporaryDirectory();
  const files = await recordOfAda(directory.path);
  const plain = sealOf(files);
  const check = (changes: Record<string, unknown>, of = plain) =>
    checkReceipt(log.receipt(log.append(leafOf(files, changes))), of, log.key);
  expect(checkReceipt(log.receipt(0), sealed, log.key)).toMatch(/not about a session/);
  expect(check({ attested: false })).toMatchObject({ attested: false });
  expect(check({ attested: true })).toMatch(/with a certificate/);
  expect(check({ kind: 'policy' })).toMatch(/not about a session/);
  expect(check({ accepted_at: -1 })).toMatch(/not about a session/);
  certify(files);
  expect(check({ attested: false }, sealOf(files))).toMatch(/without a certificate/);
  expect(check({ subject: '00' }, sealOf(files))).toMatch(/somebody else than the certificate names/);
});
