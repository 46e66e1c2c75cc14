import { parseCheckpoint } from './checkpoint.ts';
import { ABANDONED, type EndBody, type Envelope, type Event } from './event.ts';
import { parseLine } from './line.ts';

export type SessionState = 'open' | 'closed' | 'abandoned' | 'corrupt';

/** What a try to recover a session came to. */
export type RecoveryOutcome =
  | 'sealed'
  | 'live'
  | 'recovered'
  /** Its process died before the first event was whole; nothing was recorded, and the files are gone. */
  | 'removed'
  /** Damaged in a way no crash explains: left as it is, for `verify` to say where. */
  | 'corrupt'
  /** The log names the device's key, which is not at hand now. */
  | 'no-key';

/** A line of `sessions list`. Read from the log's two ends: quick, and no proof of anything. */
export interface SessionSummary {
  readonly session: string;
  readonly kind: string | null;
  readonly connection: string | null;
  readonly subject: string | null;
  /** ISO 8601. */
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly events: number | null;
  /** Known once the session has ended. */
  readonly findings: number | null;
  readonly state: SessionState;
}

export interface LogEnds {
  readonly session: string;
  /** The log's first and last kilobytes; they may overlap. */
  readonly head: Buffer;
  readonly tail: Buffer;
  readonly checkpoint: string | undefined;
  readonly outcome: RecoveryOutcome;
}

/** Sums a session up from both ends of its log. */
export function summarize(ends: LogEnds): SessionSummary {
  const start = parseFirst(ends.head);
  const last = parseLast(ends.tail);
  const known = start?.kind === 'start' && start.session === ends.session ? start : undefined;
  const end = last?.kind === 'end' ? last : undefined;
  const state = known === undefined ? 'corrupt' : stateOf(ends, last, end);
  return {
    session: ends.session,
    kind: known?.session_kind ?? null,
    connection: known?.connection ?? null,
    subject: known?.subject ?? null,
    started_at: known ? isoTime(known.time) : null,
    ended_at: end ? isoTime(end.time) : null,
    events: last ? last.seq + 1 : null,
    findings: end?.counts.findings ?? null,
    state,
  };
}

function stateOf(
  ends: LogEnds,
  last: Event | undefined,
  end: (EndBody & Envelope) | undefined,
): SessionState {
  if (ends.outcome === 'live') return 'open';
  if (ends.outcome === 'no-key') return 'abandoned';
  const sealed = ends.checkpoint === undefined ? undefined : parseCheckpoint(ends.checkpoint);
  if (ends.outcome === 'corrupt' || last === undefined || sealed?.size !== last.seq + 1) return 'corrupt';
  return end?.reason === ABANDONED ? 'abandoned' : 'closed';
}

function parseFirst(head: Buffer): Event | undefined {
  const end = head.indexOf('\n');
  return end === -1 ? undefined : parseLine(head.subarray(0, end));
}

// The last whole line: a session that is being recorded may have half a line behind it.
function parseLast(tail: Buffer): Event | undefined {
  const end = tail.lastIndexOf('\n');
  if (end === -1) return undefined;
  return parseLine(tail.subarray(end === 0 ? 0 : tail.lastIndexOf('\n', end - 1) + 1, end));
}

/** ISO 8601; times beyond what a date can be are the log's lie, and shown as they are. */
export function isoTime(millis: number): string {
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? String(millis) : date.toISOString();
}
