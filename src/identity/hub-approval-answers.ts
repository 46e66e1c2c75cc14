import { z } from 'zod';

import type { Approval, ApprovalDecision } from '../core/approvals/approval.ts';

const text = z.string();
const count = z.number().int();
const state = z.enum(['pending', 'approved', 'denied', 'expired', 'cancelled', 'consumed']);
export const said = z.object({
  by: text,
  groups: z.array(text),
  verdict: z.enum(['approve', 'deny']),
  reason: text,
  at: count,
  attended: z.boolean(),
  break_glass: z.boolean(),
});
export const told = z.object({
  approval: z.string().regex(/^apr_[0-9a-f]{20}$/),
  session: text,
  connection: text,
  tool: text,
  method: text,
  subject: text,
  risk: z.enum(['none', 'low', 'medium', 'high']),
  rule: text,
  reason: text,
  policy: text,
  state,
  created_at: count,
  expires_at: count,
  url: text,
  // Of one, and not in a list.
  findings: z.array(z.object({ rule: text, at: text, placeholder: text, why: text })).default([]),
  restores: z.array(text).default([]),
  terms: z.object({ approvals: count, groups: z.array(text), self: z.boolean(), expires_in: z.number() }),
  decisions: z.array(said),
  presented: text.default(''),
});
export const page = z.object({ approvals: z.array(told) });
export const used = z.object({ consumed: z.boolean() });

export type Told = z.infer<typeof told>;
export type Said = z.infer<typeof said>;

/** One person's word, as the hub told it. */
export function decisionOf({ break_glass: breakGlass, ...said_ }: Said): ApprovalDecision {
  return breakGlass ? { ...said_, breakGlass } : said_;
}

/** An approval, as the hub told it; in a list without what is long. */
export function approvalOf(one: Told): Approval {
  const { approval: id, created_at: createdAt, expires_at: expiresAt, terms, decisions, state: now } = one;
  const { session, connection, tool, method, subject, risk, rule, reason, policy } = one;
  const { findings, restores, presented } = one;
  const { expires_in: seconds, ...rest } = terms;
  const asked = { session, connection, tool, method, subject, risk, rule, reason, policy };
  return {
    ...asked,
    id,
    // Nobody's business but that of who asked.
    binding: '',
    findings,
    restores,
    presented,
    createdAt,
    expiresAt,
    terms: { ...rest, expiresMs: seconds * 1000 },
    decisions: decisions.map(decisionOf),
    ...((now === 'cancelled' || now === 'consumed' || now === 'expired') && { ended: now }),
  };
}
