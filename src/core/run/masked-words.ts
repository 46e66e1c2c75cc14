import { LIMITS } from '../limits.ts';
import type { Edit } from '../mask/finding.ts';
import type { Masker } from '../mask/masker.ts';
import { moved, splice } from '../mask/replacement.ts';
import { mergedEdits } from './merged-edits.ts';

/** In the log all arguments, or all names of variables, are no longer than this together. */
const RECORDED_CHARACTERS = 16 * 1024;

/**
 * The words of a command line, each masked, by what it is itself and by what stands before it: the word after `--password` is
 * a secret.
 */
export function maskedWords(masker: Masker, words: readonly string[]): string[] {
  const bytes = words.map((word) => Buffer.from(word));
  const starts = startsOf(bytes);
  const inLine = masker.inspect(Buffer.from(words.join(' ')));
  const alone = bytes.flatMap((word, i) => moved(masker.inspect(word), starts[i] ?? 0));
  const { ready } = mergedEdits([...inLine, ...alone], Infinity);
  return bytes.map((word, i) => {
    const start = starts[i] ?? 0;
    const own = ready.filter((edit) => edit.start < start + word.length && edit.end > start);
    const within = own.map((edit) => cutTo(edit, { start, length: word.length }));
    return Buffer.from(splice(word, within)).toString('utf8');
  });
}

/** As many of them as a line of the log may hold. */
export function recorded(words: readonly string[]): string[] {
  let rest = RECORDED_CHARACTERS;
  const kept: string[] = [];
  for (const word of words.slice(0, LIMITS.recordedWords)) {
    const shown = word.length <= rest ? word : `${word.slice(0, rest)}…`;
    rest -= shown.length;
    kept.push(shown);
    if (rest <= 0) break;
  }
  return kept;
}

// What is hidden may go on in the next word.
function cutTo(edit: Edit, { start, length }: { start: number; length: number }): Edit {
  return { ...edit, start: Math.max(0, edit.start - start), end: Math.min(length, edit.end - start) };
}

function startsOf(words: readonly Buffer[]): number[] {
  let at = 0;
  return words.map((word) => {
    const start = at;
    at += word.length + 1;
    return start;
  });
}
