/** Of sorted numbers the one that so many (0 to 1) are not above; undefined: there are none. */
export function quantile(sorted: ArrayLike<number>, part: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))];
}

/** Durations, in microseconds, that are shorter than the next bound. */
export interface Bin {
  readonly from: number;
  readonly below: number;
  readonly count: number;
}

/** How many took how long, from the shortest to the longest that there is. */
export function histogram(took: ArrayLike<number>): Bin[] {
  const bins = BOUNDS.map((below, at) => ({ from: BOUNDS[at - 1] ?? 0, below, count: 0 }));
  for (let at = 0; at < took.length; at += 1) {
    const bin = bins.find(({ below }) => (took[at] ?? 0) < below);
    if (bin !== undefined) bin.count += 1;
  }
  const first = bins.findIndex((bin) => bin.count > 0);
  return bins.slice(Math.max(0, first), bins.findLastIndex((bin) => bin.count > 0) + 1);
}

// Each some three times the one before: a clock is read so.
const BOUNDS = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1e6, 3e6, 10e6, 30e6, 100e6, 300e6, Infinity];
