import { expect, test } from 'vitest';

import { checkpointText, parseCheckpoint } from '../../../src/core/session/checkpoint.ts';

const ROOT = Buffer.alloc(32, 3);
const TEXT = `local/session/abc\n12\n${ROOT.toString('base64')}\n`;

test('a checkpoint is three lines: origin, size, root', () => {
  expect(checkpointText({ origin: 'local/session/abc', size: 12, root: ROOT })).toBe(TEXT);
  expect(parseCheckpoint(TEXT)).toEqual({ origin: 'local/session/abc', size: 12, root: ROOT });
});

test.each([
  ['an extension line', `${TEXT}more\n`],
  ['no last newline', TEXT.slice(0, -1)],
  ['a size with a zero in front', TEXT.replace('12', '012')],
  ['a negative size', TEXT.replace('12', '-12')],
  ['a size that is not whole', TEXT.replace('12', '1.5')],
  ['a root that is too short', `local/session/abc\n12\n${Buffer.alloc(31).toString('base64')}\n`],
  ['another alphabet', TEXT.replace('AwMD', 'AwM_')],
  ['bits that no byte holds', TEXT.replace('AwMDAwM=', 'AwMDAwN=')],
  ['no origin', TEXT.replace('local/session/abc', '')],
  ['carriage returns', TEXT.replaceAll('\n', '\r\n')],
  ['nothing', ''],
])('%s is no checkpoint', (_what, text) => {
  expect(parseCheckpoint(text)).toBeUndefined();
});
