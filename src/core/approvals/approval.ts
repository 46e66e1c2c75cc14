import type { ApprovalTerms } from '../policy/decision.ts';
import type { Severity } from '../policy/severity.ts';
import type { FindingRecord } from '../session/event.ts';

/**
 * A held call, from the question to its one use. `pending` becomes one of the others and never comes back; only `approved`
 * goes on, once, to `consumed`.
 */
export type ApprovalState = 'pending' | 'approved' | 'denied' | 'expired' | 'cancelled' | 'consumed';

/** What somebody is asked to decide on. All of it is masked; an attacker writes most of it. */
export interface ApprovalAsk {
  /**
   * Keyed digest, lower-case hex, of caller, session, connection, tool, the unmasked arguments, restores and policy version:
   * the one call that an approval is good for.
   */
  readonly binding: string;
  readonly session: string;
  readonly connection: string;
  readonly method: string;
  /** Empty: none. */
  readonly tool: string;
  /** OIDC subject, or `user@host`. */
  readonly subject: string;
  /** The masked params, JSON text. */
  readonly presented: string;
  readonly findings: readonly FindingRecord[];
  /** Which secrets go where in clear if it is approved: a sentence each. */
  readonly restores: readonly string[];
  readonly rule: string;
  readonly reason: string;
  readonly risk: Severity;
  readonly terms: ApprovalTerms;
  /** The policy that held it, by name and digest. */
  readonly policy: string;
  /** Milliseconds since 1970, by the clock of who keeps it. */
  readonly expiresAt: number;
}

/** One person's word. */
export interface ApprovalDecision {
  /** OIDC subject, or `user@host`. */
  readonly by: string;
  readonly groups: readonly string[];
  readonly verdict: 'approve' | 'deny';
  /** A justification; may be empty where none is asked for. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** False where an agent with a shell could have said it as well. */
  readonly attended: boolean;
  /** The terms were passed over, by who may, for a reason that is recorded. */
  readonly breakGlass?: true;
}

export interface Approval extends ApprovalAsk {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly decisions: readonly ApprovalDecision[];
  /** Set by `cancel`, `consume` and `expire`, which nothing else in it tells for ever. */
  readonly ended?: 'cancelled' | 'consumed' | 'expired';
}

/** Where an approval stands at a time. Who denies wins, whatever came before it. */
export function stateOf(approval: Approval, now: number): ApprovalState {
  const { ended, decisions, expiresAt } = approval;
  if (ended !== undefined) return ended;
  const inTime = decisions.filter(({ at }) => at < expiresAt);
  if (inTime.some(({ verdict }) => verdict === 'deny')) return 'denied';
  if (now >= expiresAt) return 'expired';
  return isApproved(approval, inTime) ? 'approved' : 'pending';
}

/** What a decision can't do, and why. */
export type Refused = 'already decided' | 'not yours to decide' | 'your own request' | 'said already';

/**
 * Adds a decision. Anybody who sees a request may deny it, also after it was approved and until it is used; approving takes
 * being named by the terms.
 */
export function decide(approval: Approval, decision: ApprovalDecision): Approval | Refused {
  const state = stateOf(approval, decision.at);
  if (state !== 'pending' && state !== 'approved') return 'already decided';
  if (decision.verdict === 'deny') return withDecision(approval, decision);
  const { terms, subject, decisions } = approval;
  if (decision.breakGlass === true) return withDecision(approval, decision);
  if (decision.by === subject && !terms.self) return 'your own request';
  if (!isNamed(terms, decision)) return 'not yours to decide';
  if (decisions.some(({ by, verdict }) => by === decision.by && verdict === 'approve')) return 'said already';
  return withDecision(approval, decision);
}

/** Uses it up. Undefined: it is not approved, or somebody was first. */
export function consume(approval: Approval, now: number): Approval | undefined {
  return stateOf(approval, now) === 'approved' ? { ...approval, ended: 'consumed' } : undefined;
}

/** What has run out stays so, wherever the clock is set to later. The same one when it has not. */
export function expire(approval: Approval, now: number): Approval {
  if (approval.ended !== undefined) return approval;
  return stateOf(approval, now) === 'expired' ? { ...approval, ended: 'expired' } : approval;
}

/** Nobody waits for it any more. What is over stays as it is. */
export function cancel(approval: Approval, now: number): Approval {
  const state = stateOf(approval, now);
  return state === 'pending' || state === 'approved' ? { ...approval, ended: 'cancelled' } : approval;
}

function withDecision(approval: Approval, decision: ApprovalDecision): Approval {
  return { ...approval, decisions: [...approval.decisions, decision] };
}

function isApproved({ terms, subject }: Approval, decisions: readonly ApprovalDecision[]): boolean {
  const said = decisions.filter(({ verdict }) => verdict === 'approve');
  if (said.some(({ breakGlass }) => breakGlass === true)) return true;
  const counted = said.filter(
    (decision) => isNamed(terms, decision) && (terms.self || decision.by !== subject),
  );
  return new Set(counted.map(({ by }) => by)).size >= terms.approvals;
}

function isNamed({ groups }: ApprovalTerms, decision: ApprovalDecision): boolean {
  return groups.length === 0 || groups.some((group) => decision.groups.includes(group));
}
