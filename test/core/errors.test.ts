import { expect, test } from 'vitest';

import { ERRORS, EXIT, HallpassError, isSystemError, type ErrorCode } from '../../src/core/errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

test('the exit codes are the documented ones, which scripts rely on', () => {
  expect(EXIT).toEqual({
    ok: 0,
    bug: 1,
    usage: 2,
    auth: 3,
    denied: 4,
    upstream: 5,
    integrity: 6,
    config: 7,
    held: 8,
    secretsFound: 9,
    uploadFailed: 10,
    interrupted: 130,
    readerGone: 141,
  });
});

test.each(codes)('%s tells what to do next and ends with a failure', (code) => {
  const error = new HallpassError(code, 'what happened');
  expect(error.hint.length).toBeGreaterThan(10);
  expect(error.exitCode).toBeGreaterThan(0);
  expect(code).toMatch(/^ERR_[A-Z_]+$/);
});

test('a hint of the place that throws replaces the general one', () => {
  expect(new HallpassError('ERR_CONFIG', 'broken', { hint: 'Remove line 3.' }).hint).toBe('Remove line 3.');
});

test('the cause is kept, and absent when there is none', () => {
  const cause = new Error('disk on fire');
  expect(new HallpassError('ERR_STATE_DIR', 'x', { cause }).cause).toBe(cause);
  expect('cause' in new HallpassError('ERR_STATE_DIR', 'x')).toBe(false);
});

test('a system error is told by its code', () => {
  const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' });
  expect(isSystemError(missing, 'ENOENT', 'ENOTDIR')).toBe(true);
  expect(isSystemError(missing, 'EACCES')).toBe(false);
  expect(isSystemError({ code: 'ENOENT' }, 'ENOENT')).toBe(false);
});
