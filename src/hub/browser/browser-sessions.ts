import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';

import { LIMITS } from '../../core/limits.ts';
import type { Begun, SignedIn } from './sign-in.ts';

/** Somebody who is signed in to the hub's pages. */
export interface BrowserSession extends SignedIn {
  /** Makes the tokens that its forms carry. */
  readonly key: Buffer;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** A sign-in under way. */
export interface Pending extends Begun {
  /** Where they wanted to go. */
  readonly to: string;
  /** Of the cookie of the browser that began it. */
  readonly browser: string;
  readonly expires: number;
}

/** Who is signed in, in memory only: a hub that starts again asks everybody to sign in again. */
export class BrowserSessions {
  readonly #sessions = new Map<string, BrowserSession>();
  readonly #pending = new Map<string, Pending>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes that a sign-in has begun. Returns what the browser's cookie is to hold. */
  begin(begun: Begun, to: string): string {
    const cookie = randomBytes(32).toString('base64url');
    const expires = this.#now() + LIMITS.browserLoginMs;
    put(this.#pending, begun.state, { ...begun, to, browser: digest(cookie), expires });
    return cookie;
  }

  /** The sign-in that this very browser began, once. */
  take(state: string, cookie: string | undefined): Pending | undefined {
    const pending = this.#pending.get(state);
    // Somebody else's browser gets nothing, and spoils nothing.
    if (pending === undefined || cookie === undefined || pending.browser !== digest(cookie)) return undefined;
    this.#pending.delete(state);
    return pending.expires > this.#now() ? pending : undefined;
  }

  /** Begins a session. Returns what its cookie is to hold. */
  open(who: SignedIn): string {
    const cookie = randomBytes(32).toString('base64url');
    const now = this.#now();
    // An issuer whose clock is ahead makes nobody fresh for longer.
    const authTime = Math.min(who.authTime, now);
    const session = { ...who, authTime, key: randomBytes(32), expires: now + LIMITS.browserSessionMs };
    put(this.#sessions, digest(cookie), session);
    return cookie;
  }

  find(cookie: string | undefined): BrowserSession | undefined {
    const session = cookie === undefined ? undefined : this.#sessions.get(digest(cookie));
    return session !== undefined && session.expires > this.#now() ? session : undefined;
  }

  close(cookie: string | undefined): void {
    if (cookie !== undefined) this.#sessions.delete(digest(cookie));
  }

  /** Whether they have proved who they are lately enough to decide something. */
  isFresh({ authTime }: BrowserSession): boolean {
    return this.#now() - authTime <= LIMITS.freshLoginMs;
  }
}

/** What a form of this session has to carry to be taken for its own; good for that form alone. */
export function formToken({ key }: BrowserSession, action: string): string {
  return createHmac('sha256', key).update(action).digest('base64url');
}

export function isFormToken(session: BrowserSession, action: string, token: string): boolean {
  const [expected, given] = [Buffer.from(formToken(session, action)), Buffer.from(token)];
  return expected.length === given.length && timingSafeEqual(expected, given);
}

// Who reads the hub's memory or a dump of it finds no cookies.
function digest(cookie: string): string {
  return hash('sha256', cookie);
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > LIMITS.browserSessions && oldest !== undefined) map.delete(oldest);
}
