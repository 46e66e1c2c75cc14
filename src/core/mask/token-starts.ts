import type { Anchor, AnchorSet } from './anchors.ts';

/** Of what is no vendor's format these count, too: JSON Web Tokens. */
const TOKENS: ReadonlySet<string> = new Set(['eyJ']);

const starts = new WeakMap<AnchorSet, ReadonlyMap<number, readonly Anchor[]>>();

/** What tokens may begin with, by the first two bytes. Made once for each set of rules. */
export function startsOf(set: AnchorSet): ReadonlyMap<number, readonly Anchor[]> {
  const done = starts.get(set);
  if (done !== undefined) return done;
  const byKey = new Map<number, Anchor[]>();
  for (const anchor of set.anchors) {
    if (anchor.isStart !== true && !TOKENS.has(anchor.literal)) continue;
    const key = keyAt(anchor.literal.charCodeAt(0), anchor.literal.charCodeAt(1));
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [anchor]);
    else same.push(anchor);
  }
  starts.set(set, byKey);
  return byKey;
}

/** Of two bytes. */
export function keyAt(first: number, second: number): number {
  return (first << 8) | second;
}
