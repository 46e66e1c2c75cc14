import { setImmediate as turn } from 'node:timers/promises';

import { LIMITS } from '../../core/limits.ts';
import type { Slices } from '../../core/slices.ts';

/** Does long work while others have their turn in between. Throws what the signal says when that is aborted. */
export async function inTurns<T>(
  work: Slices<T>,
  signal: AbortSignal,
  elapsed: () => number = () => performance.now(),
): Promise<T> {
  for (let began = elapsed(); ;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (elapsed() - began < LIMITS.verifySliceMs) continue;
    await turn();
    signal.throwIfAborted();
    began = elapsed();
  }
}
