import type { Candidate } from '../candidate.ts';
import type { Window } from '../window.ts';
import type { CentralPattern, PatternMatch } from './pattern.ts';

/** Bytes beside a place that tell whether a word ends there: one character. */
const BESIDE = 4;

interface Range {
  /** A match may begin here … */
  readonly from: number;
  /** … up to and including here. */
  to: number;
}

/**
 * Looks for one pattern in a text that may arrive in pieces. Where matches may begin depends on where its literals stand
 * alone, and whether one begins there is only asked when all it could depend on has arrived; so what is found does not
 * depend on the pieces. Each byte is looked at a bounded number of times, however many literals there are.
 */
export class PatternSearch {
  readonly #pattern: CentralPattern;
  /** Whether a match begins before this is decided. */
  #cursor = 0;
  /** Where matches may begin and it is not decided; in order. */
  #ranges: Range[] = [];

  constructor(pattern: CentralPattern) {
    this.#pattern = pattern;
  }

  /**
   * Takes where literals stand, all but those whose matches begin at `open` or later, and decides what can be decided. Returns
   * from where on matches may still begin.
   */
  advance(
    window: Window,
    { marks, open }: { marks: readonly number[]; open: number },
    found: Candidate[],
  ): number {
    const { longest, lead, literals } = this.#pattern;
    const isSwept = literals.length === 0;
    const known = isSwept || window.final ? window.end : open - 1;
    const decided = window.final ? window.end : Math.min(known, window.end - longest - BESIDE);
    if (isSwept) this.#ranges = [{ from: this.#cursor, to: window.end }];
    else this.#add(marks, lead);
    this.#decideUntil(window, decided, found);
    this.#cursor = Math.max(this.#cursor, decided + 1);
    const next = Math.min(this.#ranges[0]?.from ?? Infinity, known + 1);
    const from = Math.min(window.end, Math.max(this.#cursor, next));
    return isSwept ? this.#firstFrom(window, from) : from;
  }

  // What a match can't begin with holds up nothing.
  #firstFrom({ bytes, end }: Window, from: number): number {
    let at = from;
    while (at < end && this.#pattern.first[bytes[at] as number] !== 1) at++;
    return at;
  }

  shift(count: number): void {
    this.#cursor -= count;
    this.#ranges = this.#ranges.map(({ from, to }) => ({ from: from - count, to: to - count }));
  }

  // Literals that were told of before are told of again while what stands around them is undecided.
  #add(marks: readonly number[], lead: number): void {
    if (marks.length === 0) return;
    const fresh = marks.map((at) => ({ from: Math.max(0, at - lead), to: at }));
    const sorted = [...this.#ranges, ...fresh].toSorted((a, b) => a.from - b.from);
    this.#ranges = [];
    for (const { from, to } of sorted) {
      const last = this.#ranges.at(-1);
      if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
      else this.#ranges.push({ from, to });
    }
  }

  #decideUntil(window: Window, decided: number, found: Candidate[]): void {
    const ready = this.#ranges.filter(({ from }) => from <= decided);
    for (const run of closeRuns(ready, this.#pattern.longest)) {
      const last = run.at(-1);
      if (last !== undefined) this.#decide(window, run, { to: Math.min(last.to, decided), found });
    }
    this.#ranges = this.#ranges.filter(({ to }) => to > decided);
  }

  #decide(window: Window, run: readonly Range[], { to, found }: { to: number; found: Candidate[] }): void {
    const { find, longest, rule, why } = this.#pattern;
    const end = Math.min(window.end, to + longest + BESIDE);
    let range = 0;
    for (let at = Math.max(run[0]?.from ?? 0, this.#cursor); at <= to;) {
      const match = isInside(window, at) ? INSIDE : find(window.bytes, at, end);
      if (match === undefined || match.start > to) return;
      const start = Math.max(at, match.start);
      while ((run[range]?.to ?? Infinity) < start) range++;
      if (match === INSIDE || isInside(window, start) || start < (run[range]?.from ?? 0)) {
        at = start + 1;
        continue;
      }
      found.push({ ...match.secret, rule, kind: 'structure', why });
      at = match.end;
      this.#cursor = at;
    }
  }
}

// What lies close together is looked through at once.
function closeRuns(ranges: readonly Range[], gap: number): Range[][] {
  const runs: Range[][] = [];
  let end = -Infinity;
  for (const range of ranges) {
    if (range.from > end + gap) runs.push([range]);
    else runs.at(-1)?.push(range);
    end = range.to;
  }
  return runs;
}

const INSIDE: PatternMatch = { start: -1, end: -1, secret: { start: -1, end: -1 } };

// Characters begin where their first byte is; a stray byte of UTF-8 begins none.
function isInside({ bytes, end }: Window, at: number): boolean {
  return at < end && ((bytes[at] as number) & 0xc0) === 0x80;
}
