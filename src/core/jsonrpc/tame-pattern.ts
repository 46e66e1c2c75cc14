/** Longer texts and patterns are not matched. */
const LONGEST = 256;
/** Choices of a backtracking engine, each of which may take as many steps as the text has characters. */
const MOST_CHOICES = 2;
const MOST_BRANCHES = 8;

/**
 * Whether a text matches a pattern that somebody else wrote; undefined where finding out might take long. Of V8's engine,
 * which backtracks, only so much is used that a match takes at most some 100,000 steps: no repeated groups, no looking
 * around, no references back, few repetitions.
 */
export function matchesTame(pattern: unknown, text: string): boolean | undefined {
  if (typeof pattern !== 'string' || text.length > LONGEST || !isTame(pattern)) return undefined;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return undefined;
  }
}

function isTame(pattern: string): boolean {
  if (pattern.length > LONGEST || /\\[1-9k]/.test(pattern)) return false;
  // What is left is what a pattern is built of.
  const bones = pattern.replaceAll(/\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|[^])/g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  if (/\)[*+?{]|\(\?[=!<]|\{\d{3,}/.test(bones)) return false;
  const repeats = bones.replaceAll('(?:', '(').match(/[*+?]|\{\d+,\d*\}/g)?.length ?? 0;
  const branches = bones.split('|').length - 1;
  const choices = repeats + (bones.startsWith('^') ? 0 : 1) + (branches > 0 ? 1 : 0);
  return choices <= MOST_CHOICES && branches <= MOST_BRANCHES;
}
