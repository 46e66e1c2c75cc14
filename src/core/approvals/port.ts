import type { ApprovalAsk, ApprovalDecision, ApprovalState } from './approval.ts';

/** Who keeps approvals: this device, or a hub. */
export interface ApprovalPort {
  /** Whether an agent with a shell on this device could give the word itself. */
  readonly unattendedPossible: boolean;
  /**
   * Asks, once for one binding: an approved, unused one is found again, also after a restart; one that is pending is joined.
   *
   * @throws {HallpassError} when it could not be asked; the call is then refused
   */
  request(ask: ApprovalAsk): Promise<ApprovalTicket>;
}

/** One approval, as who waits for it holds it. */
export interface ApprovalTicket {
  readonly id: string;
  /** Where a person sees and decides it; undefined: on this device, with `hallpass approvals`. */
  readonly url: string | undefined;
  /** It can only be denied there: approving it takes this. */
  readonly lack?: string | undefined;
  /**
   * Resolves as soon as it is no longer pending, and with `pending` after so many milliseconds or when aborted. A keeper out
   * of reach is no answer: it stays pending.
   */
  wait(ms: number, signal?: AbortSignal): Promise<ApprovalState>;
  /** Uses it up, for one call only. False: not approved, or used already. */
  consume(): Promise<boolean>;
  /** Nobody waits any more. Never throws. */
  cancel(): Promise<void>;
  /** What has been said so far, for the record. */
  decisions(): readonly ApprovalDecision[];
}
