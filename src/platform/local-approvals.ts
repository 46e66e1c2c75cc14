import {
  type Approval,
  type ApprovalAsk,
  type ApprovalDecision,
  type ApprovalState,
  stateOf,
} from '../core/approvals/approval.ts';
import { lackHere } from '../core/approvals/lack.ts';
import type { ApprovalPort, ApprovalTicket } from '../core/approvals/port.ts';
import { HallpassError } from '../core/errors.ts';
import { ApprovalStore } from './approval-store.ts';

/**
 * Approvals kept on this device. They guard against mistakes: whoever has a shell as the same user can decide them, and the
 * log says so. Nothing is opened before something is held.
 */
export class LocalApprovals implements ApprovalPort {
  readonly unattendedPossible = true;
  readonly #stateDir: string;
  readonly #now: () => number;
  #opened: Promise<Opened> | undefined;

  constructor(stateDir: string, now: () => number = Date.now) {
    this.#stateDir = stateDir;
    this.#now = now;
  }

  async request(ask: ApprovalAsk): Promise<ApprovalTicket> {
    const { store, changed } = await this.#open();
    // Here who asks is who decides: a word of somebody else takes a hub.
    const { id } = await store.request({ ...ask, terms: { ...ask.terms, self: true } });
    return new LocalTicket({ id, lack: lackHere(ask.terms) }, { store, changed, now: this.#now });
  }

  async close(): Promise<void> {
    const opening = this.#opened;
    this.#opened = undefined;
    // What could not be opened was said where it was wanted.
    const opened = await opening?.catch(() => undefined);
    opened?.listening.close();
    opened?.store.close();
  }

  // What failed once (a full disk, say) may work for the next call.
  async #open(): Promise<Opened> {
    const opening = (this.#opened ??= open(this.#stateDir, this.#now));
    try {
      return await opening;
    } catch (error) {
      if (this.#opened === opening) this.#opened = undefined;
      throw error;
    }
  }
}

async function open(stateDir: string, now: () => number): Promise<Opened> {
  const store = await ApprovalStore.open(stateDir, now);
  const changed: Changes = new Set();
  try {
    const listening = await store.listen(() => changed.forEach((look) => look()));
    return { store, changed, listening };
  } catch (cause) {
    store.close();
    throw cause;
  }
}

/** Those who look again when something was decided. */
type Changes = Set<() => void>;

interface Opened {
  readonly store: ApprovalStore;
  readonly changed: Changes;
  readonly listening: { close(): void };
}

class LocalTicket implements ApprovalTicket {
  readonly id: string;
  readonly url = undefined;
  readonly lack: string | undefined;
  readonly #parts: Pick<Opened, 'store' | 'changed'> & { readonly now: () => number };

  constructor(
    { id, lack }: { id: string; lack: string | undefined },
    parts: Pick<Opened, 'store' | 'changed'> & { readonly now: () => number },
  ) {
    this.id = id;
    this.lack = lack;
    this.#parts = parts;
  }

  wait(ms: number, signal?: AbortSignal): Promise<ApprovalState> {
    const { changed } = this.#parts;
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        changed.delete(look);
        signal?.removeEventListener('abort', settle);
        resolve(this.#state());
      };
      const look = (): void => {
        if (this.#state() !== 'pending') settle();
      };
      const timer = setTimeout(settle, Math.min(ms, this.#left()));
      changed.add(look);
      signal?.addEventListener('abort', settle);
      if (signal?.aborted === true) settle();
      else look();
    });
  }

  consume(): Promise<boolean> {
    return this.#parts.store.consume(this.id);
  }

  async cancel(): Promise<void> {
    try {
      await this.#parts.store.cancel(this.id);
    } catch (error) {
      // It runs out by itself; nobody is left to be told.
      if (!(error instanceof HallpassError)) throw error;
    }
  }

  decisions(): readonly ApprovalDecision[] {
    return this.#parts.store.find(this.id)?.decisions ?? [];
  }

  #state(): ApprovalState {
    const approval = this.#find();
    if (approval === 'out of reach') return 'pending';
    return approval === undefined ? 'expired' : stateOf(approval, this.#parts.now());
  }

  // One that runs out is no longer pending, though nobody rings.
  #left(): number {
    const approval = this.#find();
    if (approval === 'out of reach') return Infinity;
    return approval === undefined ? 0 : Math.max(0, approval.expiresAt - this.#parts.now());
  }

  // A disk that fails is no answer, and no end of the session that waits for one.
  #find(): Approval | undefined | 'out of reach' {
    try {
      return this.#parts.store.find(this.id);
    } catch (error) {
      if (error instanceof HallpassError) return 'out of reach';
      throw error;
    }
  }
}
