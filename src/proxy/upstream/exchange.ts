import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import type { EventCursor } from '../../core/jsonrpc/event-cursor.ts';
import type { HeaderFields, Lane } from '../../core/lane.ts';

/** One HTTP request to the server, and where what comes of it goes. */
export interface Exchange {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: HeaderFields;
  readonly lane: Lane;
  readonly body?: Uint8Array;
  /** Ours rather than an HTTP client's. */
  readonly own?: boolean;
  /** Aborted when its answer is no longer wanted. */
  readonly signal?: AbortSignal;
  readonly cursor: EventCursor;
  /** The whole body is on its way. */
  readonly onSent?: () => void;
}

/** Whether a message says that an answer is no longer wanted. */
export function isCancellation(body: Uint8Array): boolean {
  return parseMessage(body).messages.some(({ cancels }) => cancels !== undefined);
}

/** Whether a message is the first of a session, in the older revisions. */
export function opensSession(body: Uint8Array): boolean {
  return parseMessage(body).messages[0]?.method === 'initialize';
}

/** The ids of the requests in a body: those to whom an answer is owed. */
export function requestsIn(body: Uint8Array | undefined): string[] {
  if (body === undefined) return [];
  return parseMessage(body).messages.flatMap(({ kind, id }) =>
    kind === 'request' && id !== undefined ? [id] : [],
  );
}
