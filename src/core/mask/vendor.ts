import type { Anchor, Hit } from './anchors.ts';
import { CLASSES, byteClass } from './bytes.ts';
import { isDummyToken } from './judge.ts';
import { namedAnchors } from './named-vendor.ts';
import { DOUBTFUL } from './profile.ts';
import type { Rule } from './rules/rule.ts';
import { firstRun, matchAfter, matchBefore, parseTemplate, type Template } from './template.ts';
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
      if (start === -1 || !beginsHere(window, start)) return undefined;
      const end = matchAfter(window, template, {
        from: hit.end,
        beginsAt: (at) => hit.around.beginsAt(window, at),
      });
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
function confidence(rule: Rule, { window }: Hit, { start, end }: { start: number; end: number }): number {
  if (rule.checksum === undefined) return 1;
  const token = Buffer.from(window.bytes.subarray(start, Math.min(end, window.end))).toString('latin1');
  return rule.checksum.verify(token) === false ? DOUBTFUL : 1;
}

function isMeant(rule: Rule, hit: Hit, at: { start: number; end: number }): boolean {
  const token = Buffer.from(hit.window.bytes.subarray(at.start, Math.min(at.end, hit.window.end))).toString(
    'latin1',
  );
  if (isDummyToken(token)) return false;
  if (rule.checksum?.required === true && !rule.checksum.verify(token)) return false;
  return rule.near === undefined || isNear(hit.window, at.start, rule.near);
}

const NEAR_BYTES = 96;

function isNear(window: Window, at: number, words: readonly string[]): boolean {
  const before = Buffer.from(window.bytes.subarray(Math.max(0, at - NEAR_BYTES), at)).toString('latin1');
  return words.some((word) => saysWord(before, word));
}
