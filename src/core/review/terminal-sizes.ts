import type { Event, TerminalRecord } from '../session/event.ts';
import { lastAtMost } from './idle-gaps.ts';

/** How large the terminal of a session was, and when that changed. */
export class TerminalSizes {
  readonly #seqs: number[] = [];
  readonly #sizes: TerminalRecord[] = [];

  /** Takes an event of the session, the next that says so. */
  take(event: Event): void {
    const size = sizeIn(event);
    if (size === undefined) return;
    this.#seqs.push(event.seq);
    this.#sizes.push(size);
  }

  /** After an event; undefined: there was no terminal, or nobody has said. */
  at(seq: number): TerminalRecord | undefined {
    return this.#sizes[lastAtMost(this.#seqs, seq)];
  }
}

/** The size that a terminal has from an event on; undefined: the one before. */
export function sizeIn(event: Event): TerminalRecord | undefined {
  if (event.kind === 'start') return event.terminal;
  return event.kind === 'output' ? event.resized : undefined;
}

/** As people say it. */
export function sizeText({ columns, rows }: TerminalRecord): string {
  return `${columns} by ${rows}`;
}
