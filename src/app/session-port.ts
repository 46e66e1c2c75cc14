import type { RecoveryOutcome, SessionSummary } from '../core/session/summary.ts';
import type { Evidence } from '../core/session/verify.ts';

/** A session's files, opened for reading. */
export interface OpenedSession extends Evidence {
  readonly files: { readonly log: string; readonly checkpoint: string; readonly signature: string };
  /** A hub's receipt, as it lies beside the log. */
  readonly receipt: string | undefined;
  close(): void;
}

/** The sessions of this machine, as far as looking at them goes. */
export interface Sessions {
  ids(): string[];
  recover(id: string): Promise<RecoveryOutcome>;
  summary(id: string, outcome: RecoveryOutcome): SessionSummary;
  open(id: string): OpenedSession;
  openFile(path: string): OpenedSession;
  /** False: it is being recorded. */
  remove(id: string): boolean;
  copy(id: string, directory: string): void;
}

/** A file read anywhere, also while it grows at its end. */
export interface Pages {
  /** Bytes there are now. */
  size(): number;
  /** At most so many bytes, fewer only at the end. Valid until the next call. */
  read(offset: number, length: number): Buffer;
  /** Fills the buffer as far as the file goes. Returns how many bytes came. */
  readInto(buffer: Buffer, offset: number): number;
}

/** Both files of a session, for who goes back and forth in them. */
export interface PagedSession {
  readonly log: Pages;
  readonly payloads: Pages;
  /** Opens what has taken the place of either, and says of which. */
  reopen(): { readonly log: boolean; readonly payloads: boolean };
  close(): void;
}
