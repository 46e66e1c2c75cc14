import { randomBytes } from 'node:crypto';

import {
  type ApprovalAsk,
  type ApprovalDecision,
  cancel,
  consume,
  decide,
  stateOf,
} from '../../core/approvals/approval.ts';
import { LIMITS } from '../../core/limits.ts';
import type { ApproverRule } from '../config.ts';
import type { Approvals, ListedApproval, Message, StoredApproval } from '../db/database.ts';
import { badRequest, HttpError } from '../http/errors.ts';
import type { Caller } from '../sessions/uploads.ts';
import { nameOf } from '../tokens/issuer.ts';
import { powersOf, rulesFor, termsHere } from './approvers.ts';
import { ANY, type Bell } from './bell.ts';

/** What a client says of a held call. Who asks, the hub knows better, and its own clock says until when. */
export type Asked = Omit<ApprovalAsk, 'subject' | 'expiresAt'>;

/** What somebody says on the hub's page. */
export type Said = Pick<ApprovalDecision, 'verdict' | 'reason' | 'breakGlass'>;

/** Something that others are told of. */
export interface ApprovalEvent {
  readonly type: 'approval.requested' | 'approval.decided' | 'approval.break_glass';
  readonly approval: StoredApproval;
  /** Of the latter two. */
  readonly decision?: ApprovalDecision;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface DeskDeps {
  readonly approvals: Approvals;
  readonly approvers: readonly ApproverRule[];
  readonly now: () => number;
  /** False where anybody can sign in as anybody: at the development provider. */
  readonly attended: boolean;
  /** What is to be delivered of an event; stored with what it tells of. */
  readonly messagesFor: (event: ApprovalEvent) => readonly Message[];
  /** Told after it is stored. */
  readonly onEvent: (event: ApprovalEvent) => void;
  readonly bell: Bell;
}

/** Whom an approval concerns: who asked, who may decide it, and auditors. */
export type Viewer = Caller & { readonly isAuditor: boolean };

interface Watching<T> {
  readonly isNews: (view: T) => boolean;
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Approvals of held calls: asked for by clients, decided by people in a browser. */
export class ApprovalDesk {
  readonly #deps: DeskDeps;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  /** Asks; one that is good for the same call is found again. Throws 403 where nobody may approve, 429. */
  async request(asked: Asked, caller: Caller): Promise<{ approval: StoredApproval; isNew: boolean }> {
    const { approvals, approvers, now: clock, messagesFor, onEvent } = this.#deps;
    const rules = rulesFor(approvers, asked.connection);
    if (rules.length === 0) throw nobodyMayApprove(asked.connection);
    const now = clock();
    const approval = approvalOf(asked, { caller, rules, now });
    const event = { type: 'approval.requested', approval, at: now } as const;
    const messages = messagesFor(event);
    await approvals.sweep(now - LIMITS.approvalKeptMs);
    const begun = await approvals.begin(approval, { now, limit: LIMITS.hubApprovalsPending, messages });
    if (begun === undefined) throw tooMany();
    if (begun.isNew) {
      this.#deps.bell.ring(begun.approval.id);
      onEvent(event);
    }
    return begun;
  }

  /** Throws 404 for what isn't there and for what doesn't concern them. */
  async find(id: string, viewer: Viewer): Promise<StoredApproval> {
    const approval = await this.#deps.approvals.find(id);
    if (approval === undefined || !this.maySee(approval, viewer)) throw noSuchApproval();
    return approval;
  }

  /** The same once it is no longer pending, after `ms` or when `signal` aborts. */
  async wait(
    id: string,
    viewer: Viewer,
    until: { ms: number; signal: AbortSignal },
  ): Promise<StoredApproval> {
    const { now, bell } = this.#deps;
    const end = now() + until.ms;
    return bell.look(id, {
      find: () => this.find(id, viewer),
      isEnough: (approval) => stateOf(approval, now()) !== 'pending',
      left: ({ expiresAt }) => Math.min(end, expiresAt) - now(),
      signal: until.signal,
    });
  }

  /** Uses it up for who asked. True once, and again for the same `use`. */
  async consume(id: string, caller: Caller, use: string): Promise<boolean> {
    const { approvals, now } = this.#deps;
    const used = await approvals.change(id, (approval) => {
      if (approval.owner !== caller.owner) return { result: undefined };
      if (approval.use === use) return { result: true };
      const next = consume(approval, now());
      // `consume` changes nothing but what it says.
      return next === undefined ? { result: false } : { next: { ...approval, ...next, use }, result: true };
    });
    if (used === undefined) throw noSuchApproval();
    this.#deps.bell.ring(id);
    return used;
  }

  /** Nobody waits for it any more. */
  async cancel(id: string, caller: Caller): Promise<StoredApproval> {
    const { approvals, now } = this.#deps;
    const cancelled = await approvals.change(id, (approval) => {
      if (approval.owner !== caller.owner) return { result: undefined };
      const next = { ...approval, ...cancel(approval, now()) };
      return { next, result: next };
    });
    if (cancelled === undefined) throw noSuchApproval();
    this.#deps.bell.ring(id);
    return cancelled;
  }

  /** One person's word. The caller has made sure that it is that person, here and now. Throws 403, 404, 409. */
  async decide(id: string, viewer: Viewer, said: Said): Promise<StoredApproval> {
    const { approvals, now, attended, messagesFor, onEvent } = this.#deps;
    const at = now();
    const { subject: by, groups } = viewer;
    const decision: ApprovalDecision = { by, groups, ...said, at, attended };
    const event = await approvals.change(id, (approval) => {
      if (!this.maySee(approval, viewer)) return { result: undefined };
      this.#requirePower(approval, viewer, said);
      const next = decide(approval, decision);
      if (typeof next === 'string') throw refusedDecision(next);
      const made = eventOf({ ...approval, ...next }, decision);
      return { next: made.approval, messages: messagesFor(made), result: made };
    });
    if (event === undefined) throw noSuchApproval();
    this.#deps.bell.ring(id);
    onEvent(event);
    return event.approval;
  }

  /** Those that concern somebody: what can still be decided, and the newest of the others. */
  async list(viewer: Viewer): Promise<ListedApproval[]> {
    const listed = await this.#deps.approvals.list(this.#deps.now(), LIMITS.approvalsShown);
    return listed.filter((approval) => this.maySee(approval, viewer));
  }

  /** A view of the same once it `isNews`, after `ms` or when `signal` aborts. */
  async watch<T>(viewer: Viewer, view: (listed: ListedApproval[]) => T, until: Watching<T>): Promise<T> {
    const { now, bell } = this.#deps;
    const end = now() + until.ms;
    return bell.look(ANY, {
      find: async () => view(await this.list(viewer)),
      isEnough: until.isNews,
      left: () => end - now(),
      signal: until.signal,
      pauseMs: LIMITS.approvalsPauseMs,
    });
  }

  maySee({ owner, connection }: ListedApproval, viewer: Viewer): boolean {
    if (owner === viewer.owner || viewer.isAuditor) return true;
    return powersOf(this.#deps.approvers, connection, viewer).approve;
  }

  /** What somebody may do about it, besides looking. */
  powers(approval: ListedApproval, viewer: Viewer): { approve: boolean; deny: boolean; breakGlass: boolean } {
    const { approve, breakGlass } = powersOf(this.#deps.approvers, approval.connection, viewer);
    return { approve, deny: approve || approval.owner === viewer.owner, breakGlass };
  }

  #requirePower(approval: StoredApproval, viewer: Viewer, { verdict, breakGlass }: Said): void {
    const may = this.powers(approval, viewer);
    if (verdict === 'deny' ? may.deny : breakGlass === true ? may.breakGlass : may.approve) return;
    throw refusedDecision('not yours to decide');
  }
}

function approvalOf(
  asked: Asked,
  { caller, rules, now }: { caller: Caller; rules: readonly ApproverRule[]; now: number },
): StoredApproval {
  const terms = termsHere(asked.terms, rules, caller);
  return {
    ...asked,
    terms,
    id: `apr_${randomBytes(10).toString('hex')}`,
    owner: caller.owner,
    // Whoever decides is to see that a job asks, and not somebody of that name.
    subject: nameOf(caller),
    createdAt: now,
    expiresAt: now + terms.expiresMs,
    decisions: [],
  };
}

function eventOf(
  approval: StoredApproval,
  decision: ApprovalDecision,
): ApprovalEvent & { decision: ApprovalDecision } {
  const type = decision.breakGlass === true ? 'approval.break_glass' : 'approval.decided';
  return { type, approval, decision, at: decision.at };
}

const WHY = {
  'already decided': 'it is decided already',
  'not yours to decide': 'it is not yours to decide',
  'your own request': 'nobody approves their own request here',
  'said already': 'you have approved it already; somebody else has to, too',
} as const;

function refusedDecision(why: keyof typeof WHY): HttpError {
  const status = why === 'already decided' || why === 'said already' ? 409 : 403;
  return new HttpError(status, { code: 'ERR_DENIED', message: WHY[why] });
}

function nobodyMayApprove(connection: string): HttpError {
  const message = `nobody may approve calls on ${JSON.stringify(connection)} at this hub: no rule of its approvers is for it`;
  return new HttpError(403, { code: 'ERR_DENIED', message });
}

function tooMany(): HttpError {
  const message = `${LIMITS.hubApprovalsPending} of your calls wait for approval already`;
  return new HttpError(429, { code: 'ERR_TOO_MANY_HELD', message });
}

/** The same answer for what isn't there and for what isn't theirs. */
export function noSuchApproval(): HttpError {
  return new HttpError(404, { code: 'ERR_NO_SUCH_APPROVAL', message: 'there is no such approval here' });
}

/** Reads the id of an approval out of a path. Throws 404. */
export function approvalId(text: string | undefined): string {
  if (text === undefined || !/^apr_[0-9a-f]{20}$/.test(text)) throw noSuchApproval();
  return text;
}

/** Throws 400 for a justification that isn't one. */
export function justification(text: string): string {
  const reason = text.trim();
  if (reason === '') throw badRequest('say why');
  if (reason.length > LIMITS.reasonCharacters)
    throw badRequest(`a justification has at most ${LIMITS.reasonCharacters} characters`);
  return reason;
}
