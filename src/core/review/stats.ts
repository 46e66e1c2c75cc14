import type { EventRow } from './rows.ts';
import type { SessionIndex } from './session-index.ts';
import { plainCallOf, type CallSum } from './plain-calls.ts';

/** How often something was used, and what came of it. */
export interface ToolStats {
  readonly name: string;
  readonly calls: number;
  readonly findings: number;
  readonly refused: number;
}

/** What a session comes to, by its index alone. Times are microseconds. */
export interface SessionStats {
  readonly duration: number;
  readonly events: number;
  /** Requests, and of a command how often it wrote. */
  readonly calls: number;
  readonly writes: number;
  readonly findings: number;
  /** Of what a policy had a say in, each once; `held`: how many of them waited for somebody. */
  readonly verdicts: Verdicts;
  /** Bytes of payloads, all masked. */
  readonly bytes: Bytes;
  /** How long answered calls took, sorted. */
  readonly took: Float64Array;
  /** By tool, or method where there is none; the most used first. */
  readonly tools: readonly ToolStats[];
  /** For each part of its time: what went by, and secrets that were found. */
  readonly busy: readonly number[];
  readonly found: readonly number[];
}

interface Verdicts {
  readonly allow: number;
  readonly deny: number;
  readonly hold: number;
  readonly held: number;
}

interface Bytes {
  readonly toServer: number;
  readonly toClient: number;
  readonly output: number;
}

/** Sums a session up; its time is looked at in so many parts. */
export function statsOf(index: SessionIndex, parts: number): SessionStats {
  const sums = new Sums(index, parts);
  for (let seq = 0; seq < index.events; seq += 1) sums.take(index.event(seq));
  return sums.stats();
}

/** Rows are asked for only where it takes that: of most calls, which are a request and its answer, events tell enough. */
class Sums {
  readonly #index: SessionIndex;
  readonly #eventsOf: Uint32Array;
  /** Requests of which the answer is yet to come, by row. */
  readonly #asked = new Map<number, EventRow>();
  readonly #rows = new Set<number>();
  readonly #tools = new Map<string, { name: string; calls: number; findings: number; refused: number }>();
  readonly #took: number[] = [];
  readonly #verdicts = { allow: 0, deny: 0, hold: 0, held: 0 };
  readonly #bytes = { toServer: 0, toClient: 0, output: 0 };
  readonly #busy: number[];
  readonly #found: number[];
  #calls = 0;
  #writes = 0;
  #findings = 0;

  constructor(index: SessionIndex, parts: number) {
    this.#index = index;
    this.#busy = Array.from({ length: parts }, () => 0);
    this.#found = Array.from({ length: parts }, () => 0);
    this.#eventsOf = new Uint32Array(index.rows);
    for (let seq = 0; seq < index.events; seq += 1) {
      const row = index.rowOf(seq);
      this.#eventsOf[row] = (this.#eventsOf[row] ?? 0) + 1;
    }
  }

  take(event: EventRow): void {
    const part = this.#partOf(event.mono);
    this.#findings += event.findings;
    this.#found[part] = (this.#found[part] ?? 0) + event.findings;
    if (BUSY.has(event.kind)) this.#busy[part] = (this.#busy[part] ?? 0) + 1;
    if (event.kind === 'output') this.#writes += 1;
    this.#weigh(event);
    if (JUDGED.has(event.kind)) this.#judge(event);
  }

  stats(): SessionStats {
    // A request whose answer was something else, too.
    for (const row of [...this.#rows, ...this.#asked.keys()]) this.#count(this.#index.row(row));
    return {
      duration: this.#index.duration,
      events: this.#index.events,
      calls: this.#calls,
      writes: this.#writes,
      findings: this.#findings,
      verdicts: this.#verdicts,
      bytes: this.#bytes,
      took: Float64Array.from(this.#took).sort(),
      tools: [...this.#tools.values()].toSorted((one, other) => other.calls - one.calls),
      busy: this.#busy,
      found: this.#found,
    };
  }

  #partOf(mono: number): number {
    const { duration } = this.#index;
    const last = this.#busy.length - 1;
    return duration === 0 ? 0 : Math.max(0, Math.min(last, Math.floor((mono / duration) * (last + 1))));
  }

  #weigh({ kind, direction, payloadBytes = 0 }: EventRow): void {
    if (kind === 'output' || kind === 'stderr') this.#bytes.output += payloadBytes;
    else if (direction === 'to_server') this.#bytes.toServer += payloadBytes;
    else if (direction === 'to_client') this.#bytes.toClient += payloadBytes;
  }

  #judge(event: EventRow): void {
    const row = this.#index.rowOf(event.seq);
    if (this.#eventsOf[row] !== 2) return void this.#rows.add(row);
    const asked = this.#asked.get(row);
    if (asked === undefined) return void this.#asked.set(row, event);
    this.#asked.delete(row);
    const call = plainCallOf(asked, event);
    if (call === undefined) this.#rows.add(row);
    else this.#count(call);
  }

  #count({ kind, label, tool, micros, findings, outcome, isRefused, wasHeld }: CallSum): void {
    if (outcome !== undefined) this.#verdicts[outcome] += 1;
    if (wasHeld) this.#verdicts.held += 1;
    if (kind !== 'call') return;
    this.#calls += 1;
    if (micros !== undefined) this.#took.push(micros);
    const name = tool === undefined || tool === '' ? label : tool;
    const sums = this.#tools.get(name) ?? { name, calls: 0, findings: 0, refused: 0 };
    sums.calls += 1;
    sums.findings += findings;
    if (outcome === 'deny' || isRefused) sums.refused += 1;
    this.#tools.set(name, sums);
  }
}

const BUSY: ReadonlySet<string> = new Set<EventRow['kind']>(['message', 'refused', 'output']);
const JUDGED: ReadonlySet<string> = new Set<EventRow['kind']>(['message', 'refused', 'hold', 'decision']);
