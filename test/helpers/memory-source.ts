import type {
  ListedSession,
  ReviewActs,
  ReviewedSession,
  ReviewSource,
  SessionBadges,
} from '../../src/core/review/source.ts';

/** A line of the list; what matters to a test is overridden. */
export function listed(changes: Partial<ListedSession> = {}): ListedSession {
  return {
    session: '3k2m9f7q',
    kind: 'connect',
    connection: 'files',
    subject: 'ada@analytical',
    started_at: '2026-11-20T10:00:00.000Z',
    ended_at: '2026-11-20T10:05:00.000Z',
    events: 24,
    findings: 0,
    state: 'closed',
    ...changes,
  };
}

export const BADGES: SessionBadges = { findings: 0, refused: 0, holds: 0, isSealed: true, upload: 'none' };

/** Sessions that are in no file. */
export class MemorySource implements ReviewSource {
  readonly name = 'this machine';
  isShared = false;
  readonly acts: ReviewActs;
  readonly known = new Map<string, SessionBadges>();
  readonly sessions: ReviewedSession[];
  /** The ids that were asked for, in order. */
  readonly asked: string[] = [];
  readonly closed: string[] = [];
  isClosed = false;
  #listed: readonly ListedSession[];
  readonly #listeners = new Set<() => void>();

  constructor(
    all: readonly ListedSession[],
    sessions: readonly ReviewedSession[] = [],
    acts: ReviewActs = {},
  ) {
    this.#listed = all;
    this.sessions = [...sessions];
    this.acts = acts;
  }

  /** Other sessions from now on. */
  set(all: readonly ListedSession[]): void {
    this.#listed = all;
    for (const listener of this.#listeners) listener();
  }

  async *list(): AsyncGenerator<ListedSession> {
    await Promise.resolve();
    for (const one of this.#listed) yield one;
  }

  async badges(id: string): Promise<SessionBadges | undefined> {
    await Promise.resolve();
    this.asked.push(id);
    return this.known.get(id);
  }

  listen(onChange: () => void): { close(): void } {
    this.#listeners.add(onChange);
    return { close: () => this.#listeners.delete(onChange) };
  }

  async open(id: string): Promise<ReviewedSession> {
    await Promise.resolve();
    const found = this.sessions.find((one) => one.id === id);
    if (found === undefined) throw new Error(`there is no session ${id}`);
    found.close = () => void this.closed.push(id);
    return found;
  }

  close(): void {
    this.isClosed = true;
  }
}
