import { choicesOf } from './choose.ts';
import { makeCorpus } from './corpus.ts';
import { check } from './oracles.ts';

/** So much slower per byte than the texts of the calibration a text may be: linear work differs less. */
const SLACK = 60;
/** Less than this says nothing. */
const SHORTEST_MS = 250;

/** Processor time of one case, in milliseconds: what else runs on the machine does not count. */
export function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** How long a text may take, told from what texts take on this machine. */
export function calibrate(seed: number): (bytes: number) => number {
  let bytes = 0;
  const milliseconds = processorTime(() => {
    for (let n = 0; n < 30; n++) {
      const corpus = makeCorpus(choicesOf(seed, 1_000_000 + n));
      check(corpus, choicesOf(seed, n));
      bytes += corpus.text.length;
    }
  });
  const perByte = milliseconds / bytes;
  return (length) => Math.max(SHORTEST_MS, SLACK * perByte * length);
}
