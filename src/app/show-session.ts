import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Event } from '../core/session/event.ts';
import { firstFailure } from '../core/session/first-failure.ts';
import { parseLine } from '../core/session/line.ts';
import { PayloadReader, type ReadPayload } from '../core/session/payload-reader.ts';
import type { SessionState } from '../core/session/summary.ts';
import { type Moment, Timeline } from '../core/session/timeline.ts';
import { type Verification, verifySession } from '../core/session/verify.ts';
import type { OpenedSession } from './session-port.ts';
import { lookUp } from './sessions.ts';
import { trustFor, type VerifyDeps } from './verify.ts';

export interface ShownEvent extends Moment {
  /** Undefined when the event has none, or none was asked for. */
  readonly payload: ReadPayload | undefined;
}

export interface ShownSession extends Inspected {
  /** Reads as it goes, up to the first line that is no event. */
  readonly events: Iterable<ShownEvent>;
}

export interface Inspected {
  readonly session: string;
  readonly verification: Verification;
  /** Undefined: at a hub. */
  readonly state?: SessionState;
  /** What is wrong with it. Not to be sealed yet is not wrong. */
  readonly problem?: string;
}

/** A session from first event to last, after verifying it: nothing is said of a seal that has not been checked. */
export async function showSession(
  input: { query: string; payloads: boolean },
  deps: VerifyDeps,
): Promise<ShownSession> {
  const inspected = await inspectSession(input.query, deps);
  const open = (): OpenedSession => deps.sessions.open(inspected.session);
  return { ...inspected, events: readEvents(open, input.payloads ? LIMITS.shownPayloadBytes : 0) };
}

/** Finds a session, verifies it, and says what is wrong. */
export async function inspectSession(query: string, deps: VerifyDeps): Promise<Inspected> {
  const { session, state } = await lookUp(query, deps);
  return check(deps.sessions.open(session), async (opened) => {
    const verification = verifySession(opened, await trustFor(opened, undefined, deps));
    const isSealed = opened.checkpoint !== undefined || opened.signature !== undefined;
    if (verification.ok || (!isSealed && state !== 'corrupt')) return { session, state, verification };
    return { session, state, verification, problem: firstFailure(verification) };
  });
}

/** The error for a session of which only so much as there is could be shown; undefined when that is all. */
export function corruption({ session, problem }: Inspected): HallpassError | undefined {
  if (problem === undefined) return undefined;
  return new HallpassError('ERR_SESSION_CORRUPT', `session ${session} is damaged: ${problem}`, {
    hint: `What can be read is above; hallpass verify ${session} names every claim that fails.`,
  });
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
