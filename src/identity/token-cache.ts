import { LIMITS } from '../core/limits.ts';
import { Secret } from '../core/secret.ts';
import type { SealedStore } from './sealed-store.ts';

/** A minted token that `mint` may hand out again. */
export interface CachedToken {
  readonly token: Secret;
  readonly tokenType: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Stored {
  readonly token: string;
  readonly token_type: string;
  readonly scopes: readonly string[];
  readonly expires_at: number;
}

/** Minted tokens of one profile, by connection and scopes as they were asked for. */
export class TokenCache {
  readonly #store: SealedStore;
  readonly #name: string;
  readonly #now: () => number;

  constructor(profile: string, store: SealedStore, now: () => number) {
    this.#store = store;
    this.#name = `tokens ${profile}`;
    this.#now = now;
  }

  /** A token that is good for another minute at least. */
  get(connection: string, scopes: readonly string[]): CachedToken | undefined {
    const found = this.#read(this.#store.read(this.#name))[keyOf(connection, scopes)];
    if (found === undefined || !this.#isFresh(found)) return undefined;
    const { token, token_type: tokenType, scopes: granted, expires_at: expiresAt } = found;
    return { token: new Secret(token), tokenType, scopes: granted, expiresAt };
  }

  put(connection: string, scopes: readonly string[], minted: CachedToken): void {
    const entry: Stored = {
      token: minted.token.reveal(),
      token_type: minted.tokenType,
      scopes: minted.scopes,
      expires_at: minted.expiresAt,
    };
    this.#store.update(this.#name, (value) => {
      const fresh = Object.entries(this.#read(value)).filter(([, token]) => this.#isFresh(token));
      return { ...Object.fromEntries(fresh), [keyOf(connection, scopes)]: entry };
    });
  }

  #isFresh({ expires_at }: Stored): boolean {
    return expires_at - this.#now() > LIMITS.clockSkewMs;
  }

  #read(value: unknown): Readonly<Record<string, Stored>> {
    return (value ?? {}) as Record<string, Stored>;
  }
}

function keyOf(connection: string, scopes: readonly string[]): string {
  return JSON.stringify([connection, ...[...new Set(scopes)].toSorted()]);
}
