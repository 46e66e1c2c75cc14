import type { Revision } from './suite.ts';

/** A difference that is none of the proxy's doing. One that no longer happens fails like any other. */
export interface Excuse {
  readonly revision: Revision;
  /** The end of the way's name. */
  readonly way: string;
  readonly check: string;
  readonly why: string;
}

// A server that knows nothing of Streamable HTTP.
const onOthers = (check: string, why: string): Excuse[] =>
  ['stdio server', 'SSE server'].map((way) => ({ revision: '2025-11-25', way, check, why }));

const NO_EVENTS =
  'a server on stdio or HTTP+SSE has no events to take up again; the revision does not ask for it';

export const EXCUSED: readonly Excuse[] = [
  ...onOthers(
    'server-sse-multiple-streams: server-sse-streams-functional',
    'what such a server says in one message is answered as JSON, which the check allows',
  ),
  ...onOthers('server-sse-polling: server-sse-priming-event', NO_EVENTS),
  ...onOthers('server-sse-polling: server-sse-retry-field', NO_EVENTS),
  ...onOthers('server-sse-polling: server-sse-disconnect-resume', NO_EVENTS),
  {
    revision: '2026-07-28',
    way: 'client',
    check: 'auth/resource-mismatch: authorization-server-metadata',
    why: 'hallpass refuses a server that calls itself another before it asks anybody else',
  },
];
