import { choicesOf } from './choose.ts';
import type { Corpus } from './corpus.ts';
import { check, type Failure } from './oracles.ts';

const MOST_TRIES = 3_000;

/** The shortest text found for which the same promise is broken. */
export function shrink(corpus: Corpus, failure: Failure): { corpus: Corpus; failure: Failure } {
  let best = { corpus, failure };
  let tries = 0;
  const isBetter = (text: string, canaries: readonly string[]): boolean => {
    for (let cuts = 0; cuts < (failure.oracle === 'a stream is the whole' ? 6 : 1); cuts++) {
      const found = check({ text, canaries }, choicesOf(cuts, 0));
      if (found?.oracle !== failure.oracle) continue;
      best = { corpus: { text, canaries }, failure: found };
      return true;
    }
    return false;
  };
  for (const canary of corpus.canaries)
    isBetter(
      best.corpus.text,
      best.corpus.canaries.filter((other) => other !== canary),
    );
  for (let size = corpus.text.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at + size <= best.corpus.text.length && tries < MOST_TRIES; tries++) {
      const { text, canaries } = best.corpus;
      if (!isBetter(text.slice(0, at) + text.slice(at + size), canaries)) at += size;
    }
  }
  return best;
}
