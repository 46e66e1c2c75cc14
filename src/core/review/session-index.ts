import type { EndBody, Envelope, StartBody, TerminalRecord } from '../session/event.ts';
import type { EventRow, TimelineRow } from './rows.ts';

/** Where the payload of an event is in the sidecar: the offset of its record. */
export interface PayloadPlace {
  readonly offset: number;
  readonly size: number;
}

/**
 * What a session of any length holds, small enough to stay in memory: for each event where it is and what it is about, and
 * the timeline made of them. Grows at its end only; what stands in a row may change until its call is answered.
 */
export interface SessionIndex {
  /** How many events there are. */
  readonly events: number;
  /** How many rows the timeline has. */
  readonly rows: number;
  readonly start: (StartBody & Envelope) | undefined;
  readonly end: (EndBody & Envelope) | undefined;
  /** The first thing wrong with the log; nothing after it is believed, or in here. */
  readonly problem: string | undefined;
  readonly totals: { readonly findings: number; readonly refused: number; readonly holds: number };
  /** Microseconds from the start to the last event. */
  readonly duration: number;
  event(seq: number): EventRow;
  row(at: number): TimelineRow;
  /** The row to which an event belongs. */
  rowOf(seq: number): number;
  /** The next row with findings, or (backwards) the one before; undefined: there is none. */
  nextFinding(row: number, backwards?: boolean): number | undefined;
  /** The rows whose method, tool, rule or kind has this text, in any case, in order. */
  rowsWith(text: string): readonly number[];
  /** The line of an event, without its newline. */
  lineAt(seq: number): { readonly offset: number; readonly length: number };
  payloadAt(seq: number): PayloadPlace | undefined;
  /** The size of its terminal after an event; undefined: it is not known, or there is none. */
  terminalAt(seq: number): TerminalRecord | undefined;
  /** The last event at or before so many microseconds; -1: none yet. */
  seqAt(mono: number): number;
}
