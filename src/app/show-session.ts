import { LIMITS } from '../core/limits.ts';
import type { Event } from '../core/session/event.ts';
import { parseLine } from '../core/session/line.ts';
import { PayloadReader, type ReadPayload } from '../core/session/payload-reader.ts';
import { type Moment, Timeline } from '../core/session/timeline.ts';
import { type Verification, verifySession } from '../core/session/verify.ts';
import type { OpenedSession } from './session-port.ts';
import { findSession } from './sessions.ts';
import { trustFor, type VerifyDeps } from './verify.ts';

export interface ShownEvent extends Moment {
  /** Undefined when the event has none, or none was asked for. */
  readonly payload: ReadPayload | undefined;
}

export interface ShownSession {
  readonly session: string;
  readonly verification: Verification;
  /** Reads as it goes, up to the first line that is no event. */
  readonly events: Iterable<ShownEvent>;
}

/** A session from first event to last, after verifying it: nothing is said of a seal that has not been checked. */
export async function showSession(
  input: { query: string; payloads: boolean },
  deps: VerifyDeps,
): Promise<ShownSession> {
  const session = await findSession(input.query, deps);
  const verification = await check(deps.sessions.open(session), async (opened) =>
    verifySession(opened, await trustFor(opened, undefined, deps)),
  );
  const events = readEvents(() => deps.sessions.open(session), input.payloads ? LIMITS.shownPayloadBytes : 0);
  return { session, verification, events };
}

/** The events of a log, with so much of their payloads (0: none). Closes the files when it is done or left. */
export function* readEvents(open: () => OpenedSession, payloadBytes: number): Generator<ShownEvent> {
  const opened = open();
  try {
    const timeline = new Timeline();
    const payloads = new PayloadReader(opened.payloads);
    for (let line = opened.lines.next(); line !== undefined; line = opened.lines.next()) {
      const event = parseLine(line);
      if (event === undefined) return;
      yield { ...timeline.next(event), payload: readPayload(payloads, event, payloadBytes) };
    }
  } finally {
    opened.close();
  }
}

function readPayload(payloads: PayloadReader, event: Event, limit: number): ReadPayload | undefined {
  return event.payload === undefined || limit === 0 ? undefined : payloads.next(event.payload, limit);
}

async function check<T>(opened: OpenedSession, use: (opened: OpenedSession) => Promise<T>): Promise<T> {
  try {
    return await use(opened);
  } finally {
    opened.close();
  }
}
