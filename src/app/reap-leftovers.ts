import { HallpassError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';
import { type Leftover, parseLeftover } from './leftovers.ts';

/** What a hallpass wrote down that is gone. */
interface Abandoned {
  readonly leftovers: readonly unknown[];
  close(keep: boolean): void;
}

export interface ReapDeps {
  readonly journals: () => Iterable<Abandoned>;
  /** Ends one. False: it was not there. Throws why that is not possible now. */
  readonly end: (leftover: Leftover, signal: AbortSignal) => Promise<boolean>;
  readonly note: (line: string) => void;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Ends what a hallpass left that was killed, or could not end it itself, and says so in a line. What can't be ended is tried again the next time. */
export async function reapLeftovers(deps: ReapDeps): Promise<void> {
  const ended: Leftover[] = [];
  const failed: string[] = [];
  for (const journal of deps.journals()) {
    let keep = true;
    try {
      const outcomes = await Promise.all(journal.leftovers.map((line) => reap(line, deps)));
      ended.push(...outcomes.flatMap((outcome) => ('ended' in outcome ? [outcome.ended] : [])));
      failed.push(...outcomes.flatMap((outcome) => ('why' in outcome ? [outcome.why] : [])));
      keep = outcomes.some((outcome) => 'why' in outcome);
    } finally {
      journal.close(keep);
    }
  }
  const told = [...(ended.length > 0 ? [`ended: ${summary(ended)}`] : []), ...failed.slice(0, 1)];
  if (told.length > 0) deps.note(`left by an earlier hallpass, ${told.join('; ')}`);
}

type Outcome = { readonly ended: Leftover } | { readonly why: string } | { readonly nothing: true };

async function reap(line: unknown, { end, signal }: ReapDeps): Promise<Outcome> {
  const leftover = parseLeftover(line);
  if (leftover === undefined) return { nothing: true };
  try {
    return (await end(leftover, signal)) ? { ended: leftover } : { nothing: true };
  } catch (error) {
    if (!(error instanceof HallpassError)) throw error;
    return { why: visible(`still there: ${nameOf(leftover)} (${error.message})`, { oneLine: true }) };
  }
}

function nameOf(leftover: Leftover): string {
  if (leftover.kind === 'files') return leftover.directory;
  if (leftover.kind === 'role') return `the role ${leftover.role} of ${leftover.connection}`;
  return `a token for ${leftover.connection}`;
}

const NAMES: readonly (readonly [Leftover['kind'], string, string])[] = [
  ['files', 'directory of credentials', 'directories of credentials'],
  ['role', 'database role', 'database roles'],
  ['token', 'token', 'tokens'],
];

function summary(ended: readonly Leftover[]): string {
  const parts = NAMES.flatMap(([kind, one, many]) => {
    const count = ended.filter((leftover) => leftover.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.join(', ');
}
