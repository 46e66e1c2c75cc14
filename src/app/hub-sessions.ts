import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { receiptText } from '../core/tlog/receipt.ts';
import type { HubSession } from '../identity/hub-answers.ts';
import type { FoundSession, HubClient } from '../identity/hub-client.ts';

/** A place for what comes from the hub, of a session's files by name. */
export interface Landing {
  /** Writes a file of the session, whole or not at all. */
  write(session: string, part: Part, bytes: AsyncIterable<Uint8Array>): Promise<void>;
}

export type Part = 'log' | 'payloads' | 'checkpoint' | 'signature' | 'receipt';

export interface HubSessionsDeps {
  readonly client: Pick<HubClient, 'origin' | 'list' | 'session' | 'download'>;
}

const ID = /^[0-9a-z]{12}$/;

/**
 * The sessions that the hub shows to this person, newest upload first, page by page.
 *
 * @throws {HallpassError} ERR_HUB where its pages lead nowhere, or do not end
 */
export async function* listHubSessions({ client }: HubSessionsDeps): AsyncGenerator<HubSession> {
  const seen = new Set<string>();
  let before: string | undefined;
  for (let pages = 0; pages < LIMITS.hubListPages; pages += 1) {
    const page = await client.list(before);
    before = page.at(-1)?.session;
    if (before === undefined) return;
    // What a hub asks us to go on from has to be older than all before.
    if (seen.has(before)) throw endless(client.origin, 'shows the same ones again and again');
    for (const one of page) {
      if (!seen.has(one.session)) yield one;
      seen.add(one.session);
    }
  }
  throw endless(client.origin, `has not ended after ${LIMITS.hubListPages} pages`);
}

function endless(hub: string, why: string): HallpassError {
  return new HallpassError('ERR_HUB', `the list of sessions of the hub ${hub} ${why}`, {
    hint: 'Tell who administers the hub: nothing of what it shows after that can be believed.',
  });
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

/** Brings all that the hub has of a session here. Returns what proves it. */
export async function fetchHubSession(
  session: string,
  landing: Landing,
  { client }: HubSessionsDeps,
): Promise<FoundSession> {
  const found = await client.session(session);
  // After the checkpoint was told: by now there may be more than it is of, and never less.
  for (const part of ['log', 'payloads'] as const)
    await landing.write(session, part, client.download(session, part));
  const { summary, running } = found;
  const isSealed = summary.state === 'accepted' || summary.state === 'quarantined';
  for (const part of ['checkpoint', 'signature'] as const) {
    if (running !== undefined) await landing.write(session, part, bytesOf(running[part], 'latin1'));
    else if (isSealed) await landing.write(session, part, client.download(session, part));
  }
  if (found.receipt !== undefined)
    await landing.write(session, 'receipt', bytesOf(receiptText(found.receipt), 'utf8'));
  return found;
}

// A seal is ASCII; what a log signs is not (C2SP signed-note).
async function* bytesOf(text: string, encoding: 'latin1' | 'utf8'): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, encoding);
}
