import { approvalLine, decideApproval, findApproval, listApprovals } from '../app/approvals.ts';
import { stateOf } from '../core/approvals/approval.ts';
import type { ApprovalSource, Word } from '../core/approvals/source.ts';
import { EXIT } from '../core/errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import { localApprovalSource } from '../platform/local-approval-source.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { wantsColour } from './colour.ts';
import { Interrupted } from './interrupted.ts';
import { personAt } from './person.ts';
import { presentApproval, presentApprovals, presentDecided } from './present-approvals.ts';
import type { Terminal } from './terminal.ts';

interface Spoken {
  readonly json: boolean;
}

/** Whose approvals are looked at: this device's, or with `hub` those of the hub of a profile. */
interface Where {
  readonly hub?: boolean;
  readonly profile?: string | undefined;
}

/** `approvals`: on a terminal the list that lives, until somebody leaves it. */
export async function openApprovals({ json }: Spoken, terminal: Terminal): Promise<void> {
  const isDumb = readEnvironment().variables['TERM'] === 'dumb';
  const isLive = terminal.stdoutIsTty && !isDumb && personAt(terminal, { json }) !== undefined;
  if (!isLive) return printApprovals({ all: false, json }, terminal);
  const { showApprovals } = await import('../tui/screens/approvals/show.tsx');
  await withSources(async (sources) => {
    const colour = wantsColour({ isTty: true });
    const { interrupted } = await showApprovals({ sources, colour, now: Date.now });
    if (interrupted) throw new Interrupted();
  });
}

/** `approvals list`. */
export function printApprovals(
  options: Spoken & Where & { all: boolean },
  terminal: Terminal,
): Promise<void> {
  return withSources(async (sources) => {
    const listed = await listApprovals(sources, options);
    const now = Date.now();
    if (!options.json) return presentApprovals(listed, now, terminal);
    for (const one of listed) terminal.json(approvalLine(one, now));
  }, options);
}

/** `approvals show`. */
export function printApproval(id: string, options: Spoken & Where, terminal: Terminal): Promise<void> {
  return withSources(async (sources) => {
    const found = await findApproval(sources, id);
    const { binding: _key, ...shown } = found.approval;
    if (options.json) terminal.json({ ...approvalLine(found, Date.now()), ...shown });
    else presentApproval(found, Date.now(), terminal);
  }, options);
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
async function withSources<T>(
  work: (sources: readonly ApprovalSource[]) => Promise<T>,
  where: Where = {},
): Promise<T> {
  const { stateDir } = hallpassPaths(readEnvironment());
  const sources = [where.hub === true ? await hubSource(where.profile) : await localApprovalSource(stateDir)];
  try {
    return await work(sources);
  } finally {
    for (const source of sources) source.close();
  }
}

async function hubSource(profile: string | undefined): Promise<ApprovalSource> {
  const [{ openIdentity }, { openHub }, { hubApprovalSource }] = await Promise.all([
    import('./compose-identity.ts'),
    import('./compose-upload.ts'),
    import('../identity/hub-approvals.ts'),
  ]);
  return hubApprovalSource(openHub(await openIdentity(profile)).client);
}
