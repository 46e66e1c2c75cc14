import { IdleGaps, lastAtMost } from './idle-gaps.ts';
import type { SessionIndex } from './session-index.ts';

/** What is marked on the line of a session's time. */
export type Mark = 'finding' | 'refused' | 'idle' | undefined;

/** A session along its time, to be replayed. Grows with its index; all times are microseconds since it began. */
export class ReplayTrack {
  gaps = new IdleGaps();
  duration = 0;
  /** When secrets were found, in order. */
  #findings: number[] = [];
  #refused: number[] = [];
  #seen = 0;
  #index: SessionIndex | undefined;

  /** Takes what is new in the index; all of it, where it is another one than before. */
  readOn(index: SessionIndex): void {
    if (index !== this.#index) this.#startAnew(index);
    for (; this.#seen < index.events; this.#seen += 1) {
      const { mono, findings, outcome, isRefused } = index.event(this.#seen);
      // Who wrote the log may have turned time back; here it never does.
      this.duration = Math.max(this.duration, mono);
      this.gaps.take(mono);
      if (findings > 0) this.#findings.push(this.duration);
      if (outcome === 'deny' || isRefused) this.#refused.push(this.duration);
    }
  }

  /** When the next secret was found, or (backwards) the one before; undefined: there is none. */
  nextFinding(mono: number, backwards = false): number | undefined {
    const before = lastAtMost(this.#findings, backwards ? mono - 1 : mono);
    return this.#findings[backwards ? before : before + 1];
  }

  /** Its time in so many cells: what each is marked with. What was refused hides a finding there. */
  marks(cells: number, skipsIdle: boolean): Mark[] {
    const marks = Array.from({ length: cells }, (_, cell): Mark => {
      const isIdle =
        skipsIdle && this.gaps.covers(this.#startOf(cell, cells), this.#startOf(cell + 1, cells));
      return isIdle ? 'idle' : undefined;
    });
    for (const mono of this.#findings) marks[this.cellOf(mono, cells)] = 'finding';
    for (const mono of this.#refused) marks[this.cellOf(mono, cells)] = 'refused';
    return marks;
  }

  /** In which of so many cells a time is. */
  cellOf(mono: number, cells: number): number {
    return this.duration === 0 ? 0 : Math.min(cells - 1, Math.floor((mono / this.duration) * cells));
  }

  #startAnew(index: SessionIndex): void {
    this.#index = index;
    this.gaps = new IdleGaps();
    [this.duration, this.#seen, this.#findings, this.#refused] = [0, 0, [], []];
  }

  #startOf(cell: number, cells: number): number {
    return (cell / cells) * this.duration;
  }
}
