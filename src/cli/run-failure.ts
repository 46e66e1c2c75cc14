import { HallpassError } from '../core/errors.ts';
import { Interrupted } from './interrupted.ts';
import { ReaderGone } from './terminal.ts';

/** As `env`, `timeout` and shells have them: the wrapper failed, it can't be run, there is no such command. */
const FAILED = 125;
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

/** hallpass failed a command that it was to run, or was not to. The real exit code is in `--json`. */
export class RunFailed extends Error {
  /** Of this process. */
  readonly exit: number;

  constructor(exit: number, cause: unknown) {
    super('hallpass failed', { cause });
    this.name = 'RunFailed';
    this.exit = exit;
  }
}

/** The same error, told from what became of the command; what is no failure stays as it is. */
export function runFailure(error: unknown): unknown {
  const isNone = error instanceof Interrupted || error instanceof ReaderGone;
  if (isNone || (error instanceof Error && 'code' in error && error.code === 'EEXIT')) return error;
  return new RunFailed(exitFor(error), error);
}

function exitFor(error: unknown): number {
  if (!(error instanceof HallpassError)) return FAILED;
  if (error.code === 'ERR_COMMAND_NOT_FOUND') return NOT_FOUND;
  return error.code === 'ERR_CANNOT_RUN' ? CANNOT_RUN : FAILED;
}
