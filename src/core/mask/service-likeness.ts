import type { Hit } from './anchors.ts';
import { textWithoutIssued } from './issued.ts';
import { judge, type ValueKind } from './judge.ts';
import { SpanMemo } from './span-memo.ts';
import type { Span } from './values.ts';

/** What stands between a service's name and its key. */
export interface Way {
  at: number;
  /** Words that say nothing about it. */
  unknown: number;
  lines: number;
  /** One of the words names a credential. */
  isNamed: boolean;
  /** An equals sign, a colon, a quote or a bracket stands before it. */
  isTied: boolean;
}

const SHORTEST_NAMED = 14;
const SHORTEST = 20;
/** Nobody means such a value for anything else. */
export const RANDOM: ReadonlySet<ValueKind> = new Set<ValueKind>(['random', 'hex', 'uuid', 'typed']);

/** Whether what stands there is a key, by how it came to stand behind the name. */
export function isKey(hit: Hit, at: Span, way: Way): boolean {
  const shortest = way.isNamed ? SHORTEST_NAMED : SHORTEST;
  if (at.end - at.start < shortest) return false;
  if (!way.isNamed && (way.lines > 0 || way.unknown > (way.isTied ? 1 : 0))) return false;
  const likeness = hit.window.hasMark(at.start, at.end)
    ? likenessOf(hit, at, shortest)
    : likenesses.get(hit.window, { ...at, aside: 0 }, () => likenessOf(hit, at, 0));
  return likeness === RANDOM_KEY || (way.isNamed && likeness === DENSE_KEY);
}

/** What was said of the same bytes before: hostile text repeats them. */
const likenesses = new SpanMemo();
const NO_KEY = 0;
const DENSE_KEY = 1;
const RANDOM_KEY = 2;

function likenessOf(hit: Hit, at: Span, shortest: number): number {
  const content = textWithoutIssued(hit.window, at, hit.around.issuedEnd);
  if (content.length < shortest || isPair(content)) return NO_KEY;
  const kind = judge(content);
  if (RANDOM.has(kind)) return RANDOM_KEY;
  return kind === 'mixed' && isDense(content) ? DENSE_KEY : NO_KEY;
}

const FILE = /\.(?:whl|gz|tgz|bz2|xz|zip|jar|deb|rpm|exe|dmg|js|css|html?|json|png|jpe?g|svg)$/;

/** A name and its value, an address, a path, a file. */
function isPair(text: string): boolean {
  return FILE.test(text) || /=[^=]|\/\//.test(text) || (text.includes('/') && /[._-]/.test(text));
}

/** Words with a date or a number in them have fewer digits, or all of them in one place. */
const MOST_SIGNS = 6;
const RUNS_OF_DIGITS = 3;

// Much of it digits, here and there.
function isDense(text: string): boolean {
  const digits = text.match(/\d+/g) ?? [];
  const signs = text.match(/[^A-Za-z0-9]/g) ?? [];
  return (
    digits.length >= RUNS_OF_DIGITS && signs.length <= MOST_SIGNS && digits.join('').length * 8 >= text.length
  );
}
