import type { Stage } from '../../core/message.ts';
import { approve } from './approve.ts';
import { deliver } from './deliver.ts';
import { inspect } from './inspect.ts';
import { policy } from './policy.ts';
import { record } from './record.ts';

/**
 * THE list: what happens to every message, in both directions, in this order. Once one of the first three refuses, the
 * rest of them are passed over; `record` and `deliver` always run, so that a refusal too is recorded and answered.
 */
export const STAGES: readonly { readonly name: string; readonly run: Stage; readonly always: boolean }[] = [
  { name: 'inspect', run: inspect, always: false },
  { name: 'policy', run: policy, always: false },
  { name: 'approve', run: approve, always: false },
  { name: 'record', run: record, always: true },
  { name: 'deliver', run: deliver, always: true },
];
