import { approvalLine, decideApproval, findApproval, listApprovals } from '../app/approvals.ts';
import { stateOf } from '../core/approvals/approval.ts';
import type { ApprovalSource, Word } from '../core/approvals/source.ts';
import { EXIT } from '../core/errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import { localApprovalSource } from '../platform/local-approval-source.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { wantsColour } from './colour.ts';
import { Interrupted } from './interrupted.ts';
import { presentApproval, presentApprovals, presentDecided } from './present-approvals.ts';
import type { Terminal } from './terminal.ts';

interface Spoken {
  readonly json: boolean;
}

/** The list that lives, until somebody leaves it. */
export async function watchApprovals(terminal: Terminal): Promise<void> {
  const { showApprovals } = await import('../tui/screens/approvals/show.tsx');
  await withSources(async (sources) => {
    const colour = wantsColour({ isTty: terminal.stdoutIsTty });
    const { interrupted } = await showApprovals({ sources, colour, now: Date.now });
    if (interrupted) throw new Interrupted();
  });
}

/** `approvals list`. */
export function printApprovals(options: Spoken & { all: boolean }, terminal: Terminal): Promise<void> {
  return withSources(async (sources) => {
    const listed = await listApprovals(sources, options);
    const now = Date.now();
    if (!options.json) return presentApprovals(listed, now, terminal);
    for (const one of listed) terminal.json(approvalLine(one, now));
  });
}

/** `approvals show`. */
export function printApproval(id: string, { json }: Spoken, terminal: Terminal): Promise<void> {
  return withSources(async (sources) => {
    const found = await findApproval(sources, id);
    const { binding: _key, ...shown } = found.approval;
    if (json) terminal.json({ ...approvalLine(found, Date.now()), ...shown });
    else presentApproval(found, Date.now(), terminal);
  });
}

/** `approvals approve` and `deny`. Returns the exit code: that of a held call while others have to approve it as well. */
export function sayOf(id: string, word: Word, spoken: Spoken & { terminal: Terminal }): Promise<number> {
  return withSources(async (sources) => {
    const decided = await decideApproval(sources, id, word);
    const now = Date.now();
    if (spoken.json) spoken.terminal.json(approvalLine(decided, now));
    else presentDecided(decided, now, spoken.terminal);
    return stateOf(decided.approval, now) === 'pending' ? EXIT.held : EXIT.ok;
  });
}

// The one place that says where approvals are kept.
async function withSources<T>(work: (sources: readonly ApprovalSource[]) => Promise<T>): Promise<T> {
  const { stateDir } = hallpassPaths(readEnvironment());
  const sources = [await localApprovalSource(stateDir)];
  try {
    return await work(sources);
  } finally {
    for (const source of sources) source.close();
  }
}
