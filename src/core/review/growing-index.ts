import { LIMITS } from '../limits.ts';
import type { EndBody, Envelope, StartBody, TerminalRecord } from '../session/event.ts';
import { parseLine } from '../session/line.ts';
import { PREFIX_BYTES } from '../session/payload.ts';
import { Belief } from './belief.ts';
import { type Brief, briefOf } from './brief.ts';
import { Calls } from './calls.ts';
import { EventColumns } from './event-columns.ts';
import { PayloadPlaces, type ReadAt } from './payload-places.ts';
import { quickBrief } from './quick-line.ts';
import { RowColumns } from './row-columns.ts';
import type { EventRow, TimelineRow } from './rows.ts';
import type { PayloadPlace, SessionIndex } from './session-index.ts';
import { TerminalSizes } from './terminal-sizes.ts';
import { timelineRow } from './timeline-row.ts';

const NOTHING = Buffer.alloc(0);
const ROWS_KEPT = 256;

/**
 * The index of a log, made line by line. Believes a line as `LogWalk` does, and keeps of each about a hundred bytes. Lines
 * and payloads may be anybody's.
 */
export class GrowingIndex implements SessionIndex {
  readonly #events = new EventColumns();
  readonly #rows = new RowColumns();
  readonly #calls = new Calls();
  readonly #places: PayloadPlaces;
  readonly #readPayloads: ReadAt;
  readonly #belief = new Belief();
  readonly #terminal = new TerminalSizes();
  #holds = 0;
  /** What was asked for last, and how far its row went then: a screen asks for the same rows again and again. */
  readonly #shown = new Map<number, { readonly last: number; readonly row: TimelineRow }>();

  /** `readPayloads` reads the sidecar; without it no payload is found. */
  constructor(readPayloads: ReadAt = () => NOTHING) {
    this.#readPayloads = readPayloads;
    this.#places = new PayloadPlaces(readPayloads);
  }

  get events(): number {
    return this.#events.length;
  }

  get rows(): number {
    return this.#rows.length;
  }

  get start(): (StartBody & Envelope) | undefined {
    return this.#belief.start;
  }

  get end(): (EndBody & Envelope) | undefined {
    return this.#belief.end;
  }

  get problem(): string | undefined {
    return this.#belief.problem;
  }

  get totals(): SessionIndex['totals'] {
    const { findings, refused } = this.#belief.counts;
    return { findings, refused, holds: this.#holds };
  }

  get duration(): number {
    return this.#belief.duration;
  }

  /** Takes the next line, without its newline, and where it is in the log. */
  append(line: Buffer, offset: number): void {
    if (this.#belief.problem !== undefined) return;
    const brief = quickBrief(line) ?? readBrief(line);
    if (this.#belief.admits(brief, this.events)) this.#take(brief, { offset, length: line.length });
  }

  /** What follows is not to be believed. */
  fail(problem: string): void {
    this.#belief.problem ??= problem;
  }

  /** The sidecar has become another, in which payloads were removed. */
  findPayloadsAnew(): void {
    this.#places.clear();
    for (let seq = 0; seq < this.events; seq += 1) {
      const size = this.#events.payloadBytes(seq);
      if (size !== undefined) this.#places.add(size);
    }
  }

  event(seq: number): EventRow {
    return this.#events.row(seq);
  }

  row(at: number): TimelineRow {
    const last = this.#rows.last(at);
    const known = this.#shown.get(at);
    if (known !== undefined && known.last === last) return known.row;
    const row = this.#newRow(at);
    if (this.#shown.size >= ROWS_KEPT) this.#shown.clear();
    this.#shown.set(at, { last, row });
    return row;
  }

  rowOf(seq: number): number {
    return this.#rows.rowOf(seq);
  }

  nextFinding(row: number, backwards = false): number | undefined {
    const step = backwards ? -1 : 1;
    for (let at = row + step; at >= 0 && at < this.rows; at += step)
      if (this.#rows.findings(at) > 0) return at;
    return undefined;
  }

  rowsWith(text: string): readonly number[] {
    const found = this.#events.words.with(text);
    const isCallFound = 'call'.includes(text.toLowerCase());
    const rows = new Set<number>();
    for (let seq = 0; seq < this.events; seq += 1) {
      const row = this.rowOf(seq);
      if ((isCallFound && this.#rows.isCall(row)) || this.#events.has(seq, found)) rows.add(row);
    }
    return [...rows].sort((a, b) => a - b);
  }

  lineAt(seq: number): { readonly offset: number; readonly length: number } {
    return this.#events.line(seq);
  }

  payloadAt(seq: number): PayloadPlace | undefined {
    const index = this.#events.payloadIndex(seq);
    return index === undefined ? undefined : this.#places.at(index);
  }

  terminalAt(seq: number): TerminalRecord | undefined {
    return this.#terminal.at(seq);
  }

  seqAt(mono: number): number {
    let low = 0;
    for (let high = this.events; low < high;) {
      const middle = Math.trunc((low + high) / 2);
      if (this.#events.mono(middle) <= mono) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #newRow(at: number): TimelineRow {
    const [first = 0, ...more] = this.#rows.seqs(at);
    const events = [this.event(first), ...more.map((seq) => this.event(seq))] as const;
    return timelineRow(events, {
      at,
      findings: this.#rows.findings(at),
      wasHeld: this.#rows.wasHeld(at),
      isCall: this.#rows.isCall(at),
    });
  }

  #take(brief: Brief, line: { offset: number; length: number }): void {
    if (brief.payloadBytes !== undefined) this.#places.add(brief.payloadBytes);
    this.#events.push(brief, line);
    const row = this.#place(brief);
    this.#rows.count(row, brief.counts.findings);
    this.#belief.take(brief);
    if (brief.event !== undefined) this.#terminal.take(brief.event);
    if (brief.kind === 'hold' && this.#rows.hold(row)) this.#holds += 1;
    if (brief.event?.kind === 'redact') this.#redact(brief.event.target);
  }

  #place(brief: Brief): number {
    const peek = (): Buffer | undefined => this.#peek(brief.seq);
    const place = this.#calls.place(brief, this.rows, peek);
    if (typeof place === 'string') return this.#rows.begin(place === 'new call');
    this.#rows.join(place.row);
    return place.row;
  }

  #peek(seq: number): Buffer | undefined {
    const place = this.payloadAt(seq);
    if (place === undefined || place.size > LIMITS.reviewPeekBytes) return undefined;
    return this.#readPayloads(place.offset + PREFIX_BYTES, place.size);
  }

  #redact(target: number): void {
    this.#events.redact(target);
    this.#shown.clear();
  }
}

function readBrief(line: Buffer): Brief | undefined {
  const event = parseLine(line);
  return event === undefined ? undefined : briefOf(event);
}
