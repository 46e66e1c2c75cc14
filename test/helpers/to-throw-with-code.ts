import { expect } from 'vitest';

import type { ErrorCode } from '../../src/core/errors.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void>> {
    /**
     * `expect(() => parse(x)).toThrowWithCode('ERR_CONFIG')`, or `await expect(promise).rejects.toThrowWithCode(…)`.
     * Whatever is thrown must say what to do next, too.
     */
    toThrowWithCode: (code: ErrorCode) => R;
  }
}

expect.extend({
  toThrowWithCode(received: unknown, code: ErrorCode) {
    const thrown = typeof received === 'function' ? catchFrom(received as () => unknown) : received;
    const actual = codeOf(thrown);
    const helps = thrown instanceof Error && thrown.message !== '' && 'hint' in thrown && thrown.hint !== '';
    return {
      pass: actual === code && helps,
      actual,
      expected: code,
      message: () =>
        actual === code && !helps
          ? `expected the error ${code} to have a message and a hint`
          : `expected an error with the code ${code}, but got ${actual ?? describe(thrown)}`,
    };
  },
});

const NOTHING = Symbol('nothing was thrown');

function catchFrom(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return NOTHING;
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}

function describe(thrown: unknown): string {
  if (thrown === NOTHING) return 'nothing thrown';
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown;
}
