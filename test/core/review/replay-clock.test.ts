import { describe, expect, test } from 'vitest';

import { IdleGaps } from '../../../src/core/review/idle-gaps.ts';
import {
  accelerated,
  halted,
  positionOf,
  type ReplayClock,
  type ReplayMoment,
  skipping,
  sought,
  startClock,
  toggled,
} from '../../../src/core/review/replay-clock.ts';

const SECOND = 1e6;

/** A session with something at each of these seconds. */
function at(now: number, ...seconds: number[]): ReplayMoment {
  const gaps = new IdleGaps();
  for (const second of seconds) gaps.take(second * SECOND);
  return { now, span: { duration: (seconds.at(-1) ?? 0) * SECOND, gaps } };
}

const clock: ReplayClock = startClock(0, 1_000);

describe('where a replay stands', () => {
  test.for([
    ['at first', clock, 1_000, 0],
    ['after two seconds', clock, 3_000, 2],
    ['at four times the speed', { ...clock, speed: 4 }, 3_000, 8],
    ['never past the end', clock, 99_000, 10],
    ['where it was stopped', { ...clock, anchor: 3 * SECOND, isPlaying: false }, 99_000, 3],
    ['where it was, when the watch goes back', { ...clock, anchor: 3 * SECOND }, 0, 3],
    ['in the middle of a gap', { ...clock, skipsIdle: true }, 2_250, 5],
    ['after a gap', { ...clock, skipsIdle: true }, 2_500, 9],
    ['and on', { ...clock, skipsIdle: true }, 3_000, 9.5],
    ['within a gap that it starts in', { ...clock, anchor: 5 * SECOND, skipsIdle: true }, 1_250, 9],
  ] as const)('%s', ([, state, now, seconds]) => {
    expect(positionOf(state, at(now, 0, 1, 9, 10))).toBeCloseTo(seconds * SECOND, 3);
  });

  test('drifts by nothing, however often somebody looks', () => {
    let now = 1_000;
    let looked = clock;
    for (let n = 0; n < 10_000; n += 1) {
      now += 0.7;
      looked = accelerated(accelerated(looked, 1, at(now, 0, 10)), -1, at(now, 0, 10));
    }
    expect(positionOf(looked, at(now, 0, 10))).toBeCloseTo(7 * SECOND, 0);
    expect(positionOf(clock, at(now, 0, 10))).toBeCloseTo(7 * SECOND, 0);
  });
});

describe('what changes it leaves it where it is', () => {
  const later = at(3_000, 0, 1, 9, 10);

  test.for([
    ['stopped', toggled(clock, later), { anchor: 2 * SECOND, isPlaying: false }],
    [
      'stopped twice',
      halted(halted(clock, later), at(9_000, 0, 10)),
      { anchor: 2 * SECOND, isPlaying: false },
    ],
    ['faster', accelerated(clock, 1, later), { anchor: 2 * SECOND, speed: 2 }],
    ['no faster than 64 times', accelerated({ ...clock, speed: 64 }, 1, at(1_000, 0, 10)), { speed: 64 }],
    ['no slower than it was', accelerated(clock, -1, later), { speed: 1 }],
    ['idle time skipped', skipping(clock, later), { anchor: 2 * SECOND, skipsIdle: true }],
    ['taken up again', skipping(skipping(clock, later), later), { anchor: 2 * SECOND, skipsIdle: false }],
  ] as const)('%s', ([, state, changes]) => {
    expect(state).toMatchObject(changes);
  });

  test.for([
    [4, 4],
    [-1, 0],
    [99, 10],
  ] as const)('but to be taken to %d s: it is then at %d', ([to, where]) => {
    expect(sought(clock, to * SECOND, later)).toMatchObject({ anchor: where * SECOND, since: 3_000 });
  });

  test('at the end it begins anew', () => {
    const over = halted({ ...clock, anchor: 10 * SECOND }, later);
    expect(toggled(over, later)).toMatchObject({ anchor: 0, isPlaying: true, since: 3_000 });
  });
});

describe('gaps', () => {
  test('are what is longer than two seconds', () => {
    const { gaps } = at(0, 0, 2, 4.1, 4.2).span;
    expect(gaps.saved).toBeCloseTo(1.6 * SECOND, 3);
    expect([gaps.covers(0, SECOND), gaps.covers(2 * SECOND, 4 * SECOND), gaps.covers(4e6, 4.2e6)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('time that somebody has turned back makes none', () => {
    const { gaps } = at(0, 5, 1, 5.5).span;
    expect(gaps.later(6 * SECOND, SECOND)).toBeCloseTo(7 * SECOND, 3);
    expect(gaps.saved).toBeCloseTo(4.5 * SECOND, 3);
  });
});
