import type { ApprovalAsk } from '../../core/approvals/approval.ts';
import { toText } from '../../core/bytes.ts';
import { bindingOf, type BoundCall } from '../../core/hold/binding.ts';
import type { Resumed } from '../../core/hold/rounds.ts';
import type { Envelope } from '../../core/jsonrpc/envelope.ts';
import { RPC } from '../../core/jsonrpc/replies.ts';
import { LIMITS } from '../../core/limits.ts';
import { type Restore, restoreText } from '../../core/mask/restoring.ts';
import type { Message, Settled, StageDeps, View } from '../../core/message.ts';
import type { Decision } from '../../core/policy/decision.ts';

/** A request that waits. */
export interface HeldCall {
  readonly message: Message;
  readonly view: View;
  readonly envelope: Envelope;
  readonly id: string;
  readonly decision: Decision;
  readonly terms: NonNullable<Decision['terms']>;
  /** What goes out in clear if it is approved. */
  readonly restores: readonly Restore[];
  /** Of 2026-07-28 or later: who disconnects has cancelled. */
  readonly isModern: boolean;
  /** Its client can be told to call again. */
  readonly isInRounds: boolean;
  /** Its client can be asked to open an address. */
  readonly isElicited: boolean;
  /** It has been told to. */
  readonly resumed: Resumed | undefined;
}

/** What of a call is bound to its approval. */
export type Bound = Pick<HeldCall, 'message' | 'envelope' | 'restores'>;

/** What its approval is asked for with. */
export function askOf(call: HeldCall, deps: StageDeps): ApprovalAsk {
  const { view, envelope, decision, terms, restores } = call;
  const { holds, policy, place, wall } = deps;
  const { method = '' } = envelope;
  return {
    binding: bindingOf(holds.key, call.message.raw, boundCall(call, deps)),
    session: holds.session,
    connection: place.connection,
    method: method.slice(0, LIMITS.eventTextChars),
    tool: (view.parsed.messages[0]?.target ?? '').slice(0, LIMITS.eventTextChars),
    subject: place.principal.subject,
    presented: toText(view.bytes),
    findings: view.findings.slice(0, LIMITS.eventFindings),
    restores: restores.map(restoreText),
    rule: decision.rule,
    reason: decision.reason,
    risk: decision.risk,
    terms,
    policy: policy.version,
    expiresAt: wall() + terms.expiresMs,
  };
}

/** The same for all rounds of a call. */
export function baseOf(call: Bound, deps: StageDeps): string {
  return bindingOf(deps.holds.key, call.message.raw, { ...boundCall(call, deps), rounds: true });
}

/** What a client's user is told of a call that waits. */
export function aboutCall({ view, decision }: HeldCall, approval: string): string {
  const [{ target, method } = { target: undefined, method: undefined }] = view.parsed.messages;
  return `hallpass holds ${target ?? method ?? 'a call'} (${approval}): ${decision.reason}`;
}

/** Why a held call does not go on. */
export function refusal({ rule, reason }: Decision, how: string): Extract<Settled, { kind: 'hold' }> {
  return { kind: 'hold', rule, reason: `${reason} It needs approval: ${how}`, code: RPC.held };
}

// Whose call it is, and what of it an approval is good for.
function boundCall({ envelope, restores }: Bound, { place, policy }: StageDeps): BoundCall {
  const { principal, connection } = place;
  const { method = '' } = envelope;
  const shown = restores.map(restoreText);
  return { caller: principal.subject, connection, method, restores: shown, policy: policy.version };
}
