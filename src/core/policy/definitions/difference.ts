import { LIMITS } from '../../limits.ts';
import type { Fields } from './definition.ts';

/** One part of a definition that differs: masked JSON texts, cut to where they differ. */
export interface FieldChange {
  /** JSON pointer within the definition; empty: what differs is masked in both. */
  readonly at: string;
  readonly before?: string;
  readonly after?: string;
}

/** What differs between two definitions, part by part, in the order of the newer one, up to so many characters of each. Linear. */
export function differenceOf(
  before: Fields | undefined,
  after: Fields | undefined,
  most: number = LIMITS.definitionChangeChars,
): FieldChange[] {
  const old = before ?? {};
  const now = after ?? {};
  const changed = Object.keys(now)
    .filter((at) => old[at] !== now[at])
    .map((at) => change({ at, before: old[at], after: now[at] }, most));
  const gone = Object.keys(old)
    .filter((at) => now[at] === undefined)
    .map((at) => change({ at, before: old[at], after: undefined }, most));
  const all = [...changed, ...gone].filter(({ at }, _, { length }) => at !== '' || length === 1);
  return all.length === 0 ? [{ at: '' }] : all;
}

interface Texts {
  readonly at: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function change({ at: place, before, after }: Texts, most: number): FieldChange {
  const at = place.slice(0, LIMITS.findingPlaceChars);
  if (before === undefined) return after === undefined ? { at } : { at, after: clip(after, most) };
  if (after === undefined) return { at, before: clip(before, most) };
  const start = Math.max(0, commonStart(before, after) - CONTEXT);
  const end = Math.max(0, commonEnd(before, after, start) - CONTEXT);
  const window = (text: string): string =>
    `${start > 0 ? '…' : ''}${clip(text.slice(start, text.length - end), most)}${end > 0 ? '…' : ''}`;
  return { at, before: window(before), after: window(after) };
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

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more)`;
}
