import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { inject, type Takers } from '../identity/inject.ts';
import type { Minted } from '../identity/minters/minter.ts';

export interface InjectedParts extends Takers {
  readonly connection: string;
  /** Where the command finds it. */
  readonly variable: string;
  readonly mint: () => Promise<Minted>;
  readonly note: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back after so many milliseconds; returns how to have it not do so. */
  readonly later: (milliseconds: number, then: () => void) => () => void;
}

/** A credential that a command has: renewed in its file before it ends, revoked when the command has ended. */
export class InjectedCredential {
  readonly #parts: InjectedParts;
  /** The first one goes on to be good while a command still holds it. */
  readonly #minted: Minted[] = [];
  #cancel: (() => void) | undefined;
  #renewing: Promise<void> | undefined;
  #hasTrouble = false;
  #closed = false;

  constructor(parts: InjectedParts) {
    this.#parts = parts;
  }

  /** Mints it and hands it over. Returns the value of the command's variable. */
  async open(): Promise<string> {
    const minted = await this.#parts.mint();
    // First: if handing it over fails, it is revoked.
    this.#minted.push(minted);
    const value = inject(minted.credential, this.#parts);
    this.#watch(minted, this.#parts.now());
    return value;
  }

  /** Nothing is written from here on, though something may be on its way. */
  stop(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Ends what has not ended by itself, where that is possible; takes no long time and never throws. */
  async revoke(): Promise<void> {
    const { note, now, connection } = this.#parts;
    await this.#renewed();
    const live = this.#minted.splice(0).filter(({ expiresAt }) => (expiresAt ?? Infinity) > now());
    const tried = live.map(async ({ revoke, expiresAt }) =>
      revoke(AbortSignal.timeout(LIMITS.revokeMs)).catch((error: unknown) => {
        const end = expiresAt === undefined ? '' : `; it ends at ${new Date(expiresAt).toISOString()}`;
        note(`the credential of ${connection} is not revoked: ${whyOf(error)}${end}`);
      }),
    );
    await Promise.all(tried);
  }

  async #renewed(): Promise<void> {
    if (this.#renewing === undefined) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.later(LIMITS.revokeMs, resolve);
      void this.#renewing?.then(() => {
        cancel();
        resolve();
      });
    });
  }

  #watch({ expiresAt }: Minted, mintedAt: number): void {
    if (expiresAt === undefined) return;
    if (this.#parts.write === undefined) return this.#at(expiresAt, () => this.#tellOfEnd());
    const margin = Math.min(LIMITS.clockSkewMs, (expiresAt - mintedAt) / 2);
    this.#at(Math.max(expiresAt - margin, mintedAt + LIMITS.injectedMinMs), () => this.#renew());
  }

  // By the wall clock, which goes on while a machine sleeps; timers do not.
  #at(time: number, then: () => void): void {
    if (this.#closed) return;
    const rest = time - this.#parts.now();
    if (rest <= 0) return then();
    const wait = Math.min(rest, LIMITS.injectedCheckMs);
    this.#cancel = this.#parts.later(wait, () => this.#at(time, then));
  }

  #tellOfEnd(): void {
    const { connection, variable, note } = this.#parts;
    note(
      `the credential of ${connection} has ended, and what is in ${variable} stays; inject: { file: ${variable} } renews it`,
    );
  }

  #renew(): void {
    this.#renewing = this.#mintAnew().finally(() => {
      this.#renewing = undefined;
    });
  }

  async #mintAnew(): Promise<void> {
    const { mint, now, note, connection } = this.#parts;
    try {
      const minted = await mint();
      this.#minted.push(minted);
      if (this.#closed) return;
      inject(minted.credential, this.#parts);
      this.#hasTrouble = false;
      this.#watch(minted, now());
    } catch (error) {
      if (!this.#hasTrouble) note(`the credential of ${connection} is not renewed yet: ${whyOf(error)}`);
      this.#hasTrouble = true;
      this.#at(now() + LIMITS.renewRetryMs, () => this.#renew());
    }
  }
}

function whyOf(error: unknown): string {
  return error instanceof HallpassError ? error.message : 'an unforeseen fault';
}
