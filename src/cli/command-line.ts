import { HallpassError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';

/**
 * The words to run. Only what stands behind `--` is one: a flag of the command is none of ours, and none of ours is its.
 *
 * @throws {HallpassError} ERR_USAGE
 */
export function commandLine(
  words: readonly string[],
  { before, shell }: { before: readonly string[]; shell: boolean },
): readonly [string, ...string[]] {
  const [stray] = before;
  if (stray !== undefined) {
    throw new HallpassError('ERR_USAGE', `"${visible(stray, { oneLine: true })}" stands before --`, {
      hint: 'The command and its arguments stand behind it: hallpass run -- COMMAND ARGS',
    });
  }
  const [first, ...rest] = words;
  if (first === undefined)
    throw new HallpassError('ERR_USAGE', 'there is no command to run', {
      hint: 'hallpass run -- COMMAND ARGS',
    });
  return shell ? ['/bin/sh', '-c', words.join(' ')] : [first, ...rest];
}
