import type {
  ExportFormat,
  ListedSession,
  ReviewActs,
  ReviewedSession,
  ReviewSource,
} from '../../core/review/source.ts';
import { type Verification, verifySteps } from '../../core/session/verify.ts';
import type { FoundSession } from '../../identity/hub-client.ts';
import { fetchHubSession, findHubSession, listHubSessions } from '../hub-sessions.ts';
import type { PagedSession, Sessions } from '../session-port.ts';
import type { VerifyDeps } from '../verify.ts';
import { openFetched, trustAtHub, type VerifyHubDeps } from '../verify-hub.ts';
import { inTheWay, type WrittenOut, writtenText } from './written-out.ts';
import { inTurns } from './in-turns.ts';
import { LocalSession } from './local-session.ts';

export interface HubSourceDeps extends VerifyHubDeps {
  readonly landing: VerifyHubDeps['landing'] & {
    readonly sessions: Sessions;
    pages(session: string): PagedSession;
  };
  /** Writes a session out, into the working directory. */
  readonly write: (session: string, format: ExportFormat, deps: VerifyDeps) => Promise<WrittenOut>;
}

const SILENT = { close: () => undefined };

/**
 * The sessions that a hub shows to this person, for who has none of them here. What is opened is fetched, and checked by
 * nothing but the keys pinned at login. It is as it was then: one that is still recorded grows when it is opened again.
 */
export class HubSource implements ReviewSource {
  readonly name: string;
  readonly isShared = true;
  readonly acts: ReviewActs;
  readonly #deps: HubSourceDeps;
  readonly #opened = new Set<PagedSession>();
  readonly #fetched = new Map<string, Promise<FoundSession>>();

  constructor(deps: HubSourceDeps) {
    this.#deps = deps;
    this.name = deps.client.origin;
    this.acts = { export: (id, format) => this.#export(id, format) };
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
    const session = await findHubSession(id, this.#deps);
    const found = await this.#fetch(session);
    const pages = this.#deps.landing.pages(session);
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

  // What was accepted will not change any more; of everything else there may be more.
  async #fetch(session: string): Promise<FoundSession> {
    const known = await this.#fetched.get(session);
    if (known?.receipt !== undefined) return known;
    const found = fetchHubSession(session, this.#deps.landing, this.#deps);
    this.#fetched.set(session, found);
    found.catch(() => this.#fetched.delete(session));
    return found;
  }

  async #export(id: string, format: ExportFormat): Promise<string> {
    const session = await findHubSession(id, this.#deps);
    const { receipt, summary } = await this.#fetch(session);
    const { path, problem } = await this.#deps.write(session, format, this.#asOurs()).catch(inTheWay);
    if (receipt === undefined) return `written to ${path}; not sealed: at the hub it is ${summary.state}`;
    return writtenText({ path, problem });
  }

  // To be written out it is checked as one of this machine's, where nobody is known but the hub.
  #asOurs(): VerifyDeps {
    const { landing, pinned, signers } = this.#deps;
    return {
      sessions: landing.sessions,
      note: () => undefined,
      trust: () => Promise.resolve({ keys: [], source: 'nobody', explicit: false, foreign: true }),
      hubs: () => Promise.resolve([{ ...pinned, newest: undefined }]),
      signers,
    };
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
