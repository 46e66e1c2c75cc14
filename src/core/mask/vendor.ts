import type { Anchor, Hit } from './anchors.ts';
import { CLASSES, byteClass } from './bytes.ts';
import { isDummyToken } from './judge.ts';
import { namedAnchors } from './named-vendor.ts';
import { DOUBTFUL } from './profile.ts';
import type { Rule } from './rules/rule.ts';
import { firstRun, matchAfter, matchBefore, parseTemplate, type Template } from './template.ts';
import { SpanMemo } from './span-memo.ts';
import type { Span } from './values.ts';
import { saysWord } from './words.ts';
import type { Window } from './window.ts';

/** The anchors of a rule: one per shape, or one per word of `near` for the shapes that have no literal of their own. */
export function vendorAnchors(rule: Rule): Anchor[] {
  const templates = rule.shapes.map((shape) => parseTemplate(shape, rule.near !== undefined));
  const bare = templates.filter(({ anchor }) => anchor === '');
  return [
    ...templates.filter(({ anchor }) => anchor !== '').map((template) => tokenAnchor(rule, template)),
    ...(bare.length === 0 ? [] : namedAnchors(rule, bare)),
  ];
}

function tokenAnchor(rule: Rule, template: Template): Anchor {
  const follows = firstRun(template);
  return {
    literal: template.anchor,
    isExact: true,
    isStart: template.before.length === 0,
    ...(follows !== undefined && { follows }),
    match: (hit) => {
      const { window } = hit;
      const start = matchBefore(window, template, { from: hit.start, floor: hit.floor });
      if (start === -1 || !beginsHere(window, start) || !isNear(window, start, rule.near)) return undefined;
      const end = matchAfter(window, template, hit);
      if (end === -1 || !isMeant(rule, hit, { start, end })) return undefined;
      const why = `it has the shape of ${rule.name}`;
      return {
        rule: rule.id,
        kind: 'vendor',
        start,
        end,
        why,
        confidence: confidence(rule, hit, { start, end }),
      };
    },
  };
}

/**
 * True when a token may begin at `at`: no letter or digit before, unless it is the end of an escape (`\n`, `%3D`) or of
 * what colours a terminal (`ESC [ 3 1 m`).
 */
export function beginsHere(window: Window, at: number): boolean {
  if (at === 0 || CLASSES.alnum[window.peek(at - 1)] !== 1) return true;
  const before = (n: number): number => (at - n >= 0 ? window.peek(at - n) : 0);
  if (before(2) === 0x5c) return true;
  if (before(3) === 0x25) return CLASSES.hex[before(2)] === 1 && CLASSES.hex[before(1)] === 1;
  if (before(5) === 0x75 && before(6) === 0x5c) return true;
  return endsColour(window, at);
}

const COLOUR_BYTES = 24;
const COLOUR_END = byteClass('mK');
const COLOUR_PARAMETER = byteClass('0123456789;:');

// Wherever the ESC went, or however it is written, what is left of it is `[…m`; `K` follows it in the output of grep.
function endsColour(window: Window, at: number): boolean {
  if (COLOUR_END[window.peek(at - 1)] !== 1) return false;
  const from = window.runStart(at - 1, COLOUR_PARAMETER, at - COLOUR_BYTES);
  return from > 0 && window.peek(from - 1) === 0x5b;
}

// A token that fails its checksum may be a mistyped copy: hidden, and not told.
function confidence(rule: Rule, { window }: Hit, { start, end }: Span): number {
  if (rule.checksum === undefined) return 1;
  return rule.checksum.verify(tokenAt(window, { start, end })) === false ? DOUBTFUL : 1;
}

function isMeant(rule: Rule, hit: Hit, at: Span): boolean {
  const { window } = hit;
  const { checksum } = rule;
  if (isDummy(window, at)) return false;
  return checksum?.required !== true || checksum.verify(tokenAt(window, at));
}

function tokenAt(window: Window, { start, end }: Span): string {
  return window.latin1(start, Math.min(end, window.end));
}

/** What was said of tokens and of what stands before them: hostile text repeats both. */
const dummies = new SpanMemo();
const nears = new SpanMemo();
const numbers = new WeakMap<readonly string[], number>();
let count = 0;

function isDummy(window: Window, at: Span): boolean {
  return dummies.get(window, { ...at, aside: 0 }, () => (isDummyToken(tokenAt(window, at)) ? 1 : 0)) === 1;
}

const NEAR_BYTES = 96;

function isNear(window: Window, end: number, words: readonly string[] | undefined): boolean {
  if (words === undefined) return true;
  const start = Math.max(0, end - NEAR_BYTES);
  return (
    nears.get(window, { start, end, aside: numberOf(words) }, () => {
      const before = window.latin1(start, end);
      return words.some((word) => saysWord(before, word)) ? 1 : 0;
    }) === 1
  );
}

function numberOf(words: readonly string[]): number {
  const number = numbers.get(words) ?? ++count;
  numbers.set(words, number);
  return number;
}
