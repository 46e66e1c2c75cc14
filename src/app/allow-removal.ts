import { HallpassError } from '../core/errors.ts';
import { tagOf } from '../core/mask/exceptions.ts';
import type { FileChange } from './allow.ts';
import { writeOver } from './allow-value.ts';
import type { ExceptionFile, ExceptionFiles } from './allowed.ts';
import { parseExceptions } from './exceptions-file.ts';
import { isPlaceholder, parseValueExceptions, type ValueExceptionEntry } from './value-exceptions-file.ts';
import { withoutItems } from './yaml-items.ts';

export interface Removal {
  /** A placeholder, or a fingerprint or its beginning. */
  readonly exception: string;
  /** Only what is about this connection; undefined: all that is about the placeholder. */
  readonly connection: string | undefined;
}

/** What would be taken out of a file. */
export interface RemovalPlan extends FileChange {
  readonly exception: string;
  readonly removed: number;
  /** Of a placeholder and a connection: it is allowed on all of them, so that it passes there all the same. */
  readonly stays: boolean;
  readonly write: () => void;
}

/**
 * Says how to take exceptions back. Nothing is written before that is asked.
 *
 * @throws {HallpassError} ERR_USAGE, ERR_NO_SUCH_EXCEPTION, ERR_CONFIG
 */
export function planRemoval(removal: Removal, { own, project }: ExceptionFiles): RemovalPlan {
  return removal.exception.startsWith('hpm_') ? takeValue(removal, own) : takeFinding(removal, project);
}

function takeValue({ exception, connection }: Removal, own: ExceptionFile): RemovalPlan {
  if (!isPlaceholder(exception))
    throw new HallpassError('ERR_USAGE', 'a placeholder is what stands where something was masked: hpm_…');
  const parse = (text: string): ReturnType<typeof parseValueExceptions> =>
    parseValueExceptions(text, own.file);
  const isIt = (one: ValueExceptionEntry): boolean => tagOf(one.placeholder) === tagOf(exception);
  return takeOut(exception, own, {
    parse,
    isGone: (one) => isIt(one) && (connection === undefined || one.connection === connection),
    stays: (one) => isIt(one) && one.connection === undefined,
  });
}

function takeFinding({ exception, connection }: Removal, project: ExceptionFile): RemovalPlan {
  if (connection !== undefined)
    throw new HallpassError('ERR_USAGE', '--connection is for a placeholder: a fingerprint is of a file');
  if (!FINGERPRINT.test(exception))
    throw new HallpassError('ERR_USAGE', 'an exception is named by its placeholder or its fingerprint', {
      hint: `hallpass allow list shows them. One that has neither is taken out of ${project.file} by hand.`,
    });
  const parse = (text: string): ReturnType<typeof parseExceptions> => parseExceptions(text, project.file);
  const isGone = ({ fingerprint }: { readonly fingerprint: string | undefined }): boolean =>
    fingerprint?.startsWith(exception) === true;
  const named = parse(project.read() ?? '').filter(isGone);
  if (new Set(named.map(({ fingerprint }) => fingerprint)).size > 1)
    throw new HallpassError('ERR_USAGE', `more than one fingerprint begins with ${exception}`);
  return takeOut(named[0]?.fingerprint ?? exception, project, { parse, isGone, stays: () => false });
}

const FINGERPRINT = /^[0-9a-f]{8,32}$/;

interface Taking<T> {
  readonly parse: (text: string) => readonly T[];
  readonly isGone: (entry: T) => boolean;
  /** Whether what is left lets it pass as before. */
  readonly stays: (entry: T) => boolean;
}

function takeOut<T>(
  exception: string,
  from: ExceptionFile,
  { parse, isGone, stays }: Taking<T>,
): RemovalPlan {
  const { file } = from;
  const before = from.read();
  const entries = before === undefined ? [] : parse(before);
  const kept = entries.filter((entry) => !isGone(entry));
  const removed = entries.length - kept.length;
  if (before === undefined || removed === 0)
    throw new HallpassError(
      'ERR_NO_SUCH_EXCEPTION',
      `there is no such exception for ${exception} in ${file}`,
    );
  const left = new Set(kept);
  const isOut = (at: number): boolean => entries[at] !== undefined && !left.has(entries[at]);
  const after = without(before, { isGone: isOut, parse, kept });
  if (after === undefined)
    throw new HallpassError('ERR_CONFIG', `the exception can not be taken out of ${file} as it is written`, {
      hint: 'Delete its entry by hand.',
    });
  const write = (): void => writeOver(before, after, from);
  return { exception, removed, stays: kept.some(stays), file, before, after, write };
}

interface Left<T> {
  readonly isGone: (index: number) => boolean;
  readonly parse: (text: string) => readonly T[];
  readonly kept: readonly T[];
}

// Whatever a person has written there: nothing but what is kept may come of it, or nothing is written.
function without<T>(text: string, { isGone, parse, kept }: Left<T>): string | undefined {
  try {
    const after = withoutItems(text, 'exceptions', isGone);
    return JSON.stringify(parse(after)) === JSON.stringify(kept) ? after : undefined;
  } catch {
    // What another entry refers to would be gone.
    return undefined;
  }
}
