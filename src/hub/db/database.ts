import type { Approval } from '../../core/approvals/approval.ts';
import type { Claim } from '../../core/session/verify.ts';
import type { Head } from '../../core/tlog/proof.ts';

/**
 * What the hub remembers, besides the bytes of sessions. SQLite implements it (sqlite.ts); another database has to keep
 * the same promises: each call is one transaction, durable when it resolves.
 */
export interface Database {
  readonly revocations: Revocations;
  readonly proofs: Proofs;
  readonly sessions: Sessions;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
  readonly approvals: Approvals;
  readonly outbox: Outbox;
  readonly browsers: Browsers;
  /** A fact about this hub that never changes; the first call decides it. */
  settle(name: string, value: string): Promise<string>;
  close(): Promise<void>;
}

export interface Revocations {
  /** `expires`: seconds since 1970, when the token ends anyway and may be forgotten. */
  add(jti: string, expires: number): Promise<void>;
  has(jti: string): Promise<boolean>;
  /** Forgets those that expired before `now`, in seconds. */
  sweep(now: number): Promise<void>;
}

export interface Proofs {
  /** Notes that a proof was used. False: it had been before. `expires`, `now`: seconds; what expired before `now` is forgotten. */
  use(digest: string, expires: number, now: number): Promise<boolean>;
}

export type UploadState = 'open' | 'accepted' | 'quarantined';
export type UploadFile = 'log' | 'payloads';

/** What is known of a session from its log, once it is accepted. */
export interface SessionFacts {
  readonly kind: string | null;
  readonly connection: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly events: number | null;
  readonly findings: number | null;
}

export interface StoredSession extends SessionFacts {
  readonly id: string;
  /** `<issuer>|<sub>` of whoever first wrote to it. */
  readonly owner: string;
  readonly subject: string;
  readonly state: UploadState;
  /** Bytes on the disk, from the first on. */
  readonly log: number;
  readonly payloads: number;
  /** As accepted, or as refused for good. */
  readonly seal: { readonly checkpoint: string; readonly signature: string } | undefined;
  /** When it last sent something, milliseconds since 1970. */
  readonly heardAt: number;
  /** Why it is quarantined. */
  readonly claims: readonly Claim[];
}

export interface NewSession {
  readonly id: string;
  readonly owner: string;
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Sessions {
  find(id: string): Promise<StoredSession | undefined>;
  /** Finds or creates. Undefined: the owner has `limit` open ones already. */
  begin(session: NewSession, limit: number): Promise<StoredSession | undefined>;
  /** Notes that the file's first `bytes` bytes are on the disk. `now`: milliseconds. */
  hold(id: string, file: UploadFile, held: { readonly bytes: number; readonly now: number }): Promise<void>;
  quarantine(id: string, seal: NonNullable<StoredSession['seal']>, claims: readonly Claim[]): Promise<void>;
  /** Newest first; only those of `owner` if given, only those begun before session `before` if given. */
  list(query: { owner?: string; before?: string; limit: number }): Promise<StoredSession[]>;
}

/** A checkpoint of a session that had not ended, accepted by the hub. */
export interface RunningCheckpoint {
  /** Lines of the log, and the bytes that they have. */
  readonly size: number;
  readonly bytes: number;
  /** Roots of the full subtrees over them (`MerkleTree.of`). */
  readonly subtrees: Buffer;
  readonly checkpoint: string;
  readonly signature: string;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** The hub's own, with that time: `cosign`. */
  readonly cosignature: string;
}

/** What is known of a session while it runs. */
export type RunningFacts = Pick<SessionFacts, 'kind' | 'connection' | 'started_at'>;

export interface Checkpoints {
  /** The newest one. */
  find(session: string): Promise<RunningCheckpoint | undefined>;
  /** Puts one in the place of the one of `before` lines (none: 0), if that is still there and the session open. */
  replace(session: string, before: number, next: RunningCheckpoint & RunningFacts): Promise<boolean>;
}

/** A leaf of the transparency log. */
export interface LogEntry {
  readonly index: number;
  readonly leaf: Buffer;
}

export interface Acceptance {
  readonly session: string;
  readonly seal: NonNullable<StoredSession['seal']>;
  readonly facts: SessionFacts;
  readonly leaf: Buffer;
  /** Signs the log's new head. */
  readonly sign: (head: Head) => string;
}

export interface SignedHead extends Head {
  /** The checkpoint as a signed note. */
  readonly note: string;
}

export interface Log {
  /**
   * Marks the session accepted, appends its leaf and stores the signed new head, all or nothing. A session has one leaf
   * for ever: where there is one already, it is returned and nothing changes.
   */
  accept(acceptance: Acceptance): Promise<LogEntry>;
  entry(session: string): Promise<LogEntry | undefined>;
  /** Undefined: the log is empty. */
  head(): Promise<SignedHead | undefined>;
  /** The root over the first `size` leaves. */
  root(size: number): Promise<Buffer>;
  inclusion(index: number, size: number): Promise<Buffer[]>;
  consistency(from: number, to: number): Promise<Buffer[]>;
}

export interface StoredApproval extends Approval {
  /** `<issuer>|<sub>` of who asked. */
  readonly owner: string;
  /** Named by whoever used it up, who may ask again whether they did. */
  readonly use?: string;
}

/** One without the arguments, which may be long. */
export type ListedApproval = Omit<StoredApproval, 'presented'>;

/** What an approval becomes. `messages` are put into the outbox with it, all or nothing. */
export interface ApprovalChange<T> {
  /** Undefined: it stays as it is. */
  readonly next?: StoredApproval | undefined;
  readonly messages?: readonly Message[];
  readonly result: T;
}

export interface Approvals {
  /**
   * Finds the one of this owner and binding that is pending, or approved and not used; else stores this one. Undefined: the
   * owner has `limit` pending ones already.
   */
  begin(
    approval: StoredApproval,
    input: { readonly now: number; readonly limit: number; readonly messages: readonly Message[] },
  ): Promise<{ readonly approval: StoredApproval; readonly isNew: boolean } | undefined>;
  find(id: string): Promise<StoredApproval | undefined>;
  /** Changes one; nobody else does meanwhile. Undefined: there is none of that id. */
  change<T>(id: string, work: (approval: StoredApproval) => ApprovalChange<T>): Promise<T | undefined>;
  /** All that are pending or approved at `now`, and the newest `limit` of the others. Newest first. */
  list(now: number, limit: number): Promise<ListedApproval[]>;
  /** Forgets those that ran out before `before`, milliseconds. */
  sweep(before: number): Promise<void>;
}

/** A browser that is signed in to the hub's pages. */
export interface StoredBrowser {
  /** SHA-256 of its cookie, hex: who reads the database finds no cookies. */
  readonly digest: string;
  readonly subject: string;
  readonly groups: readonly string[];
  /** When they proved who they are, milliseconds since 1970, and when they are to sign in again. */
  readonly authTime: number;
  readonly expires: number;
}

export interface Browsers {
  /** Forgets those that ran out by `now`, and of more than `limit` the oldest. */
  put(browser: StoredBrowser, input: { readonly now: number; readonly limit: number }): Promise<void>;
  find(digest: string): Promise<StoredBrowser | undefined>;
  remove(digest: string): Promise<void>;
}

/** A webhook that is still to be delivered. */
export interface Message {
  readonly id: string;
  /** Its name in the configuration. */
  readonly webhook: string;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly dueAt: number;
  /** How often it has been tried. */
  readonly tries: number;
}

export interface Outbox {
  /** Those of a webhook to be delivered next, the most urgent first. */
  next(webhook: string, limit: number): Promise<Message[]>;
  /** It failed, and is to be tried again at `dueAt`. */
  postpone(id: string, dueAt: number): Promise<void>;
  remove(id: string): Promise<void>;
  /** Forgets those of webhooks that are not among these. */
  keepOnly(webhooks: readonly string[]): Promise<void>;
}
