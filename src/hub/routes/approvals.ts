import { hash } from 'node:crypto';

import type { Context, Hono } from 'hono';
import { z } from 'zod';

import { type ApprovalDecision, stateOf } from '../../core/approvals/approval.ts';
import { LIMITS } from '../../core/limits.ts';
import { approvalId, type ApprovalDesk, type Asked } from '../approvals/approval-desk.ts';
import type { ListedApproval, StoredApproval } from '../db/database.ts';
import { readBody } from '../http/body.ts';
import { type AuthDeps, authenticate } from '../http/context.ts';
import { badRequest, HttpError } from '../http/errors.ts';

export interface ApprovalRouteDeps extends AuthDeps {
  readonly desk: ApprovalDesk;
  readonly now: () => number;
}

/**
 * What clients do with approvals: ask, wait, use up, take back. Decisions are no part of it: they are made in a browser
 * (browser/…), by a person who has just signed in, and no token of a command line makes one.
 */
export function approvalRoutes(app: Hono, deps: ApprovalRouteDeps): void {
  app.post('/approvals', (context) => request(context, deps));
  app.get('/approvals', (context) => list(context, deps));
  app.get('/approvals/:id', (context) => show(context, deps));
  app.post('/approvals/:id/consume', (context) => use(context, deps));
  app.post('/approvals/:id/cancel', (context) => takeBack(context, deps));
  app.post('/approvals/:id/decisions', async (context) => {
    await authenticate(context, deps);
    const message = 'a token decides nothing: that takes a person in a browser';
    throw new HttpError(403, { code: 'ERR_DENIED', message });
  });
}

const text = z.string();
const finding = z.strictObject({ rule: text, at: text, placeholder: text, why: text });
const asked = z.strictObject({
  binding: z.string().regex(/^[0-9a-f]{64}$/),
  session: z.string().min(1).max(LIMITS.eventTextChars),
  connection: z.string().min(1).max(LIMITS.eventTextChars),
  method: z.string().max(LIMITS.eventTextChars),
  tool: z.string().max(LIMITS.eventTextChars),
  presented: text,
  findings: z.array(finding).max(LIMITS.eventFindings),
  restores: z.array(text).max(LIMITS.eventFindings),
  rule: text,
  reason: text,
  risk: z.enum(['none', 'low', 'medium', 'high']),
  terms: z.strictObject({
    approvals: z.number().int().min(1).max(LIMITS.approvers),
    groups: z.array(text).max(LIMITS.approvers),
    self: z.boolean(),
    expires_in: z
      .number()
      .positive()
      .max(LIMITS.approvalMaxMs / 1000),
  }),
  policy: text,
});

async function request(context: Context, deps: ApprovalRouteDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'approvals:write');
  const body = await readBody(context, LIMITS.approvalAskBytes);
  const { approval, isNew } = await deps.desk.request(askedOf(body), caller);
  return context.json(told(approval, deps), isNew ? 201 : 200);
}

function askedOf(body: Buffer): Asked {
  const parsed = asked.safeParse(jsonOf(body));
  if (!parsed.success)
    throw badRequest(`the approval asked for is not well formed: ${firstIssue(parsed.error)}`);
  const { expires_in: seconds, ...terms } = parsed.data.terms;
  return { ...parsed.data, terms: { ...terms, expiresMs: seconds * 1000 } };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw badRequest('the body is not JSON');
  }
}

// Where, and not what: the value is anybody's.
function firstIssue({ issues: [first] }: z.ZodError): string {
  return first === undefined ? 'it is not' : first.path.join('.') || first.code;
}

async function list(context: Context, deps: ApprovalRouteDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'approvals:read');
  const ms = waitMs(context.req.query('wait'));
  const known = context.req.header('if-none-match');
  const { signal } = context.req.raw;
  const isNews = ({ etag }: Page): boolean => etag !== known;
  const { body, etag } = await deps.desk.watch(caller, (listed) => pageOf(listed, deps), {
    isNews,
    ms,
    signal,
  });
  const headers = { etag, 'cache-control': 'private, no-cache', 'content-type': 'application/json' };
  return etag === known ? context.body(null, 304, headers) : context.body(body, 200, headers);
}

interface Page {
  readonly body: string;
  /** With its quotes (RFC 9110 section 8.8.3). */
  readonly etag: string;
}

function pageOf(listed: readonly ListedApproval[], deps: ApprovalRouteDeps): Page {
  const shown = listed.slice(0, LIMITS.sessionsPage);
  const body = JSON.stringify({ approvals: shown.map((approval) => summary(approval, deps)) });
  return { body, etag: `"${hash('sha256', body)}"` };
}

async function show(context: Context, deps: ApprovalRouteDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'approvals:read');
  const ms = waitMs(context.req.query('wait'));
  const { signal } = context.req.raw;
  const approval = await deps.desk.wait(approvalId(context.req.param('id')), caller, { ms, signal });
  return context.json(told(approval, deps));
}

function waitMs(seconds: string | undefined): number {
  if (seconds === undefined) return 0;
  if (!/^\d{1,3}(?:\.\d{1,3})?$/.test(seconds)) throw badRequest('wait is a number of seconds');
  return Math.min(Number(seconds) * 1000, LIMITS.approvalWaitMs);
}

async function use(context: Context, deps: ApprovalRouteDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'approvals:write');
  const id = approvalId(context.req.param('id'));
  const parsed = z
    .strictObject({ use: z.string().regex(/^[\w-]{16,64}$/) })
    .safeParse(jsonOf(await readBody(context, LIMITS.hubBodyBytes)));
  if (!parsed.success) throw badRequest('use has to be 16 to 64 letters, digits, - and _');
  return context.json({ consumed: await deps.desk.consume(id, caller, parsed.data.use) });
}

async function takeBack(context: Context, deps: ApprovalRouteDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'approvals:write');
  const approval = await deps.desk.cancel(approvalId(context.req.param('id')), caller);
  return context.json(told(approval, deps));
}

// All but what may be long.
function summary(approval: ListedApproval, { hub, now }: ApprovalRouteDeps): object {
  const { id, session, connection, tool, method, subject, risk, rule, reason, policy } = approval;
  const { expiresAt, createdAt, terms, decisions } = approval;
  const { approvals, groups, self, expiresMs } = terms;
  return {
    approval: id,
    session,
    connection,
    tool,
    state: stateOf({ ...approval, presented: '' }, now()),
    expires_at: expiresAt,
    url: `${hub}/approvals/${id}`,
    method,
    subject,
    risk,
    rule,
    reason,
    policy,
    created_at: createdAt,
    terms: { approvals, groups, self, expires_in: expiresMs / 1000 },
    decisions: decisions.map(saidText),
  };
}

function told(approval: StoredApproval, deps: ApprovalRouteDeps): object {
  const { presented, findings, restores } = approval;
  return { ...summary(approval, deps), presented, findings, restores };
}

function saidText(decision: ApprovalDecision): object {
  const { by, groups, verdict, reason, at, attended, breakGlass } = decision;
  return { by, groups, verdict, reason, at, attended, break_glass: breakGlass === true };
}
