import { countEvent, NO_COUNTS } from '../session/counts.ts';
import type { Counts, Direction, Event, VerdictRecord } from '../session/event.ts';

/** What an index keeps of an event, or needs to find the call to which it belongs. */
export interface Brief {
  readonly kind: Event['kind'];
  readonly seq: number;
  readonly time: number;
  readonly mono: number;
  readonly direction: Direction | undefined;
  /** The id of its message, as JSON text. */
  readonly id: string | undefined;
  /** The method of its message. */
  readonly method: string | undefined;
  readonly label: string;
  readonly tool: string | undefined;
  readonly outcome: VerdictRecord['outcome'] | undefined;
  readonly rule: string | undefined;
  /** Whose decision it waited for, or tells of. */
  readonly approval: string | undefined;
  readonly payloadBytes: number | undefined;
  /** What it adds to the counts of its log. */
  readonly counts: Counts;
  /** As it is in the log; undefined: no more of it matters than what is here. */
  readonly event: Event | undefined;
}

/** What is kept of an event that was read whole. */
export function briefOf(event: Event): Brief {
  const { kind, seq, time, mono } = event;
  const verdict = event.kind === 'message' ? event.verdict : undefined;
  return {
    kind,
    seq,
    time,
    mono,
    direction: 'direction' in event ? event.direction : undefined,
    id: 'id' in event ? event.id : undefined,
    method: 'method' in event ? event.method : undefined,
    label: labelOf(event),
    tool: toolOf(event),
    outcome: verdict?.outcome ?? outcomeOf(event),
    rule: verdict === undefined ? ruleOf(event) : ruleWorthTelling(verdict),
    approval: 'approval' in event ? event.approval : approvalIn(verdict?.reason),
    payloadBytes: event.payload?.size,
    counts: countEvent(NO_COUNTS, event),
    event,
  };
}

// What every message has against it that passes because nothing is said of it.
const NOTHING_AGAINST = 'nothing in the policy is against it';

/** By which rule, unless it is a message that passed because there was none for it. */
export function ruleWorthTelling({
  outcome,
  reason,
  rule,
}: Pick<VerdictRecord, 'outcome' | 'reason' | 'rule'>): string | undefined {
  return outcome === 'allow' && reason === NOTHING_AGAINST ? undefined : rule;
}

/** The approval that a verdict speaks of; the proxy's stage `approve` writes it there (`refusal`). */
export function approvalIn(reason: string | undefined): string | undefined {
  return reason?.match(/ It needs approval: (apr_[0-9a-z]+) /)?.[1];
}

// Written so that a kind that is yet to come has a line without a label.
function labelOf(event: Event): string {
  if (event.kind === 'start') return event.connection;
  if (event.kind === 'refused') return event.method ?? event.reason;
  if (event.kind === 'decision') return event.state;
  if (event.kind === 'definition') return event.change;
  if (event.kind === 'policy') return event.policy;
  if (event.kind === 'output') return event.stream;
  if (event.kind === 'error') return event.code;
  if (event.kind === 'redact' || event.kind === 'end') return event.reason;
  if (event.kind === 'note') return event.text;
  return 'method' in event ? (event.method ?? '') : '';
}

function toolOf(event: Event): string | undefined {
  if (event.kind === 'definition') return event.name;
  return 'tool' in event ? event.tool : undefined;
}

function outcomeOf(event: Event): Brief['outcome'] {
  if (event.kind === 'refused') return 'deny';
  if (event.kind === 'hold') return 'hold';
  if (event.kind !== 'decision') return undefined;
  if (event.state === 'approved') return 'allow';
  return event.state === 'denied' ? 'deny' : undefined;
}

function ruleOf(event: Event): string | undefined {
  return event.kind === 'hold' ? event.rule : undefined;
}
