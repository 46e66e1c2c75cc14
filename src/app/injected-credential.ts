import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Minted } from '../identity/minters/minter.ts';

export interface InjectedParts {
  readonly connection: string;
  /** From now on the value is masked wherever it turns up. */
  readonly makeKnown: (value: string) => void;
  /** Puts it where the command finds it. Returns the variables that say where. */
  readonly handOver: (minted: Minted) => Readonly<Record<string, string>>;
  /** Handed over once more, a new one takes the place of the old. */
  readonly replaces: boolean;
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

  /** Mints it and hands it over. Returns the command's variables. */
  async open(): Promise<Readonly<Record<string, string>>> {
    const minted = await this.#parts.mint();
    // First: if handing it over fails, it is revoked.
    this.#minted.push(minted);
    const variables = this.#handOver(minted);
    this.#watch(minted, this.#parts.now());
    return variables;
  }

  // Known before anybody has it.
  #handOver(minted: Minted): Readonly<Record<string, string>> {
    const { makeKnown, handOver } = this.#parts;
    for (const secret of minted.secrets ?? [minted.credential]) makeKnown(secret.reveal());
    return handOver(minted);
  }

  /** Nothing is written from here on, though something may be on its way. */
  stop(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Ends it and what is left of it, where that is possible; takes no long time and never throws. */
  async revoke(): Promise<void> {
    const { note, connection } = this.#parts;
    await this.#renewed();
    const tried = this.#minted.splice(0).map(async ({ revoke, expiresAt, extend }) =>
      revoke(AbortSignal.timeout(LIMITS.revokeMs)).catch((error: unknown) => {
        // What was extended ends later than it was to.
        const isKnown = expiresAt !== undefined && extend === undefined;
        const later = extend === undefined ? '' : '; the next run or connect tries again';
        const end = isKnown ? `; it ends at ${new Date(expiresAt).toISOString()}` : later;
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

  #watch({ expiresAt, extend }: Pick<Minted, 'expiresAt' | 'extend'>, mintedAt: number): void {
    if (expiresAt === undefined) return;
    if (extend === undefined && !this.#parts.replaces) return this.#at(expiresAt, () => this.#tellOfEnd());
    const margin = Math.min(LIMITS.clockSkewMs, (expiresAt - mintedAt) / 2);
    const due = Math.max(expiresAt - margin, mintedAt + LIMITS.injectedMinMs);
    this.#at(due, () => this.#renew(extend));
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

  #renew(extend: Minted['extend']): void {
    this.#renewing = this.#lastLonger(extend).finally(() => {
      this.#renewing = undefined;
    });
  }

  async #lastLonger(extend: Minted['extend']): Promise<void> {
    const { now, note, connection } = this.#parts;
    try {
      const next = extend === undefined ? await this.#mintAnew() : { expiresAt: await extend(), extend };
      this.#hasTrouble = false;
      this.#watch(next, now());
    } catch (error) {
      if (!this.#hasTrouble) note(`the credential of ${connection} is not renewed yet: ${whyOf(error)}`);
      this.#hasTrouble = true;
      this.#at(now() + LIMITS.renewRetryMs, () => this.#renew(extend));
    }
  }

  async #mintAnew(): Promise<Minted> {
    const minted = await this.#parts.mint();
    this.#minted.push(minted);
    if (!this.#closed) this.#handOver(minted);
    return minted;
  }
}

function whyOf(error: unknown): string {
  return error instanceof HallpassError ? error.message : 'an unforeseen fault';
}
