import { HallpassError } from '../../core/errors.ts';

/** A session that was written out. */
export interface WrittenOut {
  readonly path: string;
  /** What is wrong with the session; undefined: nothing. */
  readonly problem: string | undefined;
}

/** What is told of a session that was written out. */
export function writtenText({ path, problem }: WrittenOut): string {
  return problem === undefined ? `written to ${path}` : `written to ${path}; it is damaged: ${problem}`;
}

/** What is thrown where a file is in the way: a screen asks for no path. */
export function inTheWay(error: unknown): never {
  if (!(error instanceof HallpassError) || error.code !== 'ERR_FILE_EXISTS') throw error;
  const hint = 'Move it away, or name another path: hallpass sessions export SESSION --output PATH';
  throw new HallpassError(error.code, error.message, { hint, cause: error });
}
