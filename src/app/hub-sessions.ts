import { HallpassError } from '../core/errors.ts';
import type { HubSession } from '../identity/hub-answers.ts';
import type { HubClient } from '../identity/hub-client.ts';
import type { Receipt } from '../core/tlog/receipt.ts';

/** A place for what comes from the hub, of a session's files by name. */
export interface Landing {
  /** Writes a file of the session, whole or not at all. */
  write(session: string, part: Part, bytes: AsyncIterable<Uint8Array>): Promise<void>;
}

export type Part = 'log' | 'payloads' | 'checkpoint' | 'signature';

export interface HubSessionsDeps {
  readonly client: Pick<HubClient, 'origin' | 'list' | 'session' | 'download'>;
}

const ID = /^[0-9a-z]{12}$/;

/** The sessions that the hub shows to this person, newest upload first, page by page. */
export async function* listHubSessions({ client }: HubSessionsDeps): AsyncGenerator<HubSession> {
  for (let before: string | undefined; ;) {
    const page = await client.list(before);
    yield* page;
    const last = page.at(-1)?.session;
    if (last === undefined || last === before) return;
    before = last;
  }
}

/** The id that `query` means at the hub: an id, the beginning of just one, or `last`. Throws ERR_NO_SUCH_SESSION. */
export async function findHubSession(query: string, deps: HubSessionsDeps): Promise<string> {
  if (ID.test(query)) return query;
  const found: string[] = [];
  for await (const { session } of listHubSessions(deps)) {
    if (query === 'last' || session.startsWith(query)) found.push(session);
    if (found.length > (query === 'last' ? 0 : 1)) break;
  }
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const why =
    first === undefined ? 'has no such session for you' : `has ${first}, ${second} and perhaps others`;
  throw new HallpassError('ERR_NO_SUCH_SESSION', `${query}: the hub ${deps.client.origin} ${why}`, {
    hint: 'hallpass sessions list --hub shows those it has.',
  });
}

/** Brings all that the hub has of a session here. Returns its receipt; undefined: the hub has not accepted it. */
export async function fetchHubSession(
  session: string,
  landing: Landing,
  { client }: HubSessionsDeps,
): Promise<Receipt | undefined> {
  const { summary, receipt } = await client.session(session);
  const parts: readonly Part[] =
    summary.state === 'open' ? ['log', 'payloads'] : ['log', 'payloads', 'checkpoint', 'signature'];
  for (const part of parts) await landing.write(session, part, client.download(session, part));
  return receipt;
}
