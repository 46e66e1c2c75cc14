import { HallpassError } from '../core/errors.ts';
import type { RecoveryOutcome, SessionState, SessionSummary } from '../core/session/summary.ts';
import type { Sessions } from './session-port.ts';

export interface SessionsDeps {
  readonly sessions: Sessions;
  readonly note: (line: string) => void;
}

/** All sessions of this machine, newest first. Those whose process is gone are sealed on the way. */
export async function listSessions(deps: SessionsDeps): Promise<SessionSummary[]> {
  const found: SessionSummary[] = [];
  for (const id of deps.sessions.ids()) {
    const summary = await settle(id, deps);
    if (summary !== undefined) found.push(summary);
  }
  return found.sort(newestFirst);
}

/** Seals what sessions whose process is gone have left, until `isOver`. Fails no one: what can't be sealed stays as it is. */
export async function recoverSessions(sessions: Sessions, isOver: () => boolean): Promise<void> {
  for (const id of sessions.ids()) {
    if (isOver()) return;
    await recover(id, { sessions, note: () => undefined });
  }
}

/** The id that `query` means: an id, the beginning of just one, or `last`. Throws ERR_NO_SUCH_SESSION. */
export async function findSession(query: string, deps: SessionsDeps): Promise<string> {
  return (await lookUp(query, deps)).session;
}

/** The same, the state it is in, and what recorded it; null: nobody knows. */
export async function lookUp(
  query: string,
  deps: SessionsDeps,
): Promise<{ session: string; state: SessionState; kind: string | null }> {
  const session = query === 'last' ? await newest(deps) : byPrefix(query, deps.sessions.ids());
  const summary = await settle(session, deps);
  return { session, state: summary?.state ?? 'corrupt', kind: summary?.kind ?? null };
}

/** Deletes the session unless the person says no. True when it is gone. */
export async function deleteSession(
  query: string,
  deps: SessionsDeps & { confirm: (session: SessionSummary) => Promise<boolean> },
): Promise<{ session: string; deleted: boolean }> {
  const session = query === 'last' ? await newest(deps) : byPrefix(query, deps.sessions.ids());
  const summary = await settle(session, deps);
  if (summary === undefined) return { session, deleted: true };
  if (summary.state === 'open') throw stillOpen(session);
  if (!(await deps.confirm(summary))) return { session, deleted: false };
  if (!deps.sessions.remove(session)) throw stillOpen(session);
  return { session, deleted: true };
}

// One session that can't be read or sealed must not stand before the others.
async function settle(id: string, deps: SessionsDeps): Promise<SessionSummary | undefined> {
  const outcome = await recover(id, deps);
  if (outcome === 'removed') return undefined;
  try {
    return deps.sessions.summary(id, outcome);
  } catch (error) {
    deps.note(`session ${id} cannot be read: ${reason(error)}`);
    return corrupt(id);
  }
}

async function recover(id: string, deps: SessionsDeps): Promise<RecoveryOutcome> {
  try {
    const outcome = await deps.sessions.recover(id);
    if (outcome === 'no-key')
      deps.note(`session ${id} ended without a seal; it is sealed when the keychain is at hand`);
    return outcome;
  } catch (error) {
    deps.note(`session ${id} ended without a seal and could not be sealed now: ${reason(error)}`);
    return 'no-key';
  }
}

async function newest(deps: SessionsDeps): Promise<string> {
  const [first] = await listSessions(deps);
  if (first !== undefined) return first.session;
  throw new HallpassError('ERR_NO_SUCH_SESSION', 'nothing has been recorded yet', {
    hint: 'hallpass connect -- COMMAND records the first session.',
  });
}

function byPrefix(query: string, ids: string[]): string {
  const [first, second] = ids.filter((id) => id.startsWith(query));
  if (ids.includes(query) || (first !== undefined && second === undefined))
    return ids.includes(query) ? query : (first ?? query);
  const why =
    first === undefined
      ? `there is no session ${query}`
      : `${query} begins ${first}, ${second} and perhaps others`;
  throw new HallpassError('ERR_NO_SUCH_SESSION', why);
}

function newestFirst(a: SessionSummary, b: SessionSummary): number {
  return (b.started_at ?? '').localeCompare(a.started_at ?? '') || a.session.localeCompare(b.session);
}

function corrupt(session: string): SessionSummary {
  const unknown = { kind: null, connection: null, subject: null, started_at: null, ended_at: null };
  return { session, ...unknown, events: null, findings: null, state: 'corrupt' };
}

function stillOpen(session: string): HallpassError {
  return new HallpassError('ERR_USAGE', `session ${session} is still being recorded`, {
    hint: 'End it first.',
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
