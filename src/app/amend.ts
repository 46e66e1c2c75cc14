import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { AmendmentBody } from '../core/session/event.ts';
import { firstFailure } from '../core/session/first-failure.ts';
import { parseLine } from '../core/session/line.ts';
import { verifySteps } from '../core/session/verify.ts';
import { inTurns } from './review/in-turns.ts';
import type { Sessions } from './session-port.ts';
import { lookUp } from './sessions.ts';
import { trustFor, type VerifyDeps } from './verify.ts';

/** A seal, as it was when it was found good. */
interface GoodSeal {
  readonly checkpoint: string;
  readonly signature: string;
}

export interface AmendDeps extends VerifyDeps {
  readonly sessions: Sessions & {
    /** Adds to a sealed session and seals it anew, all or nothing; `check` verifies it while nobody else can. */
    amend(
      id: string,
      change: { bodies: readonly AmendmentBody[]; check: () => Promise<GoodSeal> },
    ): Promise<void>;
  };
  readonly uploads: {
    /** Held while nothing of this session may be sent. Throws when it is being uploaded. */
    lock(session: string): Promise<{ release(): void }>;
    /** Which hub may have some of it; undefined: none has. */
    sentTo(session: string): string | undefined;
  };
  /** Hides the secrets in what a person has written of a session. */
  readonly mask: (text: string, session: string) => Promise<string>;
  /** False: at no terminal, so that nobody need be there. */
  readonly attended: boolean;
}

/** A session that is over, and of which no hub has anything. */
export interface Amendable {
  readonly session: string;
  /** What recorded it. */
  readonly kind: string | null;
}

/** A payload that can be removed. */
export interface Removable {
  readonly seq: number;
  /** In a few words. */
  readonly what: string;
  readonly bytes: number;
}

export interface RedactInput {
  readonly query: string;
  /** The events whose payloads are to go, by `seq`. */
  readonly targets: readonly number[];
  readonly reason: string;
}

export interface Redacted {
  readonly session: string;
  readonly redacted: readonly number[];
  /** How many bytes are gone. */
  readonly bytes: number;
}

/**
 * The session that `query` means, if anything may be added to it or taken from it.
 *
 * @throws {HallpassError} ERR_ALREADY_SENT, ERR_NO_SUCH_SESSION; ERR_USAGE while it is recorded
 */
export async function findAmendable(
  query: string,
  deps: Pick<AmendDeps, 'sessions' | 'note' | 'uploads'>,
): Promise<Amendable> {
  const { session, state, kind } = await lookUp(query, deps);
  if (state === 'open')
    throw new HallpassError('ERR_USAGE', `session ${session} is still being recorded`, {
      hint: 'End it first.',
    });
  refuseSent({ session, kind }, deps);
  return { session, kind };
}

/**
 * Removes payloads for good from a session that no hub has anything of. Their commitments stay, and the log says why they
 * are gone. Undefined: the person said no.
 *
 * @throws {HallpassError} ERR_ALREADY_SENT; ERR_SESSION_CORRUPT for a session of which a claim fails: sealing it anew
 * would make it good; ERR_KEYCHAIN, ERR_NO_SUCH_SESSION, ERR_USAGE
 */
export async function redactPayloads(
  { query, targets, reason }: RedactInput,
  deps: AmendDeps & { confirm: (session: string, what: readonly Removable[]) => Promise<boolean> },
): Promise<Redacted | undefined> {
  const why = checked(reason, { what: 'the reason', limit: LIMITS.reasonCharacters });
  const redacted = [...new Set(targets)].toSorted((a, b) => a - b);
  if (redacted.length === 0) throw new HallpassError('ERR_USAGE', 'which events?');
  const amended = await findAmendable(query, deps);
  const { session } = amended;
  const found = removable(session, new Set(redacted), deps);
  const lacking = redacted.find((target) => !found.some(({ seq }) => seq === target));
  if (lacking !== undefined)
    throw new HallpassError('ERR_USAGE', `event ${lacking} of session ${session} has no payload`, {
      hint: `hallpass sessions show ${session} --payloads shows which events have one.`,
    });
  if (!(await deps.confirm(session, found))) return undefined;
  const { attended } = deps;
  // A secret that is named in the reason for removing it must not stay there.
  const masked = await deps.mask(why, session);
  await amend(
    amended,
    redacted.map((target) => ({ kind: 'redact', target, reason: masked, attended })),
    deps,
  );
  return { session, redacted, bytes: found.reduce((sum, { bytes }) => sum + bytes, 0) };
}

export interface NoteInput {
  readonly query: string;
  readonly text: string;
  /** The event that it is about; undefined: the session as a whole. */
  readonly target: number | undefined;
}

/** Adds a remark to a session that no hub has anything of. Throws as `redactPayloads` does. */
export async function addNote(
  { query, text, target }: NoteInput,
  deps: AmendDeps,
): Promise<{ session: string; text: string }> {
  const said = checked(text, { what: 'the note', limit: LIMITS.noteCharacters });
  const amended = await findAmendable(query, deps);
  const { session } = amended;
  // A placeholder may be longer than the secret.
  const remark = (await deps.mask(said, session)).slice(0, LIMITS.noteCharacters).toWellFormed();
  const { attended } = deps;
  await amend(
    amended,
    [{ kind: 'note', text: remark, attended, ...(target !== undefined && { target }) }],
    deps,
  );
  return { session, text: remark };
}

function checked(text: string, { what, limit }: { what: string; limit: number }): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new HallpassError('ERR_USAGE', `${what} is empty`);
  if (trimmed.length <= limit) return trimmed;
  throw new HallpassError('ERR_USAGE', `${what} has ${trimmed.length} characters, ${limit} are allowed`);
}

/** What the log says of the events, in order; those that are not there are told by who removes them. */
function removable(session: string, targets: ReadonlySet<number>, { sessions }: AmendDeps): Removable[] {
  const opened = sessions.open(session);
  try {
    const found: Removable[] = [];
    for (let line = opened.lines.next(); line !== undefined; line = opened.lines.next()) {
      const event = parseLine(line);
      if (event === undefined || found.length === targets.size) break;
      const { seq, kind, payload } = event;
      if (payload === undefined || !targets.has(seq)) continue;
      const names = event.kind === 'message' ? [event.method ?? 'response', event.tool] : [kind];
      found.push({ seq, what: names.filter((name) => name !== undefined).join(' '), bytes: payload.size });
    }
    return found;
  } finally {
    opened.close();
  }
}

async function amend(amended: Amendable, bodies: readonly AmendmentBody[], deps: AmendDeps): Promise<void> {
  const { session } = amended;
  const held = await deps.uploads.lock(session);
  try {
    refuseSent(amended, deps);
    await deps.sessions.amend(session, { bodies, check: () => goodSeal(session, deps) });
  } finally {
    held.release();
  }
}

// What a hub has it keeps as it was sent: the two would contradict each other.
function refuseSent({ session, kind }: Amendable, { uploads }: Pick<AmendDeps, 'uploads'>): void {
  const hub = uploads.sentTo(session);
  if (hub === undefined) return;
  const next =
    kind === 'run' ? 'hallpass run --upload=manual -- COMMAND' : 'hallpass connect --upload=manual';
  throw new HallpassError('ERR_ALREADY_SENT', `session ${session}, or some of it, is at ${hub} already`, {
    hint: `What a hub has stays as it was sent. To look at the next one before it goes there: ${next}`,
  });
}

async function goodSeal(session: string, deps: AmendDeps): Promise<GoodSeal> {
  const opened = deps.sessions.open(session);
  try {
    const { checkpoint, signature } = opened;
    if (checkpoint === undefined || signature === undefined)
      throw new HallpassError('ERR_KEYCHAIN', `session ${session} is not sealed yet`);
    const trust = await trustFor(opened, undefined, deps);
    const verification = await inTurns(verifySteps(opened, trust), new AbortController().signal);
    if (verification.ok) return { checkpoint, signature };
    const why = firstFailure(verification);
    throw new HallpassError('ERR_SESSION_CORRUPT', `session ${session} is left as it is: ${why}`);
  } finally {
    opened.close();
  }
}
