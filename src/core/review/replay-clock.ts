import type { IdleGaps } from './idle-gaps.ts';

/**
 * Where a replay stands: at `anchor` (microseconds of the session) when it was `since` (milliseconds). What has passed since
 * is added when somebody asks, not bit by bit: however often the screen is drawn, nothing drifts.
 */
export interface ReplayClock {
  readonly anchor: number;
  readonly since: number;
  readonly speed: number;
  readonly isPlaying: boolean;
  readonly skipsIdle: boolean;
}

/** What is replayed. */
export interface ReplaySpan {
  /** Microseconds. Of a session that is being recorded it grows. */
  readonly duration: number;
  readonly gaps: IdleGaps;
}

/** A time by the watch of who looks, in what is replayed. */
export interface ReplayMoment {
  readonly now: number;
  readonly span: ReplaySpan;
}

const FASTEST = 64;

export function startClock(anchor: number, now: number): ReplayClock {
  return { anchor, since: now, speed: 1, isPlaying: true, skipsIdle: false };
}

/** Microseconds since the session began. */
export function positionOf(clock: ReplayClock, { now, span }: ReplayMoment): number {
  const { anchor, since, speed, isPlaying, skipsIdle } = clock;
  if (!isPlaying) return within(anchor, span);
  const played = Math.max(0, now - since) * 1_000 * speed;
  return within(skipsIdle ? span.gaps.later(anchor, played) : anchor + played, span);
}

/** Stops it, or lets it go on; at the end it begins anew. */
export function toggled(clock: ReplayClock, moment: ReplayMoment): ReplayClock {
  if (clock.isPlaying) return { ...anchored(clock, moment), isPlaying: false };
  const isOver = clock.anchor >= moment.span.duration;
  return { ...clock, anchor: isOver ? 0 : clock.anchor, since: moment.now, isPlaying: true };
}

/** Stops it, where it stands. */
export function halted(clock: ReplayClock, moment: ReplayMoment): ReplayClock {
  return clock.isPlaying ? { ...anchored(clock, moment), isPlaying: false } : clock;
}

/** Twice as fast, or half; from real time to 64 times. */
export function accelerated(clock: ReplayClock, by: 1 | -1, moment: ReplayMoment): ReplayClock {
  const speed = Math.max(1, Math.min(FASTEST, by === 1 ? clock.speed * 2 : clock.speed / 2));
  return { ...anchored(clock, moment), speed };
}

export function sought(clock: ReplayClock, to: number, { now, span }: ReplayMoment): ReplayClock {
  return { ...clock, anchor: within(to, span), since: now };
}

/** Gaps are skipped, or no more; where one is stays the same. */
export function skipping(clock: ReplayClock, moment: ReplayMoment): ReplayClock {
  return { ...anchored(clock, moment), skipsIdle: !clock.skipsIdle };
}

function anchored(clock: ReplayClock, moment: ReplayMoment): ReplayClock {
  return { ...clock, anchor: positionOf(clock, moment), since: moment.now };
}

function within(mono: number, { duration }: ReplaySpan): number {
  return Math.max(0, Math.min(mono, duration));
}
