import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';

import { LIMITS } from '../../core/limits.ts';
import type { Browsers } from '../db/database.ts';
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

/**
 * Who is signed in, in the hub's database: a hub that starts again knows them. Sign-ins under way are in memory only, and are
 * begun anew then.
 */
export class BrowserSessions {
  readonly #sessions: Browsers;
  readonly #pending = new Map<string, Pending>();
  readonly #issuer: string;
  readonly #now: () => number;

  constructor(sessions: Browsers, { issuer, now }: { issuer: string; now: () => number }) {
    this.#sessions = sessions;
    this.#issuer = issuer;
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
  async open({ subject, groups, ...who }: SignedIn): Promise<string> {
    const cookie = randomBytes(32).toString('base64url');
    const now = this.#now();
    // An issuer whose clock is ahead makes nobody fresh for longer.
    const authTime = Math.min(who.authTime, now);
    const session = { subject, groups, authTime, expires: now + LIMITS.browserSessionMs };
    const limit = LIMITS.browserSessions;
    await this.#sessions.put({ ...session, digest: this.#key(cookie) }, { now, limit });
    return cookie;
  }

  async find(cookie: string | undefined): Promise<BrowserSession | undefined> {
    if (cookie === undefined) return undefined;
    const session = await this.#sessions.find(this.#key(cookie));
    return session !== undefined && session.expires > this.#now()
      ? { ...session, key: keyOf(cookie) }
      : undefined;
  }

  async close(cookie: string | undefined): Promise<void> {
    if (cookie !== undefined) await this.#sessions.remove(this.#key(cookie));
  }

  // Whom another issuer signed in, before the hub was given this one, is nobody here: a subject of its is somebody else.
  #key(cookie: string): string {
    return digest(`${this.#issuer}\n${cookie}`);
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

// Of the cookie, which the database does not hold: who reads that can make no form either.
function keyOf(cookie: string): Buffer {
  return createHmac('sha256', cookie).update('forms of a browser session').digest();
}

// Who reads the hub's memory or its database finds no cookies.
function digest(cookie: string): string {
  return hash('sha256', cookie);
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > LIMITS.browserSessions && oldest !== undefined) map.delete(oldest);
}
