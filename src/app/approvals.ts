import { type Approval, type ApprovalState, type Refused, stateOf } from '../core/approvals/approval.ts';
import { TAKE_TO_HUB } from '../core/approvals/lack.ts';
import type { ApprovalSource, ListedApproval, Word } from '../core/approvals/source.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { isoTime } from '../core/session/summary.ts';

/** What scripts get of an approval, a line each. */
export interface ApprovalLine {
  readonly approval: string;
  readonly session: string;
  readonly connection: string;
  /** Null: the call is of no tool. */
  readonly tool: string | null;
  readonly state: ApprovalState;
  readonly expires_at: string;
  /** Where a browser decides it; null: `hallpass approvals` on this device does. */
  readonly url: string | null;
}

/** Where approvals are looked for, one place after the other: none is opened before it is needed. */
export type Places = AsyncIterable<ApprovalSource>;

/** What all places have, the oldest first. One out of reach hides nothing of the others; `onLost` hears why. */
export async function listApprovals(
  places: Places,
  options: { all: boolean; onLost?: (error: HallpassError) => void },
): Promise<ListedApproval[]> {
  const listed: ListedApproval[] = [];
  for await (const source of places) listed.push(...(await listOf(source, options)));
  return listed.toSorted((a, b) => a.approval.createdAt - b.approval.createdAt);
}

async function listOf(
  source: ApprovalSource,
  { all, onLost }: { all: boolean; onLost?: (error: HallpassError) => void },
): Promise<ListedApproval[]> {
  try {
    return await source.list({ all });
  } catch (error) {
    if (onLost === undefined || !(error instanceof HallpassError)) throw error;
    onLost(error);
    return [];
  }
}

/** @throws {HallpassError} ERR_NO_SUCH_APPROVAL */
export async function findApproval(places: Places, id: string): Promise<ListedApproval> {
  return (await seek(places, id)).found;
}

interface Sought {
  readonly source: ApprovalSource;
  readonly found: ListedApproval;
}

// A whole id is asked for by itself, wherever it is; the beginning of one is looked for among all there are.
async function seek(places: Places, id: string): Promise<Sought> {
  const isWhole = id.length >= LIMITS.approvalIdCharacters;
  const sought: Sought[] = [];
  for await (const source of places) {
    const found = isWhole ? await source.find(id) : undefined;
    if (found !== undefined) return { source, found };
    if (!isWhole) sought.push(...(await beginning(source, id)));
  }
  const [one, ...others] = sought;
  if (one === undefined) throw new HallpassError('ERR_NO_SUCH_APPROVAL', `there is no approval ${id}`);
  if (others.length > 0) throw ambiguous(id, sought);
  const whole = await one.source.find(one.found.approval.id);
  return { ...one, found: whole ?? one.found };
}

async function beginning(source: ApprovalSource, id: string): Promise<Sought[]> {
  const all = await source.list({ all: true });
  return all.filter(({ approval }) => isBeginning(id, approval.id)).map((found) => ({ source, found }));
}

const MARK = 'apr_';

// With what all ids begin with, or without.
function isBeginning(part: string, id: string): boolean {
  const rest = part.startsWith(MARK) ? part.slice(MARK.length) : part;
  return rest !== '' && id.startsWith(`${MARK}${rest}`);
}

function ambiguous(id: string, sought: readonly Sought[]): HallpassError {
  const shown = sought.slice(0, LIMITS.approvalsNamed).map(({ found: { approval } }) => {
    return `${approval.id} (${[approval.tool, approval.connection].filter((name) => name !== '').join(' on ')})`;
  });
  const more = sought.length > shown.length ? ` and ${sought.length - shown.length} more` : '';
  return new HallpassError('ERR_NO_SUCH_APPROVAL', `${sought.length} approvals begin with ${id}`, {
    hint: `Name one of them: ${shown.join(', ')}${more}.`,
  });
}

/**
 * Approves or denies one, and tells where it stands then.
 *
 * @throws {HallpassError} ERR_NO_SUCH_APPROVAL, ERR_NOT_DECIDED, ERR_USAGE
 */
export async function decideApproval(places: Places, id: string, word: Word): Promise<ListedApproval> {
  if (word.reason.length > LIMITS.reasonCharacters)
    throw new HallpassError('ERR_USAGE', `a reason has at most ${LIMITS.reasonCharacters} characters`);
  const { source, found } = await seek(places, id);
  const { approval, url, lack } = found;
  if (source.decide === undefined) throw elsewhere(approval.id, url);
  if (lack !== undefined && word.verdict === 'approve') throw lacking(approval.id, lack);
  const decided = await source.decide(approval.id, word);
  if (decided === undefined)
    throw new HallpassError('ERR_NO_SUCH_APPROVAL', `there is no approval ${approval.id}`);
  if (typeof decided === 'string') throw refused(approval, decided);
  return { ...found, approval: decided };
}

/** @returns what a script reads, by the clock `now` */
export function approvalLine({ approval, url }: ListedApproval, now: number): ApprovalLine {
  const { id, session, connection, tool, expiresAt } = approval;
  const state = stateOf(approval, now);
  return {
    approval: id,
    session,
    connection,
    tool: tool === '' ? null : tool,
    state,
    expires_at: isoTime(expiresAt),
    url: url ?? null,
  };
}

function elsewhere(id: string, url: string | undefined): HallpassError {
  const hint = url === undefined ? 'The hub has a page for it.' : `Open it in a browser: ${url}`;
  return new HallpassError('ERR_NOT_DECIDED', `${id} is decided at the hub, by a person who logs in there`, {
    hint,
  });
}

function lacking(id: string, lack: string): HallpassError {
  const hint = `${TAKE_TO_HUB} Denying it is possible here: hallpass approvals deny ${id}`;
  return new HallpassError('ERR_NOT_DECIDED', `${id} can't be approved on this device: it takes ${lack}`, {
    hint,
  });
}

function refused({ id, subject, terms }: Approval, why: Refused): HallpassError {
  const words = {
    'already decided': 'it is over already',
    'not yours to decide': `only ${terms.groups.join(' or ')} can approve it`,
    'your own request': `${subject} has asked for it`,
    'said already': 'you have approved it already',
  };
  return new HallpassError('ERR_NOT_DECIDED', `${id} is not decided: ${words[why]}`);
}
