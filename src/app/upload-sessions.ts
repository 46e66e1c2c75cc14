import { HallpassError } from '../core/errors.ts';
import { findSession, type SessionsDeps } from './sessions.ts';
import { type SpoolDeps, type Tried, uploadNoted, uploadSpooled } from './upload-spooled.ts';

export interface UploadInput {
  /** Sessions, or beginnings of their names. */
  readonly queries: readonly string[];
  /** Everything that waits for this profile's hub. */
  readonly pending: boolean;
}

/**
 * Uploads the sessions that were asked for. What stood in the way of one is in its result, and keeps none of the others.
 *
 * @throws {HallpassError} ERR_USAGE when nothing was asked for, ERR_NO_SUCH_SESSION
 */
export async function uploadSessions(
  { queries, pending }: UploadInput,
  deps: SpoolDeps & SessionsDeps,
): Promise<Tried[]> {
  if (queries.length === 0 && !pending)
    throw new HallpassError('ERR_USAGE', 'which session?', {
      hint: 'hallpass sessions upload SESSION, or --pending for all that wait.',
    });
  const sessions: string[] = [];
  for (const query of queries) sessions.push(await findSession(query, deps));
  const tried: Tried[] = [];
  for (const session of new Set(sessions)) tried.push(await uploadNoted(session, deps));
  return pending ? [...tried, ...(await uploadSpooled(deps, Infinity))] : tried;
}
