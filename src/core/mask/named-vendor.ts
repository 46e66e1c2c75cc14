import type { Anchor, Hit } from './anchors.ts';
import { valueAfter } from './assignment.ts';
import { byteClass } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { judge, type ValueKind } from './judge.ts';
import { nameStrength } from './names.ts';
import type { Rule } from './rules/rule.ts';
import { matchAfter, type Template } from './template.ts';
import type { Window } from './window.ts';
import { saysWord } from './words.ts';

const NAME = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.');
const LONGEST_NAME = 64;

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
  const name = nameAround(hit);
  if (hit.start - name.start >= LONGEST_NAME) return undefined;
  const spelling = latin1(window, name);
  if (!saysWord(spelling, word) || !namesKey(spelling, word)) return undefined;
  const value = valueAfter(window, name);
  if (value === undefined) return undefined;
  const isShaped = templates.some((template) => matchAfter(window, template, value.start) === value.end);
  if (!isShaped) return undefined;
  const token = latin1(window, value);
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

// `fastly = …` and `FASTLY_API_KEY = …`, not `fastly_commit = …`.
function namesKey(spelling: string, word: string): boolean {
  return spelling.length === word.length || nameStrength(spelling) !== undefined;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

// A placeholder is a secret hidden already, and no part of a name.
function nameAround({ window, start: from, end: to, around }: Hit): Span {
  const end = window.runEnd(to, NAME, to + LONGEST_NAME);
  const base = window.runStart(from, NAME, Math.max(0, from - LONGEST_NAME));
  const name = latin1(window, { start: base, end });
  let start = base;
  for (let mark = name.indexOf('hpm_'); mark !== -1; mark = name.indexOf('hpm_', mark + 1))
    start = Math.max(start, around.issuedEnd(window.bytes, base + mark, window.end));
  return { start, end };
}

function latin1({ bytes }: Window, { start, end }: Span): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString('latin1');
}
