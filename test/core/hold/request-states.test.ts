import { expect, test } from 'vitest';

import { type RoundState, RequestStates } from '../../../src/core/hold/request-states.ts';
import { LIMITS } from '../../../src/core/limits.ts';

const KEY = new Uint8Array(32).fill(7);
const OURS = { key: KEY, session: 's-1', caller: 'al' };
const WAITS: RoundState = {
  kind: 'waits',
  approval: 'apr_1',
  base: 'ab',
  rule: 'p/r',
  round: 1,
  session: 's-1',
  expiresAt: 100,
};
const APPROVED: RoundState = { ...WAITS, kind: 'approved' };
const bytes = (text: string): Buffer => Buffer.from(text);

test('what is sealed is opened as it was, and tells nobody else anything', () => {
  const states = new RequestStates(OURS);
  for (const inner of [undefined, bytes(''), bytes('a\nb'), Buffer.from([0, 255])]) {
    const sealed = states.seal(APPROVED, inner);
    expect(sealed).not.toContain('apr');
    const opened = states.open(bytes(sealed));
    expect(opened?.state).toEqual(APPROVED);
    expect(opened?.inner === undefined ? undefined : Buffer.from(opened.inner)).toEqual(inner);
  }
});

test('what was changed in any byte is none of ours', () => {
  const states = new RequestStates(OURS);
  const sealed = bytes(states.seal(WAITS));
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = changed[at] === 0x41 ? 0x42 : 0x41;
    expect(states.open(changed), `byte ${at}`).toBeUndefined();
  }
  for (let end = 0; end < sealed.length; end += 1)
    expect(states.open(sealed.subarray(0, end))).toBeUndefined();
});

test.each([
  ['another workspace', { ...OURS, key: new Uint8Array(32) }],
  ['another caller', { ...OURS, caller: 'bo' }],
])('what is of %s is none of ours', (_, whose) => {
  const states = new RequestStates(OURS);
  expect(new RequestStates(whose).open(bytes(states.seal(WAITS)))).toBeUndefined();
});

test('one that waits is good after a restart, one that was approved only where it was made', () => {
  const [before, after] = [new RequestStates(OURS), new RequestStates({ ...OURS, session: 's-2' })];
  expect(after.open(bytes(before.seal(WAITS)))?.state).toEqual(WAITS);
  expect(after.open(bytes(before.seal(APPROVED)))).toBeUndefined();
  // A session of the same name did not send it either.
  const twin = new RequestStates(OURS).open(bytes(before.seal(APPROVED)));
  expect(twin && new RequestStates(OURS).use(twin, 0)).toBe(false);
});

test.each([WAITS, APPROVED])('each is used once and in time: $kind', (state) => {
  const states = new RequestStates(OURS);
  const [first, late] = [states.open(bytes(states.seal(state))), states.open(bytes(states.seal(state)))];
  if (first === undefined || late === undefined) throw new Error('not ours');
  expect([states.use(first, 0), states.use(first, 0), states.use(late, 100)]).toEqual([true, false, false]);
});

test('of too many that were never used the oldest is forgotten', () => {
  const states = new RequestStates(OURS);
  const first = states.open(bytes(states.seal(APPROVED)));
  for (let n = 0; n < LIMITS.openRounds; n += 1) states.seal(APPROVED);
  expect(first && states.use(first, 0)).toBe(false);
});
