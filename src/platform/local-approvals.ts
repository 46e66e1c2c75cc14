import type { ApprovalAsk, ApprovalDecision, ApprovalState } from '../core/approvals/approval.ts';
import { stateOf } from '../core/approvals/approval.ts';
import type { ApprovalPort, ApprovalTicket } from '../core/approvals/port.ts';
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
    const { store, changed } = await (this.#opened ??= this.#open());
    const { id } = await store.request(ask);
    return new LocalTicket(id, { store, changed, now: this.#now });
  }

  async close(): Promise<void> {
    const opened = await this.#opened;
    this.#opened = undefined;
    opened?.listening.close();
    opened?.store.close();
  }

  async #open(): Promise<Opened> {
    const store = await ApprovalStore.open(this.#stateDir, this.#now);
    const changed: Changes = new Set();
    const listening = await store.listen(() => changed.forEach((look) => look()));
    return { store, changed, listening };
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
  readonly #parts: Pick<Opened, 'store' | 'changed'> & { readonly now: () => number };

  constructor(id: string, parts: Pick<Opened, 'store' | 'changed'> & { readonly now: () => number }) {
    this.id = id;
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
    await this.#parts.store.cancel(this.id);
  }

  decisions(): readonly ApprovalDecision[] {
    return this.#parts.store.find(this.id)?.decisions ?? [];
  }

  #state(): ApprovalState {
    const approval = this.#parts.store.find(this.id);
    return approval === undefined ? 'expired' : stateOf(approval, this.#parts.now());
  }

  // One that runs out is no longer pending, though nobody rings.
  #left(): number {
    const approval = this.#parts.store.find(this.id);
    return approval === undefined ? 0 : Math.max(0, approval.expiresAt - this.#parts.now());
  }
}
