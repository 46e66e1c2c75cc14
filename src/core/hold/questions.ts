import { randomUUID } from 'node:crypto';

/** What became of a question: `unknown` where the client could not make anything of it. */
export type Reply = 'accept' | 'decline' | 'cancel' | 'unknown';

/** A request of ours that a client has yet to answer. */
export interface Question {
  /** JSON text. No server's request has such an id but by chance, of which there is none. */
  readonly id: string;
  /** Aborted when the user does not want what is asked for. */
  readonly declined: AbortSignal;
  isAnswered(): boolean;
  /** Nobody waits for the answer any more. One that comes all the same is still ours. */
  drop(): void;
}

/** What hallpass itself asks clients. Their answers are for it and never for the server. */
export class Questions {
  readonly #open = new Map<string, { decline: () => void; answered: boolean }>();
  readonly #mark = `"hallpass-${randomUUID()}-`;
  #asked = 0;

  ask(scope: string): Question {
    const id = `${this.#mark}${(this.#asked += 1)}"`;
    const key = keyOf(scope, id);
    const declining = new AbortController();
    const entry = { decline: () => declining.abort(), answered: false };
    this.#open.set(key, entry);
    return {
      id,
      declined: declining.signal,
      isAnswered: () => entry.answered,
      drop: () => void this.#open.delete(key),
    };
  }

  /** Whether a response answers one of ours, whoever says so. */
  isOurs(id: string): boolean {
    return id.startsWith(this.#mark);
  }

  answer(scope: string, id: string, reply: Reply): void {
    const entry = this.#open.get(keyOf(scope, id));
    if (entry === undefined || entry.answered) return;
    entry.answered = true;
    // That somebody will look at it decides nothing; that nobody wants to does.
    if (reply === 'decline') entry.decline();
  }
}

function keyOf(scope: string, id: string): string {
  return `${scope} ${id}`;
}
