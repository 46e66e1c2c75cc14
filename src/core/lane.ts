import type { ParsedMessage } from './jsonrpc/envelope.ts';
import type { SseEvent } from './jsonrpc/sse.ts';

/**
 * Where a message came in and where answers to it go out. stdio has one lane for good; over HTTP each request is a lane.
 */
export interface Lane {
  /** Requests and responses with equal ids belong together only within one scope. */
  readonly scope: string;
  /** Whose it is, where that isn't told by the scope: a session's, or, without sessions, everybody's who may connect. */
  readonly owner?: string;
  /** Aborted when the client has gone away. */
  readonly signal: AbortSignal;
  /** Sends a message toward the client. Resolves when more may come. A client that has gone away is no error. */
  send(bytes: Uint8Array, about?: Delivery): Promise<void>;
  /** Where a server on stdio speaks when it isn't answering; absent where that is this lane. */
  readonly session?: Lane;
  /** HTTP only: how the response begins. Before the first `send`. */
  open?(head: ResponseHead): void;
  /** HTTP only: the response has begun, so that no status can be given any more. */
  readonly hasBegun?: boolean;
  /** HTTP only: bytes between messages (comments, priming events), already masked. */
  sendBetween?(bytes: Uint8Array): Promise<void>;
  /** HTTP only: the server has no more to say here. */
  close?(): void;
  /** Where it is a whole session: its server is gone, and with it the session. */
  end?(): void;
}

/** What a lane may need to know of a message to find its way. */
export interface Delivery {
  readonly routing: ParsedMessage;
  /** The server-sent event it came in. */
  readonly event: SseEvent | undefined;
}

/** The beginning of an HTTP response. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: HeaderFields;
}

/** HTTP fields by lower-case name. */
export type HeaderFields = Readonly<Record<string, string>>;

/** The owner of requests without a session. All who make them show the same local token, and are one to the server. */
export const SESSIONLESS = 'without a session';

/** Who is behind a lane: what one has been told of is nobody else's. */
export function ownerOf({ owner, scope }: Lane): string {
  return owner ?? scope;
}
