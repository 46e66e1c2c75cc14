import { expect, test, vi } from 'vitest';

import { Recording } from '../../../src/app/review/recording.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import type { RecoveryOutcome } from '../../../src/core/session/summary.ts';

const SILENT = { watchSession: () => ({ close: () => undefined }), isSealed: () => false };

function recording(outcomes: (RecoveryOutcome | Error)[]) {
  const asked: string[] = [];
  const recover = (id: string): Promise<RecoveryOutcome> => {
    asked.push(id);
    const outcome = outcomes[asked.length - 1] ?? 'live';
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  };
  return { asked, found: new Recording('id', { sessions: { recover }, files: SILENT, isLive: true }) };
}

test.each([
  ['sealed by us', 'recovered'],
  ['sealed by another', 'sealed'],
  ['left without a seal', new Error('no space')],
] as const)('a process that was killed is noticed, once: the session was %s', async (_, outcome) => {
  vi.useFakeTimers();
  try {
    const { found, asked } = recording(['live', outcome]);
    const told: boolean[] = [];
    const watching = found.watch(() => told.push(found.isLive));
    await vi.advanceTimersByTimeAsync(LIMITS.reviewLiveMs);
    expect([found.isLive, told]).toEqual([true, []]);
    await vi.advanceTimersByTimeAsync(5 * LIMITS.reviewLiveMs);
    expect([found.isLive, told, asked]).toEqual([false, [false], ['id', 'id']]);
    watching.close();
  } finally {
    vi.useRealTimers();
  }
});

test('nobody looks after it any more when it is left', async () => {
  vi.useFakeTimers();
  try {
    const { found, asked } = recording([]);
    found.watch(() => undefined).close();
    await vi.advanceTimersByTimeAsync(5 * LIMITS.reviewLiveMs);
    expect(asked).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test('a session whose seal is there is no longer recorded, and its last event alone does not say so', () => {
  let isSealed = false;
  let change = (): void => undefined;
  const files = {
    watchSession: (_: string, changed: () => void) => {
      change = changed;
      return { close: () => undefined };
    },
    isSealed: () => isSealed,
  };
  const sessions = { recover: () => Promise.resolve<RecoveryOutcome>('live') };
  const found = new Recording('id', { sessions, files, isLive: true });
  const told: boolean[] = [];
  const watching = found.watch(() => told.push(found.isLive));
  change();
  isSealed = true;
  change();
  expect(told).toEqual([true, false]);
  watching.close();
});
