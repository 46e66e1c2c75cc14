/** A stream that may be written to from several sides at once. */
interface Target {
  /** False: what is written now would only pile up. */
  readonly write: () => boolean;
  /** Resolves when there is room again, or will never be. */
  readonly drained: () => Promise<unknown>;
}

/**
 * Lets messages onto one stream as fast as its reader takes them: while there is no room all who come wait, in their order,
 * so that a reader that does not read makes nobody pile up more than the message each has in hand.
 */
export class Turns {
  #full: Promise<unknown> | undefined;

  /** Resolves when more may come. */
  async write({ write, drained }: Target): Promise<void> {
    while (this.#full !== undefined) await this.#full;
    if (write()) return;
    this.#full = drained();
    await this.#full;
    this.#full = undefined;
  }
}
