import type { Revision } from './suite.ts';

/** A difference that is none of the proxy's doing. One that no longer happens fails like any other. */
export interface Excuse {
  readonly revision: Revision;
  /** The end of the way's name. */
  readonly way: string;
  readonly check: string;
  readonly why: string;
}

const onStdio = (check: string, why: string): Excuse => ({
  revision: '2025-11-25',
  way: 'stdio server',
  check,
  why,
});

const NO_EVENTS = 'a server on stdio has no events to take up again; the revision does not ask for it';

export const EXCUSED: readonly Excuse[] = [
  onStdio(
    'server-sse-multiple-streams: server-sse-streams-functional',
    'what a server on stdio says in one message is answered as JSON, which the check allows',
  ),
  onStdio('server-sse-polling: server-sse-priming-event', NO_EVENTS),
  onStdio('server-sse-polling: server-sse-retry-field', NO_EVENTS),
  onStdio('server-sse-polling: server-sse-disconnect-resume', NO_EVENTS),
];
