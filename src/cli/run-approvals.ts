import { approvalLine, decideApproval, findApproval, listApprovals } from '../app/approvals.ts';
import type { ApprovalSource, Word } from '../core/approvals/source.ts';
import { readEnvironment } from '../platform/environment.ts';
import { ApprovalPlaces, type Where } from './approval-places.ts';
import { Interrupted } from './interrupted.ts';
import { personAt } from './person.ts';
import { screenLook } from './screen-look.ts';
import { presentApproval, presentApprovals, presentDecided } from './present-approvals.ts';
import type { Terminal } from './terminal.ts';

interface Spoken {
  readonly json: boolean;
}

/** `approvals`: on a terminal the list that lives, until somebody leaves it. */
export async function openApprovals(options: Spoken & Where, terminal: Terminal): Promise<void> {
  const environment = readEnvironment();
  const isDumb = environment.variables['TERM'] === 'dumb';
  const isLive = terminal.stdoutIsTty && !isDumb && personAt(terminal, options) !== undefined;
  if (!isLive) return printApprovals({ ...options, all: false }, terminal);
  const look = screenLook();
  const [{ showApprovals }, { canOpenBrowser, openBrowser }] = await Promise.all([
    import('../tui/screens/approvals/show.tsx'),
    import('../platform/browser.ts'),
  ]);
  await withPlaces(options, terminal, async (places) => {
    const sources: ApprovalSource[] = [];
    for await (const source of places) sources.push(source);
    const open = canOpenBrowser(environment) ? openBrowser : undefined;
    const { interrupted } = await showApprovals({ sources, now: Date.now, open }, look);
    if (interrupted) throw new Interrupted();
  });
}

/** `approvals list`. */
export function printApprovals(
  options: Spoken & Where & { all: boolean },
  terminal: Terminal,
): Promise<void> {
  return withPlaces(options, terminal, async (places) => {
    const { onLost } = places;
    const listed = await listApprovals(places, { all: options.all, ...(onLost && { onLost }) });
    const now = Date.now();
    if (!options.json) return presentApprovals(listed, now, terminal);
    for (const one of listed) terminal.json(approvalLine(one, now));
  });
}

/** `approvals show`. */
export function printApproval(id: string, options: Spoken & Where, terminal: Terminal): Promise<void> {
  return withPlaces(options, terminal, async (places) => {
    const found = await findApproval(places, id);
    const { binding: _key, ...shown } = found.approval;
    if (options.json) terminal.json({ ...approvalLine(found, Date.now()), ...shown });
    else presentApproval(found, Date.now(), terminal);
  });
}

/** `approvals approve` and `deny`. */
export function sayOf(
  id: string,
  word: Word,
  options: Spoken & Where & { terminal: Terminal },
): Promise<void> {
  const { json, terminal } = options;
  return withPlaces(options, terminal, async (places) => {
    const decided = await decideApproval(places, id, word);
    const now = Date.now();
    if (json) terminal.json(approvalLine(decided, now));
    else presentDecided(decided, now, terminal);
  });
}

async function withPlaces<T>(
  where: Where,
  terminal: Terminal,
  work: (places: ApprovalPlaces) => Promise<T>,
): Promise<T> {
  const places = new ApprovalPlaces(where, (line) => terminal.note(line));
  try {
    return await work(places);
  } finally {
    places.close();
  }
}
