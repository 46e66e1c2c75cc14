import type { Candidate } from './candidate.ts';
import { isWorthHiding } from './edits.ts';
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
  if (candidate.spelling !== undefined || candidate.exact === true) return [candidate];
  if (!window.hasMark(Math.max(0, candidate.start - LONGEST_PLACEHOLDER), candidate.end)) return [candidate];
  const { bytes, end } = window;
  const rests: Candidate[] = [];
  let from = candidate.start;
  let touched = false;
  const text = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(end, candidate.end + LONGEST_PLACEHOLDER),
  );
  for (
    let at = firstMark(text, candidate.start);
    at !== -1 && at < candidate.end;
    at = text.indexOf(MARK, at + 4)
  ) {
    const past = issuedEnd(bytes, at, end);
    if (past === -1 || past <= candidate.start) continue;
    touched = true;
    if (at > from) rests.push({ ...candidate, start: from, end: at });
    from = Math.max(from, past);
  }
  if (!touched) return [candidate];
  if (from < candidate.end) rests.push({ ...candidate, start: from });
  return rests.filter((rest) => isWorthHiding(bytes, rest));
}

// A placeholder may begin before the candidate that found something in it.
function firstMark(text: Buffer, start: number): number {
  return text.indexOf(MARK, Math.max(0, start - LONGEST_PLACEHOLDER));
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
