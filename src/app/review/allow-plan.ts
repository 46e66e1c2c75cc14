import { HallpassError } from '../../core/errors.ts';
import type { AllowPlan } from '../../core/review/source.ts';
import type { FindingRecord, StartBody } from '../../core/session/event.ts';
import { parseLine } from '../../core/session/line.ts';
import { type AllowValueDeps, planAllowing } from '../allow-value.ts';
import { unifiedDiff } from '../line-diff.ts';
import type { Sessions } from '../session-port.ts';

export interface AllowPlanDeps {
  readonly sessions: Pick<Sessions, 'open'>;
  /** For values of the workspace with this path. */
  readonly allowingIn: (workspace: string) => Promise<AllowValueDeps>;
}

/**
 * How to let pass in future what was found in a session: through the same connection, in the same workspace. The session's log
 * may be anybody's; that its placeholder is one of that workspace is checked by the workspace's key.
 *
 * @throws {HallpassError} ERR_NO_SUCH_SESSION, ERR_SESSION_CORRUPT, and what `planAllowing` throws
 */
export async function planAllowingFinding(
  id: string,
  { placeholder, rule }: Pick<FindingRecord, 'placeholder' | 'rule'>,
  { sessions, allowingIn }: AllowPlanDeps,
): Promise<AllowPlan> {
  if (placeholder === '')
    throw new HallpassError('ERR_USAGE', 'it was not masked, so nothing is to be allowed', {
      hint: 'Only what has a placeholder can be let pass.',
    });
  const { workspace, connection } = startOf(id, sessions);
  const deps = await allowingIn(workspace);
  const plan = await planAllowing({ placeholder, rule, connection, reason: undefined }, deps);
  return {
    means: plan.isThere ? `It is allowed already. ${plan.means}` : plan.means,
    file: plan.file,
    diff: diffOf(plan.before, plan.after),
    write: () => {
      plan.write();
      return Promise.resolve(`allowed ${placeholder} in ${plan.file}`);
    },
  };
}

function startOf(id: string, sessions: Pick<Sessions, 'open'>): StartBody {
  const opened = sessions.open(id);
  try {
    const line = opened.lines.next();
    const first = line === undefined ? undefined : parseLine(line);
    if (first?.kind === 'start') return first;
    throw new HallpassError('ERR_SESSION_CORRUPT', `session ${id} does not say where it was`);
  } finally {
    opened.close();
  }
}

function diffOf(before: string, after: string): string[] {
  const lines = unifiedDiff(before, after).filter((line) => !line.startsWith('@@'));
  return lines.map((line) => (line.startsWith(' ') ? ` ${line}` : `${line.slice(0, 1)} ${line.slice(1)}`));
}
