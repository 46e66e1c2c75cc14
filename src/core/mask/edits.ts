import { LIMITS } from '../limits.ts';
import { CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';

/** What `why` and `rule` an edit over several findings takes: the surest evidence first. */
const RANK = { known: 0, vendor: 1, structure: 2, context: 3, field: 4 } as const;

/**
 * Joins overlapping candidates, in the order of their starts. One that covers all others stands for them; otherwise the
 * edit is as wide as all of them together, so that no part of any secret is left. Known values in it are kept `apart`.
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
 * The known values of a joined candidate and what is left of it around them. A rest that hides nothing, as the `;` after
 * a password, stays as it is.
 */
export function takenApart(bytes: Uint8Array, candidate: Candidate): Candidate[] {
  const { apart } = candidate;
  if (apart === undefined) return [candidate];
  const rest = plain(candidate);
  const parts: Candidate[] = [];
  let from = candidate.start;
  for (const known of joinOverlapping(apart.toSorted(byStart))) {
    parts.push({ ...rest, start: from, end: known.start }, known);
    from = known.end;
  }
  parts.push({ ...rest, start: from });
  return parts.filter((part) => part.exact === true || isWorthHiding(bytes, part));
}

/** What is left between placeholders or known values counts as a secret from this many letters and digits on. */
const SMALLEST_REST = 4;

/** Whether enough stands there to be a secret, or a part of one. */
export function isWorthHiding(bytes: Uint8Array, { start, end }: { start: number; end: number }): boolean {
  let count = 0;
  for (let i = start; i < end; i++) count += CLASSES.alnum[bytes[i] as number] as number;
  return count >= SMALLEST_REST;
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
  if (a.exact !== b.exact) return a.exact === true ? around(b, a) : around(a, b);
  return withUnder(joinSpans(a, b), a, b);
}

function joinSpans(a: Candidate, b: Candidate): Candidate {
  const sameSpan = a.start === b.start && a.end === b.end;
  if (sameSpan) return spellingRank(a) <= spellingRank(b) ? a : b;
  if (a.start <= b.start && a.end >= b.end) return a;
  if (b.start <= a.start && b.end >= a.end) return b;
  const surer = plain(RANK[a.kind] <= RANK[b.kind] ? a : b);
  const apart = [...(a.apart ?? []), ...(b.apart ?? [])];
  const exact = a.exact === true && b.exact === true;
  return {
    ...surer,
    start: Math.min(a.start, b.start),
    end: Math.max(a.end, b.end, a.upTo ?? 0, b.upTo ?? 0),
    ...(apart.length > 0 && { apart }),
    ...(exact && { exact }),
  };
}

// What a guess by the surroundings says of a part is said of the whole; what is told by its own form is a secret in any case.
function withUnder(joined: Candidate, a: Candidate, b: Candidate): Candidate {
  const found = [a, b].filter((one) => one !== joined && one.kind !== 'context' && one.kind !== 'field');
  if (found.length === 0 && a.under === undefined && b.under === undefined) return joined;
  return { ...joined, under: { found: found.map(alone), more: [a.under, b.under] } };
}

function alone(candidate: Candidate): Candidate {
  return candidate.under === undefined ? candidate : { ...candidate, under: undefined };
}

/** What was found beneath a candidate, as far as it stands in `start..end`. */
export function foundUnder({ under, start, end }: Candidate): Candidate[] {
  const found: Candidate[] = [];
  const left = [under];
  for (let next = left.pop(); next !== undefined || left.length > 0; next = left.pop()) {
    found.push(...(next?.found ?? []));
    left.push(...(next?.more ?? []));
  }
  return found.filter((one) => one.start < end && one.end > start).map((one) => cutTo(one, { start, end }));
}

function cutTo(candidate: Candidate, { start, end }: { start: number; end: number }): Candidate {
  if (candidate.start >= start && candidate.end <= end) return candidate;
  const { rule, kind, why } = candidate;
  return { rule, kind, why, start: Math.max(start, candidate.start), end: Math.min(end, candidate.end) };
}

// Whatever else it is, it holds a known value as it is: so it is no encoding that could be taken apart.
function around(other: Candidate, known: Candidate): Candidate {
  return {
    ...plain(other),
    start: Math.min(other.start, known.start),
    end: Math.max(other.end, known.end),
    apart: [...(other.apart ?? []), known],
  };
}

/** What it is, and where, and what was found beneath: not how it is spelled, nor what it stands for. */
export function plain(candidate: Candidate): Candidate {
  const { rule, kind, start, end, why, under } = candidate;
  return { rule, kind, start, end, why, ...(under && { under }) };
}
