import type { Candidate } from './candidate.ts';
import { isWorthHiding, plain } from './edits.ts';
import { spellingsOf } from './known-patterns.ts';
import type { Window } from './window.ts';

/** End of the issued placeholder that begins at `at`, or -1. */
export type IssuedEnd = (bytes: Uint8Array, at: number, end: number) => number;

const MARK = Buffer.from('hpm_');
const LONGEST_PLACEHOLDER = 128;

/**
 * The candidate without the placeholders in it: they are secrets hidden already. What is left of a candidate that was more
 * than a placeholder is still masked.
 */
export function withoutIssued(window: Window, candidate: Candidate, issuedEnd: IssuedEnd): Candidate[] {
  if (!window.hasMark(Math.max(0, candidate.start - LONGEST_PLACEHOLDER), candidate.end)) return [candidate];
  const issued = [...issuedIn(window, candidate, issuedEnd)];
  if (issued.length === 0 || isIntact(candidate, issued)) return [candidate];
  const rest = plain(candidate);
  const rests: Candidate[] = [];
  let from = candidate.start;
  for (const { start, end } of issued) {
    if (start > from) rests.push({ ...rest, start: from, end: start });
    from = Math.max(from, end);
  }
  if (from < candidate.end) rests.push({ ...rest, start: from });
  return rests.filter((part) => isWorthHiding(window.bytes, part));
}

// A known value, and what was encoded as a whole, may hold one; what merely reads on into one by chance may not take a part of it.
function isIntact({ spelling, exact, start, end }: Candidate, issued: readonly Span[]): boolean {
  if (spelling === undefined && exact !== true) return false;
  return issued.every((one) => one.start >= start && one.end <= end);
}

/** Whether it is one by its form alone, and that form is partly a placeholder's, as it is or in base64. */
export function isBroken(window: Window, candidate: Candidate, issuedEnd: IssuedEnd): boolean {
  if (candidate.ofOnePiece !== true) return false;
  return (
    firstIssued(window, candidate, issuedEnd) < candidate.end || holdsEncoded(window, candidate, issuedEnd)
  );
}

/** How a placeholder begins in base64: at each of three places in a quantum. */
const ENCODED_MARKS = spellingsOf(MARK, 0).filter(({ encoding }) => encoding === 'base64');

// Base64 in which a value was masked.
function holdsEncoded(window: Window, { start, end }: Span, issuedEnd: IssuedEnd): boolean {
  const text = window.latin1(start, end);
  return ENCODED_MARKS.some(({ bytes, lead }) => {
    const at = text.indexOf(Buffer.from(bytes).toString('latin1'));
    if (at < lead) return false;
    const decoded = Buffer.from(text.slice(at - lead, at + 2 * LONGEST_PLACEHOLDER), 'base64');
    return issuedEnd(decoded, Math.max(0, lead - 1), decoded.length) !== -1;
  });
}

/** Where the first issued placeholder of a stretch begins; its end when there is none. */
export function firstIssued(window: Window, at: Span, issuedEnd: IssuedEnd): number {
  if (!window.hasMark(at.start, at.end)) return at.end;
  for (const { start } of issuedIn(window, at, issuedEnd)) return Math.max(start, at.start);
  return at.end;
}

// A placeholder may begin before the stretch, or end behind it.
function* issuedIn(window: Window, { start, end }: Span, issuedEnd: IssuedEnd): Generator<Span> {
  const { bytes } = window;
  const stop = Math.min(window.end, end + LONGEST_PLACEHOLDER);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, stop);
  const first = text.indexOf(MARK, Math.max(0, start - LONGEST_PLACEHOLDER));
  for (let at = first; at !== -1 && at < end; at = text.indexOf(MARK, at + MARK.length)) {
    const past = issuedEnd(bytes, at, window.end);
    if (past > start) yield { start: at, end: past };
  }
}

/** The text of `start..end` without the issued placeholders in it, to be judged. */
export function textWithoutIssued(window: Window, { start, end }: Span, issuedEnd: IssuedEnd): string {
  const { bytes } = window;
  if (!window.hasMark(start, end)) return window.latin1(start, end);
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  let at = whole.indexOf(MARK);
  if (at === -1) return whole.toString('latin1');
  let text = '';
  let from = 0;
  for (; at !== -1; at = whole.indexOf(MARK, at + 1)) {
    const past = issuedEnd(bytes, start + at, window.end) - start;
    if (past <= at) continue;
    text += whole.toString('latin1', from, at);
    from = Math.min(past, whole.length);
    at = from - 1;
  }
  return text + whole.toString('latin1', from);
}

interface Span {
  readonly start: number;
  readonly end: number;
}
