import { RE2JS, RE2JSException } from 're2js';
import { z } from 'zod';

import type { ClaimRule, ClaimRules } from '../hub/config.ts';

const SCALAR = z.union([
  z.string().min(1, 'it is empty'),
  z.boolean(),
  z.number().refine(Number.isSafeInteger, 'put it in quotes: so large a number is not exact'),
]);

// Where a pattern was meant, an exact comparison would deny everybody, and somebody would then open it too far.
const exact = SCALAR.refine(
  (value) => !/[*?]|^\^|\$$/.test(String(value)),
  'values are compared exactly: write { pattern: ^…$ } for a regular expression, and no globs',
).transform(String);

const pattern = z
  .strictObject({ pattern: z.string() })
  .superRefine(({ pattern: text }, context) => {
    const problem = patternProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['pattern'], message: problem });
  })
  .transform(({ pattern: text }): ClaimRule => compiled(text));

const rule = z.union([
  exact.transform((value): ClaimRule => ({ values: [value] })),
  z
    .array(exact)
    .min(1, 'name at least one value')
    .transform((values): ClaimRule => ({ values })),
  pattern,
]);

/** Claims of a token, by name: an exact value, a list of them, or `{ pattern }`. */
export const claimRules: z.ZodType<ClaimRules> = z.record(z.string().min(1), rule);

/**
 * Why a pattern is none that can be relied on; undefined: it can. It has to be anchored on both ends, so that it says the
 * whole of what is let in, and to keep something out.
 */
export function patternProblem(text: string): string | undefined {
  if (!text.startsWith('^') || !isAnchoredAtEnd(text))
    return looksLikeGlob(text)
      ? `it is a glob: as a regular expression write ^${globbed(text)}$`
      : `it is not anchored: write ^…$, else ${JSON.stringify(text)} anywhere in a value is enough`;
  if (hasOpenAlternative(text))
    return 'an alternative outside of brackets is anchored on one side only: write ^(?:a|b)$';
  return problemCompiled(text);
}

function problemCompiled(text: string): string | undefined {
  try {
    const { matches } = compiled(text);
    return PROBES.every(matches) ? 'it matches whatever stands there' : undefined;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `${error.message}; patterns are RE2's, which takes linear time: no backreferences, no looking around`;
  }
}

// Values of nobody: what lets all of them in has been meant to keep nobody out.
const PROBES = ['someone-else/of-no-concern', 'refs/heads/0f3a9c', '7460192835'];

function compiled(text: string): { readonly pattern: string; readonly matches: (value: string) => boolean } {
  const re2 = RE2JS.compile(text);
  return { pattern: text, matches: (value) => re2.matches(value) };
}

// An escaped $ is a character, unless what escapes it is escaped itself.
function isAnchoredAtEnd(text: string): boolean {
  const [, slashes = ''] = /(\\*)\$$/.exec(text) ?? [undefined, '\\'];
  return slashes.length % 2 === 0;
}

function hasOpenAlternative(text: string): boolean {
  const bare = text
    .replaceAll(/\\Q.*?(?:\\E|$)|\\./gs, '')
    .replaceAll(/\[\^?\]?(?:\[:\^?\w+:\]|[^\]])*\]/g, '');
  let depth = 0;
  for (const character of bare) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '|' && depth === 0) return true;
  }
  return false;
}

function looksLikeGlob(text: string): boolean {
  return /(?:^|[^.\])}\\\w])\*|\w\*|\*$/.test(text) && !/[\\()[\]{}^$]|\.[*+?]/.test(text);
}

function globbed(text: string): string {
  return text
    .replaceAll('.', String.raw`\.`)
    .replaceAll('**', '.*')
    .replaceAll(/(?<!\.)\*/g, '[^/]*');
}
