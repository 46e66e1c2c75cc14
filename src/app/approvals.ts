import { type Approval, type ApprovalState, type Refused, stateOf } from '../core/approvals/approval.ts';
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

/** What all sources have, the oldest of each first. */
export async function listApprovals(
  sources: readonly ApprovalSource[],
  options: { all: boolean },
): Promise<ListedApproval[]> {
  return (await Promise.all(sources.map((source) => source.list(options)))).flat();
}

/** @throws {HallpassError} ERR_NO_SUCH_APPROVAL */
export async function findApproval(sources: readonly ApprovalSource[], id: string): Promise<ListedApproval> {
  for (const source of sources) {
    const found = await source.find(id);
    if (found !== undefined) return found;
  }
  throw new HallpassError('ERR_NO_SUCH_APPROVAL', `there is no approval ${id}`);
}

/**
 * Approves or denies one, and tells where it stands then.
 *
 * @throws {HallpassError} ERR_NO_SUCH_APPROVAL, ERR_NOT_DECIDED, ERR_USAGE
 */
export async function decideApproval(
  sources: readonly ApprovalSource[],
  id: string,
  word: Word,
): Promise<ListedApproval> {
  if (word.reason.length > LIMITS.reasonCharacters)
    throw new HallpassError('ERR_USAGE', `a reason has at most ${LIMITS.reasonCharacters} characters`);
  const { approval, at, url } = await findApproval(sources, id);
  const source = sources.find(({ name }) => name === at);
  if (source?.decide === undefined) throw elsewhere(id, url);
  const decided = await source.decide(id, word);
  if (decided === undefined) throw new HallpassError('ERR_NO_SUCH_APPROVAL', `there is no approval ${id}`);
  if (typeof decided === 'string') throw refused(approval, decided);
  return { approval: decided, at, url };
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

function refused({ id, subject, terms }: Approval, why: Refused): HallpassError {
  const message = `${id} is not decided: ${
    {
      'already decided': 'it is over already',
      'not yours to decide': `only ${terms.groups.join(' or ')} can approve it, and this device knows no groups`,
      'your own request': `${subject} has asked for it`,
      'said already': 'you have approved it already, and it needs others as well',
    }[why]
  }`;
  if (why === 'already decided') return new HallpassError('ERR_NOT_DECIDED', message);
  const hint = 'It takes somebody else, at a hub. Denying it is always possible.';
  return new HallpassError('ERR_NOT_DECIDED', message, { hint });
}
