import type { Brief } from './brief.ts';
import { Column } from './column.ts';
import type { EventRow } from './rows.ts';
import { Words } from './words.ts';

const DIRECTIONS = [undefined, 'to_server', 'to_client'] as const;
const OUTCOMES = [undefined, 'allow', 'deny', 'hold'] as const;

/** What is kept of each event: numbers, and the numbers of words. */
export class EventColumns {
  readonly words = new Words();
  readonly #offset = new Column('wide');
  readonly #length = new Column('u32');
  readonly #time = new Column('wide');
  readonly #mono = new Column('wide');
  readonly #kind = new Column('u32');
  readonly #label = new Column('u32');
  readonly #tool = new Column('u32');
  readonly #rule = new Column('u32');
  readonly #findings = new Column('wide');
  /** Direction, outcome, whether it was refused and whether it was redacted. */
  readonly #marks = new Column('u32');
  /** Bytes of the payload and one more; 0: there is none. */
  readonly #payload = new Column('wide');
  /** How many payloads came before. */
  readonly #payloads = new Column('u32');
  #payloadCount = 0;

  get length(): number {
    return this.#offset.length;
  }

  push(brief: Brief, line: { readonly offset: number; readonly length: number }): void {
    const { words } = this;
    this.#offset.push(line.offset);
    this.#length.push(line.length);
    this.#time.push(brief.time);
    this.#mono.push(brief.mono);
    this.#kind.push(words.code(brief.kind));
    this.#label.push(words.code(brief.label));
    this.#tool.push(words.code(brief.tool));
    this.#rule.push(words.code(brief.rule));
    this.#findings.push(brief.counts.findings);
    const refused = brief.counts.refused === 0 ? 0 : REFUSED;
    this.#marks.push(DIRECTIONS.indexOf(brief.direction) + 4 * OUTCOMES.indexOf(brief.outcome) + refused);
    this.#payload.push(brief.payloadBytes === undefined ? 0 : brief.payloadBytes + 1);
    this.#payloads.push(this.#payloadCount);
    if (brief.payloadBytes !== undefined) this.#payloadCount += 1;
  }

  redact(seq: number): void {
    const marks = this.#marks.at(seq);
    this.#marks.set(seq, marks >= REDACTED ? marks : marks + REDACTED);
  }

  row(seq: number): EventRow {
    const { words } = this;
    const marks = this.#marks.at(seq);
    return {
      seq,
      // Only kinds of events were put there.
      kind: words.word(this.#kind.at(seq)) as EventRow['kind'],
      time: this.#time.at(seq),
      mono: this.#mono.at(seq),
      direction: DIRECTIONS[marks % 4],
      label: words.word(this.#label.at(seq)),
      tool: this.#word(this.#tool.at(seq)),
      findings: this.#findings.at(seq),
      outcome: OUTCOMES[Math.trunc(marks / 4) % 4],
      rule: this.#word(this.#rule.at(seq)),
      isRefused: marks % REDACTED >= REFUSED,
      payloadBytes: this.payloadBytes(seq),
      isRedacted: marks >= REDACTED,
    };
  }

  payloadBytes(seq: number): number | undefined {
    const size = this.#payload.at(seq);
    return size === 0 ? undefined : size - 1;
  }

  /** Which payload of the log is that of this event, from 0. */
  payloadIndex(seq: number): number | undefined {
    return this.#payload.at(seq) === 0 ? undefined : this.#payloads.at(seq);
  }

  line(seq: number): { readonly offset: number; readonly length: number } {
    return { offset: this.#offset.at(seq), length: this.#length.at(seq) };
  }

  mono(seq: number): number {
    return this.#mono.at(seq);
  }

  /** Whether the words of an event are among those that `Words.with` has found. */
  has(seq: number, found: readonly boolean[]): boolean {
    return [this.#label, this.#tool, this.#rule, this.#kind].some((column) => found[column.at(seq)] === true);
  }

  #word(code: number): string | undefined {
    return code === 0 ? undefined : this.words.word(code);
  }
}

const REFUSED = 16;
const REDACTED = 32;
