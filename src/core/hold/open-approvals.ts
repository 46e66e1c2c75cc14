import type { ApprovalTicket } from '../approvals/port.ts';
import { LIMITS } from '../limits.ts';

interface Open {
  readonly ticket: ApprovalTicket;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Calls that wait for it: equal ones share it. */
  holders: number;
}

/** The approvals that this session has asked for and that may yet be decided. */
export class OpenApprovals {
  readonly #open = new Map<string, Open>();

  /** Whether no more may be asked for. */
  isFull(now: number): boolean {
    if (this.#open.size < LIMITS.openApprovals) return false;
    for (const [id, { until, holders }] of this.#open)
      if (now >= until && holders === 0) this.#open.delete(id);
    return this.#open.size >= LIMITS.openApprovals;
  }

  /** One that this session knows. */
  find(id: string): ApprovalTicket | undefined {
    return this.#open.get(id)?.ticket;
  }

  /** One more call waits for it. True: nobody here had asked for it. */
  join(ticket: ApprovalTicket, until: number): boolean {
    const known = this.#open.get(ticket.id);
    if (known === undefined) this.#open.set(ticket.id, { ticket, until, holders: 1 });
    else known.holders += 1;
    return known === undefined;
  }

  /** One call waits no more. True: it was the last. */
  leave({ id }: ApprovalTicket): boolean {
    const known = this.#open.get(id);
    if (known === undefined) return true;
    known.holders -= 1;
    return known.holders <= 0;
  }

  /** It is decided, and has been used or never will be. */
  forget({ id }: ApprovalTicket): void {
    this.#open.delete(id);
  }
}
