import type { FindingRecord, Event } from '../session/event.ts';
import type { ReadPayload } from '../session/payload-reader.ts';
import type { SessionSummary } from '../session/summary.ts';
import type { Verification } from '../session/verify.ts';
import type { SessionIndex } from './session-index.ts';

/** Where sessions are, for who looks at them: this machine, or a hub. */
export interface ReviewSource {
  /** `this machine`, or the hub's address. */
  readonly name: string;
  /** Sessions of several people; of none is more known than its line says. */
  readonly isShared: boolean;
  /** Newest first, page by page where there are many. */
  list(): AsyncIterable<ListedSession>;
  /** What costs more than a look at both ends of a log, for those that are in sight; undefined: nothing more is known. */
  badges(id: string): Promise<SessionBadges | undefined>;
  /** Calls back whenever the list may be another, until closed. */
  listen(onChange: () => void): { close(): void };
  /** Throws ERR_NO_SUCH_SESSION and what reading throws. */
  open(id: string): Promise<ReviewedSession>;
  /** What can be done with a session there. */
  readonly acts: ReviewActs;
  /** Whatever is open ends with it. */
  close(): void;
}

/** A line of the list: a summary, and no proof of anything. */
export interface ListedSession extends Omit<SessionSummary, 'state'> {
  /** `open`, `closed`, `abandoned`, `corrupt`; at a hub `open`, `abandoned`, `accepted`, `quarantined`. */
  readonly state: string;
}

export interface SessionBadges {
  readonly findings: number;
  /** What was not delivered: unreadable, or denied. */
  readonly refused: number;
  /** Calls that waited for somebody's approval. */
  readonly holds: number;
  /** A seal is there; whether it is good only verifying says. */
  readonly isSealed: boolean;
  /** The hub has it, proven by a receipt; or some of it, or it waits for the hub; or none. */
  readonly upload: 'uploaded' | 'partly' | 'waiting' | 'none';
}

/** A session, opened: what is in its log may have been written by anybody. It may still grow. */
export interface ReviewedSession {
  readonly id: string;
  /** It is being recorded now. */
  readonly isLive: boolean;
  /** Grows by `readOn`. */
  readonly index: SessionIndex;
  /** Reads all that is there by now into the index, in pieces between which others have their turn. True: there was more. */
  readOn(signal: AbortSignal): Promise<boolean>;
  /** Calls back when there may be more to read, until closed. */
  listen(onGrowth: () => void): { close(): void };
  /** An event as it was recorded. Only of those in the index. */
  event(seq: number): Event;
  /** Its payload, at most so many bytes of it from `from` on; undefined: it has none. */
  payload(seq: number, limit: number, from?: number): ReadPayload | undefined;
  /** The first event from `from` on (or, `backwards`, before it) whose line or payload has this text, in any case. */
  search(
    text: string,
    options: { readonly from: number; readonly backwards?: boolean; readonly signal: AbortSignal },
  ): Promise<number | undefined>;
  /** Checks every claim, in pieces between which others have their turn. */
  verify(signal: AbortSignal): Promise<Verification>;
  close(): void;
}

/** What a person can do with sessions. What is missing can't be done there. Each says, in a sentence, what it did, or throws. */
export interface ReviewActs {
  /** Throws why nothing can be removed from the session or added to it, before anybody is asked for a reason or a remark. */
  readonly amendable?: (id: string) => Promise<void>;
  /** Removes payloads for good, before upload; their commitments stay, and the log says why. */
  readonly redact?: (id: string, targets: readonly number[], reason: string) => Promise<string>;
  /** Adds a remark to the sealed log, of an event or of the session as a whole; secrets in it are masked. */
  readonly note?: (id: string, text: string, target: number | undefined) => Promise<string>;
  readonly upload?: (id: string) => Promise<string>;
  readonly remove?: (id: string) => Promise<string>;
  /** Writes the session out, into the working directory. */
  readonly export?: (id: string, format: ExportFormat) => Promise<string>;
  /** Lets what was found there pass in future: first what would be written, then it is. */
  readonly allow?: (id: string, finding: FindingRecord) => Promise<AllowPlan>;
}

export type ExportFormat = 'json' | 'bundle' | 'asciicast';

export interface AllowPlan {
  /** What it means, in a sentence or two. */
  readonly means: string;
  readonly file: string;
  /** The change, a line each, beginning with `+ `, `- ` or two blanks. */
  readonly diff: readonly string[];
  /** Writes it. */
  readonly write: () => Promise<string>;
}
