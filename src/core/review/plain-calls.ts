import type { EventRow, TimelineRow } from './rows.ts';

/** What is summed up of a call. */
export type CallSum = Pick<
  TimelineRow,
  'kind' | 'label' | 'tool' | 'micros' | 'findings' | 'outcome' | 'isRefused' | 'wasHeld'
>;

/** A request and its answer, where that is all there is of a call; undefined: it is something else. */
export function plainCallOf(asked: EventRow, answered: EventRow): CallSum | undefined {
  if (asked.kind !== 'message' || answered.kind !== 'message') return undefined;
  if (asked.label === '' || answered.label !== '' || asked.direction === answered.direction) return undefined;
  if (asked.outcome === 'hold' || answered.outcome === 'hold') return undefined;
  return {
    kind: 'call',
    label: asked.label,
    tool: asked.tool,
    micros: answered.mono - asked.mono,
    findings: asked.findings + answered.findings,
    outcome: asked.outcome === 'deny' ? 'deny' : (answered.outcome ?? asked.outcome),
    isRefused: asked.isRefused || answered.isRefused,
    wasHeld: false,
  };
}
