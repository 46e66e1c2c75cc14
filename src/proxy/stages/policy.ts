import { guard } from '../../core/policy/guard.ts';
import type { Outcome, Passage } from '../../core/message.ts';

/** Decides on the masked view. Without any policy the baseline is `guard`. */
export function policy({ view, message }: Passage): Outcome {
  if (view === undefined) throw new Error('policy needs the masked view');
  return guard(view, message.direction);
}
