import type { ListedSession, ReviewActs, ReviewedSession, ReviewSource } from '../../core/review/source.ts';
import { type Verification, verifySteps } from '../../core/session/verify.ts';
import type { FoundSession } from '../../identity/hub-client.ts';
import { fetchHubSession, findHubSession, listHubSessions } from '../hub-sessions.ts';
import type { PagedSession } from '../session-port.ts';
import { openFetched, trustAtHub, type VerifyHubDeps } from '../verify-hub.ts';
import { inTurns } from './in-turns.ts';
import { LocalSession } from './local-session.ts';

export interface HubSourceDeps extends VerifyHubDeps {
  readonly landing: VerifyHubDeps['landing'] & { pages(session: string): PagedSession };
  readonly acts: ReviewActs;
}

const SILENT = { close: () => undefined };

/**
 * The sessions that a hub shows to this person, for who has none of them here. What is opened is fetched, and checked by
 * nothing but the keys pinned at login. It is as it was then: one that is still recorded grows when it is opened again.
 */
export class HubSource implements ReviewSource {
  readonly name: string;
  readonly acts: ReviewActs;
  readonly #deps: HubSourceDeps;
  readonly #opened = new Set<PagedSession>();

  constructor(deps: HubSourceDeps) {
    this.#deps = deps;
    this.name = deps.client.origin;
    this.acts = deps.acts;
  }

  list(): AsyncIterable<ListedSession> {
    return listHubSessions(this.#deps);
  }

  /** What a hub tells of a session is in its list. */
  badges(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  listen(): { close(): void } {
    return SILENT;
  }

  /** `id`: also the beginning of just one, or `last`. */
  async open(id: string): Promise<ReviewedSession> {
    const { landing } = this.#deps;
    const session = await findHubSession(id, this.#deps);
    const found = await fetchHubSession(session, landing, this.#deps);
    const pages = landing.pages(session);
    this.#opened.add(pages);
    return new LocalSession(session, {
      pages,
      closing: { close: () => this.#close(pages) },
      verify: (signal) => this.#verify(session, found, signal),
      watch: () => SILENT,
      isRecording: () => false,
    });
  }

  close(): void {
    for (const pages of this.#opened) this.#close(pages);
  }

  #close(pages: PagedSession): void {
    this.#opened.delete(pages);
    pages.close();
  }

  async #verify(session: string, found: FoundSession, signal: AbortSignal): Promise<Verification> {
    const opened = openFetched(session, found, this.#deps);
    try {
      return await inTurns(verifySteps(opened, await trustAtHub(opened, found, this.#deps)), signal);
    } finally {
      opened.close();
    }
  }
}
