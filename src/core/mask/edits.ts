import { LIMITS } from '../limits.ts';
import type { Candidate } from './candidate.ts';

/** What `why` and `rule` an edit over several findings takes: the surest evidence first. */
const RANK = { known: 0, vendor: 1, structure: 2, context: 3, field: 4 } as const;

/**
 * Joins overlapping candidates, in the order of their starts. One that covers all others stands for them; otherwise the
 * edit is as wide as all of them together, so that no part of any secret is left.
 */
export function joinOverlapping(sorted: readonly Candidate[]): Candidate[] {
  const joined: Candidate[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (last === undefined || next.start >= last.end) joined.push(next);
    else if (next.end - last.start <= LIMITS.editBytes)
      joined[joined.length - 1] = join(last, startingAt(next, last.start));
    else if (next.end > last.end) joined.push(startingAt(next, last.end));
  }
  return joined;
}

/** The candidate without what lies before `start`; what is left of an encoded one is hidden as it is. */
export function startingAt(candidate: Candidate, start: number): Candidate {
  return candidate.start >= start ? candidate : { ...plain(candidate), start };
}

/**
 * Sorts by start, where two start together the longer first, then the surer. The order is total: what comes out does not
 * depend on who found something first.
 */
export function byStart(a: Candidate, b: Candidate): number {
  return (
    a.start - b.start ||
    b.end - a.end ||
    RANK[a.kind] - RANK[b.kind] ||
    spellingRank(a) - spellingRank(b) ||
    byId(a, b)
  );
}

// Plain wins over encoded: what a field rule hides whole would otherwise be hidden again the next time.
function spellingRank({ spelling }: Candidate): number {
  if (spelling === undefined) return 0;
  return spelling.as === 'token' ? 1 : 2;
}

function byId(a: Candidate, b: Candidate): number {
  if (a.rule === b.rule) return a.why < b.why ? -1 : 1;
  return a.rule < b.rule ? -1 : 1;
}

function join(a: Candidate, b: Candidate): Candidate {
  const sameSpan = a.start === b.start && a.end === b.end;
  if (sameSpan) return spellingRank(a) <= spellingRank(b) ? a : b;
  if (a.start <= b.start && a.end >= b.end) return a;
  if (b.start <= a.start && b.end >= a.end) return b;
  const surer = RANK[a.kind] <= RANK[b.kind] ? a : b;
  return { ...plain(surer), start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

function plain(candidate: Candidate): Candidate {
  const { rule, kind, start, end, why } = candidate;
  return { rule, kind, start, end, why };
}
