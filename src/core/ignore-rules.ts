import { compileGlob, type GlobMatcher } from './glob.ts';

/** One line of a gitignore file. */
interface IgnoreRule {
  readonly matches: GlobMatcher;
  /** `!pattern`: what it matches is not ignored after all. */
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
  /** Matches the whole path from the file's directory on; else the last name alone. */
  readonly anchored: boolean;
}

/** The rules of one gitignore file, attacker-controlled like the rest of a repository. */
export type IgnoreRules = readonly IgnoreRule[];

/** Reads a file as gitignore(5) describes it. */
export function parseIgnoreFile(text: string): IgnoreRules {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return lines.flatMap((line) => ruleOf(line.replace(/\r$/, '')));
}

/** What the rules say of a path relative to their directory; undefined when none is about it. The last match counts. */
export function isIgnored(
  rules: IgnoreRules,
  path: string,
  { isDirectory }: { isDirectory: boolean },
): boolean | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const rule = rules.findLast(
    ({ directoriesOnly, anchored, matches }) =>
      (isDirectory || !directoriesOnly) && matches(anchored ? path : name),
  );
  return rule && !rule.negated;
}

function ruleOf(line: string): IgnoreRule[] {
  if (line.startsWith('#')) return [];
  const negated = line.startsWith('!');
  const written = withoutTrailingBlanks(negated ? line.slice(1) : line);
  const directoriesOnly = written.endsWith('/');
  const whole = directoriesOnly ? written.slice(0, -1) : written;
  const pattern = whole.startsWith('/') ? whole.slice(1) : whole;
  if (pattern === '') return [];
  const anchored = whole.includes('/');
  return [{ matches: compileGlob(pattern), negated, directoriesOnly, anchored }];
}

// A blank at the end counts only behind a backslash.
function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end--;
  if (end === text.length) return text;
  const slashes = /\\*$/.exec(text.slice(0, end))?.[0].length ?? 0;
  return text.slice(0, slashes % 2 === 1 ? end + 1 : end);
}
