import { Column } from './column.ts';

/** The lines of the timeline: of each its events, as a chain, and what is asked of all lines at once. */
export class RowColumns {
  readonly #first = new Column('u32');
  readonly #last = new Column('u32');
  readonly #findings = new Column('wide');
  readonly #isCall = new Column('u32');
  readonly #wasHeld = new Column('u32');
  /** By event: the row, and the next event of it; 0: none, for the first event of a log belongs to no other. */
  readonly #rowOf = new Column('u32');
  readonly #next = new Column('u32');

  get length(): number {
    return this.#first.length;
  }

  /** Adds the next event of the log as a row of its own. */
  begin(isCall: boolean): number {
    const seq = this.#rowOf.length;
    this.#rowOf.push(this.length);
    this.#next.push(0);
    this.#first.push(seq);
    this.#last.push(seq);
    this.#findings.push(0);
    this.#isCall.push(isCall ? 1 : 0);
    this.#wasHeld.push(0);
    return this.length - 1;
  }

  /** Adds the next event of the log to a row there is. */
  join(row: number): void {
    const seq = this.#rowOf.length;
    this.#rowOf.push(row);
    this.#next.push(0);
    this.#next.set(this.#last.at(row), seq);
    this.#last.set(row, seq);
  }

  count(row: number, findings: number): void {
    this.#findings.set(row, this.#findings.at(row) + findings);
  }

  /** True: it is the first time that this is said of the row. */
  hold(row: number): boolean {
    if (this.#wasHeld.at(row) === 1) return false;
    this.#wasHeld.set(row, 1);
    return true;
  }

  rowOf(seq: number): number {
    return this.#rowOf.at(seq);
  }

  last(row: number): number {
    return this.#last.at(row);
  }

  isCall(row: number): boolean {
    return this.#isCall.at(row) === 1;
  }

  wasHeld(row: number): boolean {
    return this.#wasHeld.at(row) === 1;
  }

  findings(row: number): number {
    return this.#findings.at(row);
  }

  seqs(row: number): number[] {
    const seqs = [this.#first.at(row)];
    for (let seq = this.#next.at(this.#first.at(row)); seq !== 0; seq = this.#next.at(seq)) seqs.push(seq);
    return seqs;
  }
}
