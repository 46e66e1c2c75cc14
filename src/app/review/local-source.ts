import { HallpassError } from '../../core/errors.ts';
import type {
  ListedSession,
  ReviewActs,
  ReviewedSession,
  ReviewSource,
  SessionBadges,
} from '../../core/review/source.ts';
import { type Verification, verifySteps } from '../../core/session/verify.ts';
import type { PagedSession } from '../session-port.ts';
import { listSessions, lookUp } from '../sessions.ts';
import { trustFor, type VerifyDeps } from '../verify.ts';
import { Badges } from './badges.ts';
import { inTurns } from './in-turns.ts';
import { LocalSession } from './local-session.ts';
import { Recording } from './recording.ts';

/** The files of sessions, for who looks through them and at what becomes of them. */
export interface ReviewedFiles {
  pages(id: string): PagedSession;
  /** Another text once anything of the session is other than it was. */
  stamp(id: string): string;
  spooled(id: string): 'waiting' | 'quarantined' | undefined;
  watchList(changed: () => void): { close(): void };
  watchSession(id: string, changed: () => void): { close(): void };
  isSealed(id: string): boolean;
}

export interface LocalSourceDeps extends VerifyDeps {
  readonly files: ReviewedFiles;
  readonly acts: ReviewActs;
}

/** The sessions of this machine. */
export class LocalSource implements ReviewSource {
  readonly name = 'this machine';
  readonly isShared = false;
  readonly acts: ReviewActs;
  readonly #deps: LocalSourceDeps;
  readonly #badges: Badges;
  readonly #opened = new Set<() => void>();
  readonly #over = new AbortController();

  constructor(deps: LocalSourceDeps) {
    this.#deps = deps;
    this.acts = deps.acts;
    const { sessions, files } = deps;
    const { signal } = this.#over;
    this.#badges = new Badges({ sessions, files, hubs: () => deps.hubs(), signal });
  }

  async *list(): AsyncGenerator<ListedSession> {
    yield* await listSessions(this.#deps);
  }

  badges(id: string): Promise<SessionBadges> {
    return this.#badges.of(id);
  }

  listen(onChange: () => void): { close(): void } {
    return this.#closedWithThis(this.#deps.files.watchList(onChange));
  }

  /** `id`: also the beginning of just one, or `last`. */
  async open(id: string): Promise<ReviewedSession> {
    const { session, state } = await lookUp(id, this.#deps);
    const pages = this.#deps.files.pages(session);
    if (pages.log.size() === 0) {
      pages.close();
      throw new HallpassError('ERR_NO_SUCH_SESSION', `session ${session} is empty, or gone`);
    }
    const recording = new Recording(session, { ...this.#deps, isLive: state === 'open' });
    return new LocalSession(session, {
      pages,
      closing: this.#closedWithThis(pages),
      verify: (signal) => this.#verify(session, signal),
      isRecording: () => recording.isLive,
      watch: (changed) => this.#closedWithThis(recording.watch(changed)),
    });
  }

  close(): void {
    this.#over.abort();
    for (const close of this.#opened) close();
  }

  async #verify(id: string, signal: AbortSignal): Promise<Verification> {
    const opened = this.#deps.sessions.open(id);
    try {
      const trust = await trustFor(opened, undefined, this.#deps);
      return await inTurns(verifySteps(opened, trust), signal);
    } finally {
      opened.close();
    }
  }

  #closedWithThis(one: { close(): void }): { close(): void } {
    const close = (): void => {
      this.#opened.delete(close);
      one.close();
    };
    this.#opened.add(close);
    return { close };
  }
}
