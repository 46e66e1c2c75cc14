import type { Anchor, Hit } from './anchors.ts';
import { valueAfter } from './assignment.ts';
import { CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { judge, type ValueKind } from './judge.ts';
import { isBuried, nameAround } from './name-around.ts';
import { nameStrength } from './names.ts';
import type { Rule } from './rules/rule.ts';
import { matchAfter, type Template } from './template.ts';
import { mayTie } from './tie.ts';
import type { Span } from './values.ts';
import type { Window } from './window.ts';
import { saysWord } from './words.ts';

/** What a key is not, whatever its length: words, a path, a reference to somewhere else. */
const NO_KEY: ReadonlySet<ValueKind> = new Set<ValueKind>([
  'empty',
  'reference',
  'dummy',
  'plain',
  'common',
  'words',
]);

/** For shapes that anything may have (forty hex digits): found as the value of a name that says whose key it is. */
export function namedAnchors(rule: Rule, templates: readonly Template[]): Anchor[] {
  if (rule.near === undefined)
    throw new Error(`${rule.id} has a shape without a literal, and no words for it`);
  return rule.near.map((word) => ({
    literal: word,
    // No name to the finder, though it is one: a rule without a vendor may have claimed the value by now, and this one
    // knows better whose it is.
    match: (hit) => valueOfName(hit, { rule, templates, word }),
  }));
}

interface Named {
  readonly rule: Rule;
  readonly templates: readonly Template[];
  readonly word: string;
}

function valueOfName(hit: Hit, { rule, templates, word }: Named): Candidate | undefined {
  const { window } = hit;
  if (!isWord(window, hit)) return undefined;
  const name = nameAround(hit);
  if (!mayTie(window, name.end) || isBuried(hit, name)) return undefined;
  const spelling = window.latin1(name.start, name.end);
  if (!saysWord(spelling, word) || !namesKey(spelling, word)) return undefined;
  const value = valueAfter(window, name);
  if (value === undefined) return undefined;
  const isShaped = templates.some(
    (template) => matchAfter(window, template, { end: value.start }) === value.end,
  );
  if (!isShaped) return undefined;
  const token = window.latin1(value.start, value.end);
  if (NO_KEY.has(judge(token)) || rule.checksum?.verify(token) === false) return undefined;
  const { start, end } = value;
  return {
    rule: rule.id,
    kind: 'vendor',
    start,
    end,
    why: `it is named as ${rule.name}, and has the shape of one`,
  };
}

const { alpha: LETTER, lower: LOWER, upper: UPPER } = CLASSES;

// As `saysWord` says of a text: the `ado` of shadow is none. Another in the same name is looked at by itself.
function isWord(window: Window, { start, end }: Span): boolean {
  return (start === 0 || isBetween(window, start)) && isBetween(window, end);
}

function isBetween(window: Window, at: number): boolean {
  const before = window.peek(at - 1);
  const next = window.peek(at);
  return LETTER[before] !== 1 || LETTER[next] !== 1 || (LOWER[before] === 1 && UPPER[next] === 1);
}

// `fastly = …` and `FASTLY_API_KEY = …`, not `fastly_commit = …`.
function namesKey(spelling: string, word: string): boolean {
  return spelling.length === word.length || nameStrength(spelling) !== undefined;
}
