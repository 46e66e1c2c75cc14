import { HallpassError } from '../core/errors.ts';
import { EXCEPTIONS_FILE } from './exceptions.ts';
import { parseExceptions, withException } from './exceptions-file.ts';
import type { ScanEvent, ScanFinding } from './scan.ts';

export interface AllowRequest {
  /** A fingerprint, or its beginning. */
  readonly fingerprint: string;
  readonly reason: string | undefined;
  /** Asks nobody. */
  readonly yes: boolean;
}

export interface AllowDeps {
  /** What is found in the project now. */
  readonly events: AsyncIterable<ScanEvent>;
  /** The text of the project's file of exceptions, if there is one. */
  readonly read: (project: string) => string | undefined;
  readonly write: (project: string, text: string) => void;
  /** Shows the finding and what will be written. */
  readonly show: (finding: ScanFinding, change: FileChange) => void;
  /** Asks the person; undefined where there is nobody to ask. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}

/** A file that is about to be written. */
export interface FileChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface AllowResult {
  readonly file: string;
  readonly fingerprint: string;
  readonly rule: string;
  readonly path: string;
}

/** Shorter beginnings of a fingerprint are no name for one. */
const SHORTEST = 8;

/**
 * Writes the exception for one finding into its project's file, after showing both.
 *
 * @throws {HallpassError} ERR_USAGE, ERR_NO_SUCH_FINDING, ERR_NOT_CONFIRMED, ERR_CONFIG
 */
export async function allowFinding(request: AllowRequest, deps: AllowDeps): Promise<AllowResult> {
  const finding = await findFinding(request.fingerprint, deps.events);
  const { fingerprint, rule, relative: path, project = '' } = finding;
  const file = EXCEPTIONS_FILE;
  const before = deps.read(project);
  if (before !== undefined) parseExceptions(before, file);
  const after = withException(before, { fingerprint, rule, path, reason: request.reason });
  deps.show(finding, { file, before: before ?? '', after });
  const agreed = request.yes || (await deps.confirm?.('Allow it?')) === true;
  if (!agreed) throw new HallpassError('ERR_NOT_CONFIRMED', `${fingerprint} is not allowed: nobody said so`);
  deps.write(project, after);
  return { file, fingerprint, rule, path };
}

async function findFinding(wanted: string, events: AsyncIterable<ScanEvent>): Promise<ScanFinding> {
  if (!/^[0-9a-f]+$/.test(wanted) || wanted.length < SHORTEST)
    throw new HallpassError('ERR_USAGE', 'a fingerprint is what hallpass scan shows, eight digits at least');
  const found: ScanFinding[] = [];
  for await (const event of events)
    if (event.kind === 'finding' && event.finding.fingerprint.startsWith(wanted)) found.push(event.finding);
  const [finding] = found;
  if (finding === undefined)
    throw new HallpassError('ERR_NO_SUCH_FINDING', `nothing with the fingerprint ${wanted} is found here`);
  if (found.some(({ fingerprint }) => fingerprint !== finding.fingerprint))
    throw new HallpassError('ERR_USAGE', `more than one fingerprint begins with ${wanted}`);
  return finding;
}

/** The lines of a change, as a patch shows them: all from the first that differs to the last. */
export function changedLines({ before, after }: FileChange): string[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const shorter = Math.min(old.length, now.length);
  // Entries begin and end alike. What was added goes as far down as it can, what was removed as far up: whole entries.
  const isRemoval = now.length < old.length;
  const above = alike(shorter, (at) => old[at] === now[at]);
  const below = alike(shorter, (at) => old.at(-1 - at) === now.at(-1 - at));
  const head = isRemoval ? Math.min(above, shorter - below) : above;
  const tail = isRemoval ? below : Math.min(below, shorter - above);
  return [
    ...old.slice(head, old.length - tail).map((line) => `- ${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+ ${line}`),
  ];
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.trimEnd().split('\n');
}

function alike(most: number, isSame: (at: number) => boolean): number {
  let count = 0;
  while (count < most && isSame(count)) count += 1;
  return count;
}
