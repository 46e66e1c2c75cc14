import { once } from 'node:events';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Secret } from '../core/secret.ts';
import { requireSecure } from '../identity/address.ts';
import type { Asked } from '../identity/oauth/challenge.ts';
import type { Resource } from '../identity/oauth/discovery.ts';
import { type Grant, isTokenOf } from '../identity/oauth/grants.ts';
import type { Challenge, UpstreamAuthorization } from '../proxy/upstream/authorization.ts';
import type { OAuthDeps, Person } from './authorize.ts';
import { OAuthRestraint } from './oauth-restraint.ts';

export interface UpstreamOAuthParts extends OAuthDeps {
  /** Undefined: nobody is there, and it has to be done beforehand. */
  readonly person: Person | undefined;
  /** What the person types to do it beforehand. */
  readonly command: string;
  readonly onTrouble: (what: string) => void;
}

interface Wanted {
  readonly resource: Resource;
  readonly scopes: Asked['scopes'];
}

/**
 * Lets a client without OAuth use a server that wants it (MCP, Authorization). One authorization at a time, however many
 * requests wait for it; what a server does not accept right after is not asked for again.
 */
export class UpstreamOAuth implements UpstreamAuthorization {
  readonly #parts: UpstreamOAuthParts;
  readonly #closing = new AbortController();
  #grant: Grant | undefined;
  readonly #busy = new Map<'renewal' | 'refusal', Promise<Grant | undefined>>();
  /** What was got by renewing, and when: where that is refused at once, renewing does not help. */
  #renewed: { readonly generation: number; readonly at: number } | undefined;
  #triedAt = -Infinity;
  readonly #restraint: OAuthRestraint;

  constructor(parts: UpstreamOAuthParts) {
    this.#parts = parts;
    this.#restraint = new OAuthRestraint(parts.now);
    this.#grant = parts.book.get(parts.server.href);
  }

  /** The token for this server, renewed when it is about to end. Throws ERR_SECRET_ORIGIN for any other origin. */
  async valueFor(origin: string): Promise<Secret | undefined> {
    const { server, onTrouble } = this.#parts;
    if (origin !== server.origin)
      throw new HallpassError('ERR_SECRET_ORIGIN', `the token for ${server.origin} is not sent to ${origin}`);
    const grant = this.#grant;
    if (grant !== undefined && this.#isDue(grant))
      await this.#once('renewal', () => this.#renew(grant)).catch((error: unknown) =>
        onTrouble(
          error instanceof HallpassError ? error.message : 'an unforeseen fault in renewing the token',
        ),
      );
    return this.#grant?.accessToken;
  }

  /** Throws ERR_OAUTH, and ERR_NOT_AUTHORIZED where a person is needed and none is there. */
  async onChallenge(challenge: Challenge): Promise<Secret | undefined> {
    const { readChallenge } = await import('../identity/oauth/challenge.ts');
    const asked = await readChallenge(challenge.wwwAuthenticate);
    if (challenge.status === 403 && asked.error !== 'insufficient_scope') return undefined;
    const answer = this.#once('refusal', () => this.#answer(challenge, asked));
    return (await whileWanted(answer, challenge.signal))?.accessToken;
  }

  /** What was granted stays, for the next session. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#busy.values());
  }

  // Each by itself: a refusal may take minutes of a person, and a token that is still good does not wait for that.
  #once(what: 'renewal' | 'refusal', task: () => Promise<Grant | undefined>): Promise<Grant | undefined> {
    const running = this.#busy.get(what) ?? task().finally(() => this.#busy.delete(what));
    this.#busy.set(what, running);
    return running;
  }

  async #answer({ status, refused }: Challenge, asked: Asked): Promise<Grant | undefined> {
    const { server, book, ask } = this.#parts;
    requireSecure(server, 'a server that is shown a token');
    const stored = book.get(server.href);
    // Another request's refusal, or another process, has brought a newer one.
    if (stored !== undefined && !isTokenOf(stored, refused)) return this.#adopt(stored);
    const { discoverResource } = await import('../identity/oauth/discovery.ts');
    const resource = await discoverResource(server, asked.metadataUrl, ask);
    // It wants something else, and says so better than we could.
    if (resource === undefined) return undefined;
    const wanted = { resource, scopes: asked.scopes };
    if (status === 403) return this.#stepUp(wanted, stored);
    if (stored === undefined) return this.#authorize(wanted);
    // Once it has moved to another authorization server, it wants nothing that the old one gave.
    if (!isFor(stored, resource)) return this.#authorizeAgain(wanted);
    if (stored.refreshToken === undefined || this.#isFresh(stored)) return this.#authorize(wanted);
    return (await this.#renew(stored)) ?? this.#authorize(wanted);
  }

  #adopt(grant: Grant): Grant {
    this.#grant = grant;
    return grant;
  }

  async #renew(grant: Grant): Promise<Grant | undefined> {
    const { renew } = await import('./authorize.ts');
    this.#triedAt = this.#parts.now();
    const renewed = await renew(grant, this.#parts);
    if (renewed === undefined) return undefined;
    this.#renewed = { generation: renewed.generation, at: this.#parts.now() };
    return this.#adopt(renewed);
  }

  // The same scopes again would bring the same refusal.
  async #stepUp(wanted: Wanted, stored: Grant | undefined): Promise<Grant | undefined> {
    const { book, server, person } = this.#parts;
    const missing = wanted.scopes?.filter((scope) => stored?.scopes.includes(scope) !== true) ?? [];
    if (person !== undefined && missing.length === 0) return undefined;
    // For whoever authorizes by hand, and can't know of them.
    if (person === undefined && stored !== undefined && missing.length > 0)
      book.save(server.href, { ...stored, scopes: [...stored.scopes, ...missing] });
    return this.#authorizeAgain(wanted);
  }

  // A server that finds something new for ever is not followed.
  async #authorizeAgain(wanted: Wanted): Promise<Grant | undefined> {
    return this.#restraint.followsOnce() ? this.#authorize(wanted) : undefined;
  }

  async #authorize(wanted: Wanted): Promise<Grant | undefined> {
    const { person, command } = this.#parts;
    if (person === undefined) throw notAuthorized(command);
    if (!this.#restraint.mayAsk()) return undefined;
    const { authorize } = await import('./authorize.ts');
    const asked = { person, signal: this.#closing.signal };
    return this.#adopt(await this.#restraint.asking(() => authorize(wanted, this.#parts, asked)));
  }

  #isFresh({ generation }: Grant): boolean {
    const { at = -Infinity } = this.#renewed?.generation === generation ? this.#renewed : {};
    return this.#parts.now() - at < LIMITS.remintMs;
  }

  #isDue({ expiresAt = Infinity, refreshToken }: Grant): boolean {
    const now = this.#parts.now();
    if (refreshToken === undefined || expiresAt - now > LIMITS.tokenMarginMs) return false;
    return now - this.#triedAt >= LIMITS.renewRetryMs;
  }
}

function isFor({ issuer, resource }: Grant, now: Resource): boolean {
  return now.issuers.includes(issuer) && now.resource === resource;
}

function notAuthorized(command: string): HallpassError {
  return new HallpassError(
    'ERR_NOT_AUTHORIZED',
    `the server wants to be authorized: run "${command}", then try again`,
  );
}

/** Others may still wait for it. */
async function whileWanted<T>(task: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const gone = once(signal, 'abort', { signal: done.signal }).then(() => {
    throw new Error('nobody waits for it', { cause: signal.reason });
  });
  task.catch(() => undefined);
  try {
    signal.throwIfAborted();
    return await Promise.race([task, gone]);
  } finally {
    gone.catch(() => undefined);
    done.abort();
  }
}
