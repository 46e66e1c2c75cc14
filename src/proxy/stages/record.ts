import type { ParsedMessage } from '../../core/jsonrpc/envelope.ts';
import { restoreText } from '../../core/mask/restoring.ts';
import { PASS, type Outcome, type Passage, type StageDeps } from '../../core/message.ts';
import type { MessageBody, RefusedBody } from '../../core/session/event.ts';

const NOTHING_AGAINST = 'nothing in the policy is against it';

/** Writes the message, or the refusal, to the session log. What can't be recorded isn't delivered. */
export function record(passage: Passage, deps: StageDeps): Outcome {
  const { view, remains, refusal, message, returns = [], restores = [], decision } = passage;
  if (view === undefined) {
    deps.record(unread(passage), remains);
    return PASS;
  }
  const isBlocked = view.blocked.length > 0;
  const body: MessageBody = {
    kind: 'message',
    direction: message.direction,
    // Where a message was stopped for a secret that nothing could mask, its own words may hold it.
    ...(!isBlocked && describe(view.parsed)),
    findings: [...view.findings, ...view.blocked, ...view.exposed],
    verdict: refusal
      ? { outcome: refusal.kind === 'hold' ? 'hold' : 'deny', rule: refusal.rule, reason: refusal.reason }
      : passage.isOurs === true
        ? { outcome: 'allow', rule: 'hallpass', reason: 'it answers what hallpass asked' }
        : { outcome: 'allow', rule: decision?.rule ?? 'guard', reason: decision?.reason ?? NOTHING_AGAINST },
    ...(refusal?.kind === 'hold' && refusal.reply !== undefined && { waits: true }),
    ...(refusal === undefined && returns.length > 0 && { returned: returns.map(({ at }) => at) }),
    ...(refusal === undefined && restores.length > 0 && { restored: restores.map(restoreText) }),
    // Wherever the payload has it in clear, delivered or not.
    ...(!isBlocked && view.passed.length > 0 && { excepted: view.passed }),
    ...(view.unchecked && { unchecked: true }),
  };
  deps.record(body, isBlocked ? undefined : view.bytes);
  return PASS;
}

function unread({ message, refusal }: Passage): RefusedBody {
  return { kind: 'refused', direction: message.direction, reason: refusal?.reason ?? 'unread' };
}

function describe({ messages, batch }: ParsedMessage): Pick<MessageBody, 'method' | 'id' | 'tool'> {
  const [envelope] = messages;
  if (envelope === undefined || batch) return {};
  return {
    ...(envelope.method !== undefined && { method: envelope.method }),
    ...(envelope.id !== undefined && { id: envelope.id }),
    ...(envelope.target !== undefined && { tool: envelope.target }),
  };
}
