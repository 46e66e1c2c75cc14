import { LIMITS } from '../../core/limits.ts';
import type { Event } from '../../core/session/event.ts';
import { parseLine } from '../../core/session/line.ts';
import type { StoredSession } from '../db/database.ts';
import type { ShownEvent } from '../pages/session-page.ts';
import type { Blobs } from '../sessions/blobs.ts';

const NEWLINE = 0x0a;

/** The first events of a session as uploaded. Who uploads one writes what they like: nothing here has been checked. */
export async function readEvents(
  session: StoredSession,
  blobs: Blobs,
): Promise<{ events: ShownEvent[]; isCut: boolean }> {
  const length = Math.min(session.log, LIMITS.shownLogBytes);
  const log = await blobs.read({ session: session.id, file: 'log' }, 0, length);
  const events: ShownEvent[] = [];
  let start = 0;
  while (events.length < LIMITS.shownEvents) {
    const end = log.indexOf(NEWLINE, start);
    if (end === -1) break;
    events.push(shownEvent(parseLine(log.subarray(start, end)), events.length));
    start = end + 1;
  }
  return { events, isCut: start < session.log };
}

function shownEvent(event: Event | undefined, at: number): ShownEvent {
  if (event === undefined)
    return { seq: String(at), time: '', kind: 'unreadable', what: '', verdict: '', findings: 0 };
  const { seq, time, kind } = event;
  return {
    seq: String(seq),
    time: timeText(time),
    kind: 'direction' in event ? `${kind} ${event.direction.replace('_', ' ')}` : kind,
    what: whatOf(event),
    verdict: event.kind === 'message' ? event.verdict.outcome : event.kind === 'decision' ? event.state : '',
    findings: 'findings' in event && event.findings !== undefined ? event.findings.length : 0,
  };
}

function whatOf(event: Event): string {
  if (event.kind === 'message') return [event.method, event.tool].filter(Boolean).join(' ');
  if (event.kind === 'hold') return [event.approval, event.tool].filter(Boolean).join(' ');
  if (event.kind === 'decision') return event.approval;
  if (event.kind === 'error') return `${event.code} ${event.message}`;
  if (event.kind === 'note') return event.text;
  return 'reason' in event && typeof event.reason === 'string' ? event.reason : '';
}

// Milliseconds that anybody may have written.
function timeText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(11, 23);
}
