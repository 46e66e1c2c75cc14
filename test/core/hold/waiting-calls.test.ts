import { expect, test } from 'vitest';

import { OpenApprovals } from '../../../src/core/hold/open-approvals.ts';
import { WaitingCalls } from '../../../src/core/hold/waiting-calls.ts';
import { LIMITS } from '../../../src/core/limits.ts';

const ticket = (id: string) => ({
  id,
  url: undefined,
  wait: () => Promise.resolve('pending' as const),
  consume: () => Promise.resolve(false),
  cancel: () => Promise.resolve(),
  decisions: () => [],
});

test('what waits is counted until it ends, once', () => {
  const waiting = new WaitingCalls();
  const half = LIMITS.heldTotalBytes / 2;
  const calls = [1, 2].map((n) => waiting.begin({ scope: 'a', id: `${n}`, bytes: half }));
  expect([waiting.size, waiting.isFull(1)]).toEqual([2, true]);
  calls[0]?.end();
  calls[0]?.end();
  expect([waiting.size, waiting.isFull(half), waiting.isFull(half + 1)]).toEqual([1, false, true]);
});

test('only who has asked may take back, and nothing waits in a session that ends', async () => {
  const waiting = new WaitingCalls();
  const call = waiting.begin({ scope: 'a', id: '1', bytes: 1 });
  expect([waiting.cancel('b', '1'), call?.taken.aborted]).toEqual([false, false]);
  expect([waiting.cancel('a', '1'), call?.taken.aborted]).toEqual([true, true]);
  await waiting.close();
  expect(waiting.begin({ scope: 'a', id: '2', bytes: 1 })?.taken.aborted).toBe(true);
});

test('of the open approvals those that ran out make room, but not where somebody waits', () => {
  const approvals = new OpenApprovals();
  for (let n = 0; n < LIMITS.openApprovals; n += 1) approvals.join(ticket(`${n}`), 100);
  for (let n = 1; n < LIMITS.openApprovals; n += 1) approvals.leave(ticket(`${n}`));
  expect([approvals.isFull(99), approvals.isFull(100)]).toEqual([true, false]);
  expect([approvals.find('0')?.id, approvals.find('1')]).toEqual(['0', undefined]);
});
