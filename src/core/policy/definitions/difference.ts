import { LIMITS } from '../../limits.ts';
import type { Fields } from './definition.ts';

/** One part of a definition that differs: masked JSON texts, cut to where they differ. */
export interface FieldChange {
  /** JSON pointer within the definition; empty: what differs is masked in both. */
  readonly at: string;
  readonly before?: string;
  readonly after?: string;
}

/** What differs between two definitions, part by part, in the order of the newer one. Linear. */
export function differenceOf(before: Fields | undefined, after: Fields | undefined): FieldChange[] {
  const old = before ?? {};
  const now = after ?? {};
  const changed = Object.keys(now)
    .filter((at) => old[at] !== now[at])
    .map((at) => change(at, old[at], now[at]));
  const gone = Object.keys(old)
    .filter((at) => now[at] === undefined)
    .map((at) => change(at, old[at], undefined));
  const all = [...changed, ...gone].filter(({ at }, _, { length }) => at !== '' || length === 1);
  return all.length === 0 ? [{ at: '' }] : all;
}

function change(at: string, before: string | undefined, after: string | undefined): FieldChange {
  if (before === undefined || after === undefined)
    return {
      at,
      ...(before !== undefined && { before: clip(before) }),
      ...(after !== undefined && { after: clip(after) }),
    };
  const start = Math.max(0, commonStart(before, after) - CONTEXT);
  const end = Math.max(0, commonEnd(before, after, start) - CONTEXT);
  return { at, before: window(before, start, end), after: window(after, start, end) };
}

/** So much of what is the same is shown on each side. */
const CONTEXT = 40;

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

function commonEnd(a: string, b: string, from: number): number {
  const most = Math.min(a.length, b.length) - from;
  let count = 0;
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count += 1;
  return count;
}

function window(text: string, start: number, end: number): string {
  const shown = text.slice(start, text.length - end);
  return `${start > 0 ? '…' : ''}${clip(shown)}${end > 0 ? '…' : ''}`;
}

function clip(text: string): string {
  const most = LIMITS.definitionChangeChars;
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more)`;
}
