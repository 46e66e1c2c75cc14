import type { Detector } from '../src/core/mask/detect.ts';
import { elapsedMs } from './clock.ts';
import type { Family } from './hostile-text.ts';

export interface Measured {
  readonly name: string;
  /** MB/s of the longer text. */
  readonly speed: number;
  /** Time of twice the text by the time of the text. */
  readonly doubling: number;
}

/** How long the shorter of two texts is, and how often both are measured. */
export interface Effort {
  readonly bytes: number;
  readonly rounds: number;
}

/** Shorter than this is measured several times in one. */
const SHORTEST_MS = 0.5;
/** What is slower than this by far is slow for certain: once more would tell nothing. */
const LONG_MS = 40;
/** More than this may be chance: then it is measured again, with more effort. */
const STEEP = 2.15;
const AGAIN = 3;

/** The speed of each family, and how its time grows. */
export function measureFamilies(
  detector: Detector,
  families: readonly Family[],
  effort: Effort,
): readonly Measured[] {
  return families.map((family) => {
    let measured = measure(detector, family, effort);
    for (let n = 1; n < AGAIN && measured.doubling > STEEP; n++)
      measured = better(measured, measure(detector, family, { ...effort, rounds: effort.rounds * 4 }));
    return measured;
  });
}

function better(a: Measured, b: Measured): Measured {
  return {
    name: a.name,
    speed: Math.max(a.speed, b.speed),
    doubling: Math.min(a.doubling, b.doubling),
  };
}

// The best of both, in turns; at least so long that the clock can tell.
function measure(detector: Detector, [name, unit]: Family, { bytes, rounds }: Effort): Measured {
  const once = filled(unit, bytes);
  const twice = filled(unit, 2 * bytes);
  const first = elapsedMs(() => detector.detect(once));
  const times = Math.ceil(SHORTEST_MS / Math.max(0.01, first));
  let [a, b] = [Infinity, Infinity];
  for (let round = 0; round < (first > LONG_MS ? 1 : rounds); round++) {
    a = Math.min(a, repeated(detector, once, times));
    b = Math.min(b, repeated(detector, twice, times));
  }
  return { name, speed: twice.length / 1e3 / b, doubling: (b / a) * (once.length / twice.length) * 2 };
}

function repeated(detector: Detector, text: Uint8Array, times: number): number {
  const spent = elapsedMs(() => {
    for (let n = 0; n < times; n++) detector.detect(text);
  });
  return spent / times;
}

function filled(unit: string, size: number): Uint8Array {
  const one = Buffer.from(unit);
  return Buffer.alloc(Math.ceil(size / one.length) * one.length, one);
}
