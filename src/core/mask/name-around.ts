import type { Hit } from './anchors.ts';
import { byteClass } from './bytes.ts';
import type { Span } from './values.ts';
import { isMark, type Window } from './window.ts';

const NAME = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.');
/** Names are shorter. Words upon words without a gap would have each of them judged with all that follows. */
export const LONGEST_NAME = 64;

/** The name that the literal is a part of. A placeholder is a secret hidden already, and neither the name of one nor a part of it. */
export function nameAround({ window, start: from, end: to, around }: Hit): Span {
  const { start, end } = runAround(window, from, to);
  if (!window.hasMark(start, end)) return { start, end };
  let past = start;
  for (let at = start; at + 4 <= end; at++)
    if (isMark(window.bytes, at)) past = Math.max(past, around.issuedEnd(window.bytes, at, window.end));
  return { start: past, end };
}

/** True when more stands before the literal than names are long. */
export function isBuried({ start }: Hit, name: Span): boolean {
  return start - name.start >= LONGEST_NAME;
}

/** The run of a name's bytes that was followed last: the next literal is often in the same one. */
const last = { window: 0, asked: 0, from: 0, to: 0 };

function runAround(window: Window, from: number, to: number): Span {
  if (last.window !== window.id || from < last.asked || to > last.to) {
    // Some literals are no names.
    last.window = window.runEnd(from, NAME, to) < to ? 0 : window.id;
    last.asked = from;
    last.from = window.runStart(from, NAME, from - LONGEST_NAME);
    last.to = to;
  }
  last.to = Math.max(last.to, window.runEnd(Math.min(last.to, to + LONGEST_NAME), NAME, to + LONGEST_NAME));
  return {
    start: Math.max(last.from, from - LONGEST_NAME),
    end: Math.min(last.to, to + LONGEST_NAME),
  };
}
