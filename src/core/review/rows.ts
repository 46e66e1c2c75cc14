import type { Direction, Event } from '../session/event.ts';

/** What is known of an event without reading it again. */
export interface EventRow {
  readonly seq: number;
  readonly kind: Event['kind'];
  /** Milliseconds since 1970, by the clock of the recording machine. */
  readonly time: number;
  /** Microseconds since the session began. */
  readonly mono: number;
  readonly direction: Direction | undefined;
  /** The method of a message, the stream of output, the code of an error …; '' where there is none. */
  readonly label: string;
  readonly tool: string | undefined;
  /** How many secrets were found, the unlisted ones included. */
  readonly findings: number;
  readonly outcome: 'allow' | 'deny' | 'hold' | undefined;
  /** Of a message whose verdict is not a plain `allow`: by which rule. */
  readonly rule: string | undefined;
  /** It was not delivered: denied, unreadable, or nobody decided in time. */
  readonly isRefused: boolean;
  /** Bytes of the masked payload; undefined: there is none. */
  readonly payloadBytes: number | undefined;
  /** A later event says that its payload was removed. */
  readonly isRedacted: boolean;
}

/**
 * A line of the timeline: a call with all that belongs to it (the request, rounds of waiting and of input, its hold and
 * what was decided, the response), or an event that stands alone.
 */
export interface TimelineRow {
  /** From 0, in the order of their first events. */
  readonly at: number;
  readonly kind: 'call' | Event['kind'];
  /** All events of it, in order. */
  readonly seqs: readonly number[];
  readonly direction: Direction | undefined;
  readonly label: string;
  readonly tool: string | undefined;
  readonly mono: number;
  /** Of a call that was answered: from its request to its last response, microseconds. */
  readonly micros: number | undefined;
  readonly findings: number;
  /** The strictest of its events; a hold that was approved in the end is an `allow`. */
  readonly outcome: 'allow' | 'deny' | 'hold' | undefined;
  readonly rule: string | undefined;
  /** It was not delivered; of one that waited, also that nobody has decided and its client was told so. */
  readonly isRefused: boolean;
  /** It waited for somebody's approval. */
  readonly wasHeld: boolean;
  readonly isRedacted: boolean;
}
