import type { Approval, ApprovalDecision, Refused } from './approval.ts';

/** Where approvals are kept, for who looks at them and decides: this device, or a hub. */
export interface ApprovalSource {
  /** `this device`, or the hub's address. */
  readonly name: string;
  /** The oldest first: those that are open, or all there are. */
  list(options?: { readonly all?: boolean }): Promise<ListedApproval[]>;
  /** Undefined: there is none of that id here. */
  find(id: string): Promise<ListedApproval | undefined>;
  /**
   * Decides one; undefined: there is none of that id here. A source without it is decided elsewhere: in a browser, at the
   * address of each of its approvals.
   */
  readonly decide?: (id: string, word: Word) => Promise<Approval | Refused | undefined>;
  /** Calls back whenever something has changed, until closed. */
  listen(onChange: () => void): Promise<{ close(): void }>;
  close(): void;
}

/** What somebody says of an approval. */
export type Word = Pick<ApprovalDecision, 'verdict' | 'reason'>;

export interface ListedApproval {
  readonly approval: Approval;
  /** Name of the source. */
  readonly at: string;
  /** Where a browser shows and decides it; undefined: it is decided here. */
  readonly url: string | undefined;
  /** It can only be denied there: approving it takes this. */
  readonly lack?: string | undefined;
  /** Without its arguments, findings and restores, which `find` tells. */
  readonly isShort?: boolean;
}
