import { runWhole, type Slices } from '../slices.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { ABANDONED, type EndBody, type Envelope, type Event } from './event.ts';
import { parseLine } from './line.ts';
import { isAmendment } from './misplaced.ts';

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
  return runWhole(summarySteps(ends));
}

/** The same, line by line: what was added after the end, by whoever it was, may be very many. */
export function* summarySteps(ends: LogEnds): Slices<SessionSummary> {
  const start = parseFirst(ends.head);
  const [last] = lastEvents(ends.tail);
  const known = start?.kind === 'start' && start.session === ends.session ? start : undefined;
  const end = yield* findEnd(ends.tail);
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

/** What was added after its end leaves no room for the end itself in the last bytes of a log: more of them are to be read. */
export function endsEarlier(tail: Buffer): boolean {
  const [last] = lastEvents(tail);
  return last !== undefined && isAmendment(last) && runWhole(findEnd(tail)) === undefined;
}

// The end of a session that has ended: only what was added to it comes after.
function* findEnd(tail: Buffer): Slices<(EndBody & Envelope) | undefined> {
  for (const event of lastEvents(tail)) {
    if (event.kind === 'end') return event;
    if (!isAmendment(event)) return undefined;
    yield;
  }
  return undefined;
}

// Whole lines, the last first: a session that is being recorded may have half a line behind it.
function* lastEvents(tail: Buffer): Generator<Event> {
  for (let end = tail.lastIndexOf('\n'); end > 0;) {
    const start = tail.lastIndexOf('\n', end - 1) + 1;
    const event = parseLine(tail.subarray(start, end));
    if (event === undefined) return;
    yield event;
    end = start - 1;
  }
}

/** ISO 8601; times beyond what a date can be are the log's lie, and shown as they are. */
export function isoTime(millis: number): string {
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? String(millis) : date.toISOString();
}
