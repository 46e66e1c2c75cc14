/** The two clocks of a session log. */
export interface SessionClock {
  /** Milliseconds since 1970. */
  wallMillis(): number;
  /** Microseconds since some moment, never backwards. */
  monotonicMicros(): number;
}

export const systemClock: SessionClock = {
  wallMillis: () => Date.now(),
  monotonicMicros: () => Math.floor(performance.now() * 1000),
};
