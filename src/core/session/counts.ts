import type { Counts, EventBody } from './event.ts';

export const NO_COUNTS: Counts = { to_server: 0, to_client: 0, findings: 0, refused: 0 };

/** The counts with one more event, as an `end` event states them. */
export function countEvent(counts: Counts, event: EventBody): Counts {
  const findings = 'findings' in event ? (event.findings?.length ?? 0) + (event.unlisted ?? 0) : 0;
  const sum = { ...counts, findings: counts.findings + findings };
  if (event.kind === 'refused') return { ...sum, refused: counts.refused + (event.times ?? 1) };
  if (event.kind !== 'message') return sum;
  // A call that waits counts when it has ended, as one.
  const isRefused = event.verdict.outcome !== 'allow' && event.waits !== true;
  const refused = counts.refused + (isRefused ? 1 : 0);
  return { ...sum, refused, [event.direction]: counts[event.direction] + 1 };
}
