import { createHmac } from 'node:crypto';

import type { ApprovalAsk } from '../core/approvals/approval.ts';
import { howToDecide } from '../core/approvals/lack.ts';
import type { ApprovalPort, ApprovalTicket } from '../core/approvals/port.ts';
import { HallpassError } from '../core/errors.ts';
import { decisionBody } from '../core/hold/decision-body.ts';
import type { JsonValue } from '../core/jsonrpc/json-value.ts';
import { LIMITS } from '../core/limits.ts';
import type { PolicyCall, Principal } from '../core/policy/call.ts';
import type { ApprovalTerms, Decision } from '../core/policy/decision.ts';
import type { Policy } from '../core/policy/evaluate.ts';
import type { RecordBody } from '../core/session/event.ts';

/** A command that somebody wants to have run. */
export interface AskedCommand {
  /** As it would be run. */
  readonly words: readonly string[];
  /** As it may be shown. */
  readonly masked: readonly string[];
}

export interface JudgeDeps {
  readonly policy: Policy;
  readonly principal: Principal;
  readonly approvals: ApprovalPort;
  /** Of the bindings: this workspace's. */
  readonly key: Uint8Array;
  readonly session: string;
  readonly record: (body: RecordBody) => void;
  readonly mask: (text: string) => string;
  readonly note: (line: string) => void;
  readonly now: () => number;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
}

/** The connection that commands are calls on, and what records call them. */
const METHOD = 'run';
/** To a policy the program is a tool, and its words are the arguments: what holds `DROP TABLE` there holds it here. */
const LIKE = 'tools/call';

/**
 * Has the policy decide on a command, and waits for people where it says so.
 *
 * @throws {HallpassError} ERR_DENIED, ERR_NOT_DECIDED
 */
export async function judgeCommand(asked: AskedCommand, deps: JudgeDeps): Promise<void> {
  const decision = deps.policy.always ?? deps.policy.decide(callOf(asked, deps.principal));
  if (decision.outcome === 'allow') return;
  const { terms } = decision;
  if (decision.outcome === 'hold' && terms !== undefined) await approved(asked, { ...decision, terms }, deps);
  else throw refused(decision, deps);
}

function callOf({ masked }: AskedCommand, principal: Principal): PolicyCall {
  return {
    connection: METHOD,
    environment: '',
    direction: 'to_server',
    method: LIKE,
    tool: programOf(masked),
    annotations: {},
    args: () =>
      new Map<string, JsonValue>([
        ['command', masked.join(' ')],
        ['argv', [...masked]],
      ]),
    findings: [],
    principal,
    credential: { kind: 'none', scopes: undefined },
    unchecked: false,
  };
}

function programOf([program = '']: readonly string[]): string {
  return program.split('/').at(-1) ?? '';
}

function refused({ reason, rule }: Pick<Decision, 'reason' | 'rule'>, { record }: JudgeDeps): HallpassError {
  record({ kind: 'refused', direction: 'to_server', reason: `${reason} [${rule}]`, method: METHOD });
  return new HallpassError('ERR_DENIED', `the command was not run: ${reason} [${rule}]`, {
    hint: 'hallpass policy explain says which rule decides, and why.',
  });
}

type Held = Decision & { readonly terms: ApprovalTerms };

async function approved(asked: AskedCommand, decision: Held, deps: JudgeDeps): Promise<void> {
  const { approvals, record, note, mask, signal } = deps;
  const ask = askOf(asked, decision, deps);
  const ticket = await approvals.request(ask);
  const { approvals: people, groups } = decision.terms;
  const held = { approval: ticket.id, rule: ask.rule, reason: ask.reason, approvals: people, groups };
  record({ kind: 'hold', ...held, expires_at: ask.expiresAt, method: METHOD, tool: ask.tool });
  note(`the command waits for approval${howToDecide(ticket)}`);
  const ending = await decided(ticket, signal);
  // What somebody approved is the command under the policy that it was shown with.
  if (ending === 'approved') checkUnchanged(ask, deps);
  const isUsed = ending === 'approved' && (await ticket.consume());
  const state = isUsed ? 'approved' : ending === 'approved' ? 'used' : ending;
  record(decisionBody(ticket, { state, unattendedPossible: approvals.unattendedPossible, mask }));
  if (isUsed) return;
  const why = `${ticket.id} is ${state}`;
  throw new HallpassError(
    state === 'denied' ? 'ERR_DENIED' : 'ERR_NOT_DECIDED',
    `the command was not run: ${why}`,
  );
}

function checkUnchanged(ask: ApprovalAsk, deps: JudgeDeps): void {
  const { always, version } = deps.policy;
  if (always?.outcome === 'deny') throw refused(always, deps);
  if (version === ask.policy) return;
  throw refused(
    { rule: ask.rule, reason: 'the policy has changed since it was asked for: run it again' },
    deps,
  );
}

// A keeper that is out of reach is no answer.
async function decided(
  ticket: ApprovalTicket,
  signal: AbortSignal,
): Promise<Exclude<Awaited<ReturnType<ApprovalTicket['wait']>>, 'pending'>> {
  for (;;) {
    const state = await ticket.wait(LIMITS.holdProgressMs, signal);
    if (state !== 'pending') return state;
    if (!signal.aborted) continue;
    await ticket.cancel();
    return 'cancelled';
  }
}

function askOf({ words, masked }: AskedCommand, decision: Held, deps: JudgeDeps): ApprovalAsk {
  const { key, session, principal, policy, now } = deps;
  const { rule, reason, risk, terms } = decision;
  const bound = [METHOD, session, principal.subject, policy.version, ...words];
  return {
    binding: createHmac('sha256', key).update(JSON.stringify(bound)).digest('hex'),
    session,
    connection: METHOD,
    method: METHOD,
    tool: programOf(masked),
    subject: principal.subject,
    presented: JSON.stringify({ argv: masked }),
    findings: [],
    restores: [],
    rule,
    reason,
    risk,
    terms,
    policy: policy.version,
    expiresAt: now() + terms.expiresMs,
  };
}
