import process from 'node:process';

import { EXIT, ERRORS, HallpassError, isSystemError } from '../core/errors.ts';
import { visible, visibleJson } from '../core/visible.ts';
import { Interrupted } from './interrupted.ts';
import { RunFailed } from './run-failure.ts';
import { processTerminal, ReaderGone, type Terminal } from './terminal.ts';

interface Reported {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly exit: number;
}

/** Tells the person (or with `json` the script) what went wrong, on stderr. Returns the process exit code. */
export function reportError(
  error: unknown,
  options: { json: boolean; debug: boolean },
  terminal: Terminal = processTerminal,
): number {
  if (error instanceof RunFailed) {
    report(error.cause, { ...options, tellsExit: true }, terminal);
    return error.exit;
  }
  return report(error, options, terminal);
}

interface Ways {
  readonly json: boolean;
  readonly debug: boolean;
  /** The process's exit code says less than that of the error. */
  readonly tellsExit?: boolean;
}

function report(error: unknown, options: Ways, terminal: Terminal): number {
  if (isOclifExit(error)) return error.oclif.exit;
  if (error instanceof Interrupted) return EXIT.interrupted;
  // What was to be said before, such as that there are secrets, stays said.
  if (error instanceof ReaderGone) return Number(process.exitCode) || EXIT.readerGone;
  const { code, message, hint, exit } = describe(error, options.debug);
  if (options.json) {
    terminal.note(visibleJson({ error: { code, message, hint, ...(options.tellsExit && { exit }) } }));
  } else {
    terminal.note(`hallpass: ${visible(message)} [${code}]`);
    terminal.note(`  ${visible(hint)}`);
  }
  if (exit === EXIT.bug && options.debug && error instanceof Error) terminal.note(visible(error.stack ?? ''));
  return exit;
}

function describe(error: unknown, debug: boolean): Reported {
  if (error instanceof HallpassError) {
    return { code: error.code, message: error.message, hint: error.hint, exit: error.exitCode };
  }
  if (isSystemError(error, 'ENOSPC', 'EDQUOT'))
    return describe(new HallpassError('ERR_OUTPUT', 'cannot write: no space is left on the device'), debug);
  const message = error instanceof Error ? error.message : String(error);
  const wrong = usageError(error);
  if (wrong !== undefined) return describe(wrong, debug);
  // An unforeseen message may quote what was being processed, so it is shown only when asked for.
  const shown = debug ? message : 'something unforeseen went wrong';
  return { code: 'ERR_BUG', message: shown, hint: ERRORS.ERR_BUG.hint, exit: EXIT.bug };
}

// oclif marks its own errors with an `oclif` property; its classes load half the framework, so they aren't imported.
function isOclifExit(error: unknown): error is { oclif: { exit: number } } {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT' && 'oclif' in error;
}

/** Ours for what oclif says of a wrong command line; undefined: it says nothing of the kind. */
export function usageError(error: unknown, hint: string = ERRORS.ERR_USAGE.hint): HallpassError | undefined {
  if (!isOclifUsageError(error)) return undefined;
  return new HallpassError('ERR_USAGE', firstParagraph(error.message), { hint, cause: error });
}

// Exit code 2 is oclif's word for a wrong command line; it has 1 for its own trouble, such as a command it can't load.
function isOclifUsageError(error: unknown): error is Error {
  if (!(error instanceof Error && 'oclif' in error)) return false;
  return (
    typeof error.oclif === 'object' &&
    error.oclif !== null &&
    'exit' in error.oclif &&
    error.oclif.exit === EXIT.usage
  );
}

function firstParagraph(message: string): string {
  return (
    message
      .split('\nSee more help')[0]
      ?.replace(/^The following errors? occurred:\s*/, '')
      .replace(/ *\n\t/g, ': ')
      .trim() ?? message
  );
}
