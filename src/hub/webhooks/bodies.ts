import { stateOf } from '../../core/approvals/approval.ts';
import { visible } from '../../core/visible.ts';
import type { ApprovalEvent } from '../approvals/approval-desk.ts';

/**
 * What a webhook of format `standard` says (Standard Webhooks 1.0.0, "Payload structure"). No arguments: whoever may see
 * them sees them at the hub.
 */
export function standardBody({ type, approval, decision, at }: ApprovalEvent, hub: string): string {
  const { id, session, connection, method, tool, subject, rule, reason, risk, terms, expiresAt } = approval;
  const { approvals, groups } = terms;
  return JSON.stringify({
    type,
    timestamp: new Date(at).toISOString(),
    data: {
      approval: id,
      url: urlOf(id, hub),
      state: stateOf(approval, at),
      subject,
      session,
      connection,
      method,
      tool,
      rule,
      reason,
      risk,
      approvals,
      groups,
      expires_at: new Date(expiresAt).toISOString(),
      ...(decision !== undefined && {
        decision: {
          by: decision.by,
          verdict: decision.verdict,
          reason: decision.reason,
          break_glass: decision.breakGlass === true,
        },
      }),
    },
  });
}

// docs.slack.dev/reference/block-kit: a header's text has at most 150 characters, a section's 3000, each of its at most
// ten fields 2000.
const HEADER = 150;
const FIELD = 2000;

/** The same as Slack's incoming webhooks take it: `text` for notifications, `blocks` for what is shown. */
export function slackBody(event: ApprovalEvent, hub: string): string {
  const { approval } = event;
  const title = titleOf(event);
  const url = urlOf(approval.id, hub);
  return JSON.stringify({
    text: cut(escapeSlack(`${title} ${url}`), FIELD),
    blocks: [
      { type: 'header', text: plain(title, HEADER) },
      { type: 'section', fields: fieldsOf(event).map(([name, value]) => plain(`${name}: ${value}`, FIELD)) },
      { type: 'section', text: { type: 'mrkdwn', text: `<${escapeSlack(url)}|Open it at the hub>` } },
    ],
  });
}

function titleOf({ type, approval, decision }: ApprovalEvent): string {
  const what = approval.tool || approval.method;
  if (type === 'approval.requested') return `${approval.subject} asks for ${what} on ${approval.connection}`;
  const did = decision?.verdict === 'deny' ? 'denied' : 'approved';
  const start = type === 'approval.break_glass' ? 'BREAK GLASS: ' : '';
  return `${start}${decision?.by ?? ''} ${did} ${what} of ${approval.subject} on ${approval.connection}`;
}

function fieldsOf({ approval, decision, at }: ApprovalEvent): [string, string][] {
  const { risk, rule, reason, terms, expiresAt } = approval;
  const asked: [string, string][] = [
    ['Risk', risk],
    ['Rule', rule],
    ['Why', reason],
    ['Needs', `${terms.approvals} of ${terms.groups.join(', ') || 'its approvers'}`],
    ['Until', new Date(expiresAt).toISOString()],
  ];
  if (decision === undefined) return asked;
  return [['State', stateOf(approval, at)], ['Justification', decision.reason], ...asked];
}

// Plain text knows no mentions, links or emoji: what stands in it is shown as it stands there.
function plain(text: string, limit: number): { type: 'plain_text'; text: string; emoji: false } {
  return { type: 'plain_text', text: cut(visible(text, { oneLine: true }), limit), emoji: false };
}

// docs.slack.dev/messaging/formatting-message-text: these three, and no others, else <!channel> would call everybody.
function escapeSlack(text: string): string {
  const line = visible(text, { oneLine: true });
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function urlOf(id: string, hub: string): string {
  return `${hub}/approvals/${id}`;
}
