import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Secret } from '../core/secret.ts';
import type { Minted } from '../identity/minters/minter.ts';
import type { Challenge, UpstreamAuthorization } from '../proxy/upstream/authorization.ts';

export interface LiveCredentialParts {
  /** The server's origin: where a credential goes that names no origins itself. */
  readonly origin: string;
  readonly mint: () => Promise<Minted>;
  /** Called with each new one before anybody uses it: it is a secret that has to be known. */
  readonly onMinted: (minted: Minted) => void;
  readonly onTrouble: (what: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called when it is closed and nothing is left of it that could be ended. */
  readonly onClosed?: () => void;
}

/** The credential of a connection in use: renewed before it expires, replaced when the server refuses it. */
export class LiveCredential implements UpstreamAuthorization {
  readonly #parts: LiveCredentialParts;
  #current: (Minted & { readonly mintedAt: number }) | undefined;
  /** Those before it, which requests that are under way may still show. */
  #older: Minted[] = [];
  #minting: Promise<Minted> | undefined;
  #triedAt = -Infinity;
  #replacedAt = -Infinity;

  constructor(parts: LiveCredentialParts) {
    this.#parts = parts;
  }

  /** The value to show to this origin. Throws why there is none, and ERR_SECRET_ORIGIN for an origin that is not its own. */
  async valueFor(origin: string): Promise<Secret> {
    const { credential, origins = [this.#parts.origin] } = await this.#fresh();
    if (origins.includes(origin)) return credential;
    throw new HallpassError(
      'ERR_SECRET_ORIGIN',
      `the credential is not sent to ${origin}: it is for ${origins.join(', ') || 'no origin at all'}`,
    );
  }

  /** A refusal of the credential itself (401) is answered with another one. Never throws. */
  async onChallenge({ status, refused }: Challenge): Promise<Secret | undefined> {
    return status === 401 && refused !== undefined ? this.replace(refused) : undefined;
  }

  /**
   * Another one in place of one that the server refused; undefined where none is to be had. A server that refuses
   * whatever it is shown does not have us mint on and on. Never throws.
   */
  async replace(refused: Secret): Promise<Secret | undefined> {
    const current = this.#current;
    if (current?.renewable === false) return undefined;
    // Another request's refusal has had it replaced meanwhile.
    if (current !== undefined && current.credential !== refused) return current.credential;
    if (this.#minting === undefined && !this.#mayReplace()) return undefined;
    return this.#mint().then(
      ({ credential }) => credential,
      (error: unknown) => this.#trouble('not replaced', error),
    );
  }

  /** Ends it, where that is possible; takes no long time and never throws. */
  async close(): Promise<void> {
    const all = this.#current === undefined ? this.#older : [this.#current, ...this.#older];
    this.#current = undefined;
    this.#older = [];
    await this.#end(all);
    this.#parts.onClosed?.();
  }

  async #end(all: readonly Minted[]): Promise<void> {
    const ended = all.map(async ({ revoke }) =>
      revoke(AbortSignal.timeout(LIMITS.revokeMs)).catch((error: unknown) =>
        this.#trouble('not ended', error),
      ),
    );
    await Promise.all(ended);
  }

  #mayReplace(): boolean {
    const now = this.#parts.now();
    if (now - this.#replacedAt < LIMITS.remintMs) return false;
    this.#replacedAt = now;
    return true;
  }

  async #fresh(): Promise<Minted> {
    const { now } = this.#parts;
    const current = this.#current;
    if (current === undefined || (current.expiresAt ?? Infinity) <= now()) return this.#mint();
    // Nobody waits for a renewal while the old one is good.
    if (this.#isDue(current) && now() - this.#triedAt >= LIMITS.renewRetryMs)
      void this.#mint().catch((error: unknown) => this.#trouble('not renewed yet', error));
    return current;
  }

  #isDue({ expiresAt = Infinity, mintedAt }: { expiresAt: number | undefined; mintedAt: number }): boolean {
    const margin = Math.min(LIMITS.clockSkewMs, (expiresAt - mintedAt) / 2);
    return expiresAt - this.#parts.now() <= margin;
  }

  // Once at a time, however many messages wait for it.
  #mint(): Promise<Minted> {
    this.#minting ??= this.#mintAnew().finally(() => {
      this.#minting = undefined;
    });
    return this.#minting;
  }

  async #mintAnew(): Promise<Minted> {
    const { mint, onMinted, now } = this.#parts;
    this.#triedAt = now();
    const minted = await mint();
    onMinted(minted);
    this.#putAside(now());
    this.#current = { ...minted, mintedAt: now() };
    return minted;
  }

  // One whose time is over is ended by itself; what was kept of it goes.
  #putAside(now: number): void {
    const all = this.#current === undefined ? this.#older : [this.#current, ...this.#older];
    const isOver = ({ expiresAt = Infinity }: Minted): boolean => expiresAt <= now;
    this.#older = all.filter((minted) => !isOver(minted));
    void this.#end(all.filter(isOver));
  }

  #trouble(what: string, error: unknown): undefined {
    const why = error instanceof HallpassError ? error.message : 'an unforeseen fault';
    this.#parts.onTrouble(`the credential is ${what}: ${why}`);
  }
}
