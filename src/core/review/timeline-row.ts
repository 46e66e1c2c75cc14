import type { EventRow, TimelineRow } from './rows.ts';

/** A line of the timeline, of its events in order; there is at least one. */
export function timelineRow(
  events: readonly [EventRow, ...EventRow[]],
  row: Pick<TimelineRow, 'at' | 'findings' | 'wasHeld'> & { readonly isCall: boolean },
): TimelineRow {
  const [first] = events;
  const { at, findings, wasHeld, isCall } = row;
  const outcome = outcomeOf(events);
  const named = events.find(({ label, kind }) => label !== '' && (kind === 'message' || kind === 'hold'));
  return {
    at,
    kind: isCall ? 'call' : first.kind,
    seqs: events.map(({ seq }) => seq),
    direction: events.find(({ direction }) => direction !== undefined)?.direction,
    label: named?.label ?? first.label,
    tool: events.find(({ tool }) => tool !== undefined)?.tool,
    mono: first.mono,
    micros: isCall ? microsOf(events) : undefined,
    findings,
    outcome,
    rule: ruleOf(events, outcome),
    isRefused: outcome !== 'allow' && endsRefused(events),
    wasHeld,
    isRedacted: events.some(({ isRedacted }) => isRedacted),
  };
}

// A call that waited begins with its wait: its request is written down when that has ended.
function microsOf(events: readonly [EventRow, ...EventRow[]]): number | undefined {
  const last = events.findLast((event) => isAnswer(event, events[0]));
  return last === undefined ? undefined : last.mono - events[0].mono;
}

function isAnswer({ kind, label, direction }: EventRow, first: EventRow): boolean {
  if (kind !== 'message' && kind !== 'refused') return false;
  const asked = first.direction ?? 'to_server';
  return direction !== undefined && direction !== asked && (kind === 'refused' || label === '');
}

function outcomeOf(events: readonly EventRow[]): TimelineRow['outcome'] {
  const said = new Set(events.map(({ outcome }) => outcome));
  if (said.has('deny')) return 'deny';
  if (said.has('hold')) return wentOn(events) ? 'allow' : 'hold';
  return said.has('allow') ? 'allow' : undefined;
}

// A call that was refused as nobody had decided may come again, and wait.
function endsRefused(events: readonly EventRow[]): boolean {
  return events.findLast(({ kind }) => kind !== 'decision')?.isRefused ?? false;
}

// Approved, and then sent on: an approval can also come too late.
function wentOn(events: readonly EventRow[]): boolean {
  const approved = events.findIndex(({ kind, outcome }) => kind === 'decision' && outcome === 'allow');
  return approved !== -1 && events.slice(approved).some(isSentOn);
}

function isSentOn({ kind, direction, outcome }: EventRow): boolean {
  return kind === 'message' && direction === 'to_server' && outcome === 'allow';
}

// The rule that decided; of a call that was approved the one that had held it.
function ruleOf(events: readonly EventRow[], outcome: TimelineRow['outcome']): string | undefined {
  const ruled = events.filter(({ rule }) => rule !== undefined);
  return (ruled.find((event) => event.outcome === outcome) ?? ruled[0])?.rule;
}
