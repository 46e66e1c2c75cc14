import type { Corpus } from './corpus.ts';
import { type Failure, tryCase } from './oracles.ts';
import { calibrate, processorTime } from './time.ts';

/** What came of it. */
export interface Outcome {
  readonly cases: number;
  readonly bytes: number;
  readonly failed: readonly { number: number; corpus: Corpus; failure: Failure }[];
}

export interface FuzzInput {
  readonly seed: number;
  readonly from: number;
  /** Asked before each case. */
  readonly goesOn: (cases: number, failures: number) => boolean;
}

/** Makes texts from `seed`, one case after the other, and holds the engine to its promises. */
export function fuzz({ seed, from, goesOn }: FuzzInput): Outcome {
  const limit = calibrate(seed);
  const failed: { number: number; corpus: Corpus; failure: Failure }[] = [];
  let bytes = 0;
  let number = from;
  for (; goesOn(number - from, failed.length); number++) {
    const found = timed(seed, number, limit);
    bytes += Buffer.byteLength(found.corpus.text);
    if (found.failure !== undefined) failed.push({ number, corpus: found.corpus, failure: found.failure });
  }
  return { cases: number - from, bytes, failed };
}

function timed(seed: number, number: number, limit: (bytes: number) => number): ReturnType<typeof tryCase> {
  let found = tryCase(seed, -1);
  const measure = (): number => processorTime(() => (found = tryCase(seed, number)));
  const first = measure();
  const most = limit(found.corpus.text.length);
  if (found.failure !== undefined || first <= most) return found;
  // A pause of the collector happens once.
  const least = Math.min(first, measure(), measure());
  if (least <= most) return found;
  const detail = `${least.toFixed(0)} ms for ${found.corpus.text.length} characters`;
  return { corpus: found.corpus, failure: { oracle: 'the time is linear', detail } };
}
