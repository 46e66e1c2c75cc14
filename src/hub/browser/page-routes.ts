import type { Context, Hono } from 'hono';

import { stateOf } from '../../core/approvals/approval.ts';
import { approvalId, justification, type Said } from '../approvals/approval-desk.ts';
import { maskReason } from '../../core/mask/mask-reason.ts';
import type { ListedApproval, StoredApproval, StoredSession } from '../db/database.ts';
import { readForm } from '../http/body.ts';
import { badRequest, HttpError, noSuchSession } from '../http/errors.ts';
import { type ListedRow, approvalList } from '../pages/approval-list.ts';
import { approvalPage, type Choices } from '../pages/approval-page.ts';
import { answerPage, type Page } from '../pages/layout.ts';
import { missingPage, signInPage } from '../pages/message-page.ts';
import { sessionPage } from '../pages/session-page.ts';
import { shownState } from '../sessions/checkpoints.ts';
import { countdownStyle, STYLE } from '../pages/style.ts';
import { formToken, isFormToken } from './browser-sessions.ts';
import {
  field,
  isForm,
  type PageDeps,
  placeOf,
  type Present,
  presentAt,
  requireOwnOrigin,
  wantsPage,
} from './page-deps.ts';
import { pageFor } from './page-of.ts';
import { goTo, SIGN_OUT, signInRoutes } from './sign-in-routes.ts';
import { readEvents } from './session-events.ts';

const LIST_SECONDS = 15;

/**
 * The hub's pages for people: what waits for a decision, each of it, and a session to read. They share their addresses
 * with the API, and are registered before it: who asks for HTML without a token gets a page.
 */
export function pageRoutes(app: Hono, deps: PageDeps): void {
  signInRoutes(app, deps);
  app.get('/pages/style.css', (context) => css(context, STYLE));
  app.get('/pages/countdown/:file{[0-9]{1,6}\\.css}', (context) =>
    css(context, countdownStyle(Number.parseInt(context.req.param('file'), 10))),
  );
  app.get(
    '/approvals',
    pageFor(wantsPage, (context) => signedIn(context, deps, list)),
  );
  app.get(
    '/approvals/:id',
    pageFor(wantsPage, (context) => signedIn(context, deps, showOne)),
  );
  app.post(
    '/approvals/:id/decisions',
    pageFor(isForm, (context) => decide(context, deps)),
  );
  app.get(
    '/sessions/:id',
    pageFor(wantsPage, (context) => signedIn(context, deps, showSession)),
  );
}

function css(context: Context, style: string): Response {
  context.header('cache-control', 'public, max-age=3600');
  context.header('x-content-type-options', 'nosniff');
  return context.body(style, 200, { 'content-type': 'text/css; charset=utf-8' });
}

type Shown = (context: Context, deps: PageDeps, present: Present) => Promise<Page>;

async function signedIn(context: Context, deps: PageDeps, show: Shown): Promise<Response> {
  const present = await presentAt(context, deps);
  if (present !== undefined) {
    const person = personOf(present);
    try {
      return await answerPage(context, { ...(await show(context, deps, present)), person });
    } catch (error) {
      if (!(error instanceof HttpError) || error.status !== 404) throw error;
      const body = missingPage(error.message, present.browser.subject);
      return answerPage(context, { title: 'Not found', body, person }, 404);
    }
  }
  const to = placeOf(context.req.path);
  // Somebody may be signed in whose cookie stayed behind, as it does with a link in a chat or a mail.
  if (context.req.header('sec-fetch-site') === 'cross-site') return goTo(context, 'One moment', to);
  return answerPage(context, { title: 'Approvals', body: signInPage(to) });
}

function personOf({ browser }: Present): Page['person'] {
  return { name: browser.subject, signOut: formToken(browser, SIGN_OUT) };
}

async function list(_: Context, deps: PageDeps, { viewer }: Present): Promise<Page> {
  const now = deps.now();
  const rows = (await deps.desk.list(viewer)).map((approval): ListedRow => {
    const may = deps.desk.powers(approval, viewer);
    const isTheirs = may.approve && whyNot(approval, viewer.subject) === undefined;
    return { approval, state: stateOf({ ...approval, presented: '' }, now), isTheirs };
  });
  const next = { seconds: LIST_SECONDS, to: '/approvals' };
  return { title: 'Approvals', body: approvalList(rows, now), next };
}

async function showOne(context: Context, deps: PageDeps, present: Present): Promise<Page> {
  // Whoever decides next need not wait for the rules to load.
  void maskReason('', deps.masking());
  const approval = await deps.desk.find(approvalId(context.req.param('id')), present.viewer);
  return approvalShown(approval, deps, { present, problem: undefined });
}

async function approvalShown(
  approval: StoredApproval,
  deps: PageDeps,
  { present, problem }: { present: Present; problem: string | undefined },
): Promise<Page> {
  const { tool, method, subject, connection, expiresAt } = approval;
  const now = deps.now();
  const state = stateOf(approval, now);
  const showsSession = (await readableSession(approval.session, deps, present)) !== undefined;
  const choices = choicesOf(approval, deps, present);
  return {
    title: `${subject}: ${tool || method} on ${connection}`,
    body: approvalPage({ approval, state, choices, showsSession, problem }),
    countdown: state === 'pending' ? Math.max(0, Math.round((expiresAt - now) / 1000)) : undefined,
  };
}

function choicesOf(approval: StoredApproval, deps: PageDeps, { browser, viewer }: Present): Choices {
  const { approve, deny, breakGlass } = deps.desk.powers(approval, viewer);
  const isOwn = approval.owner === viewer.owner;
  const why = approve
    ? whyNot(approval, viewer.subject, viewer.groups)
    : isOwn
      ? OWN
      : 'It is not yours to approve.';
  return {
    approve: approve && why === undefined,
    deny,
    breakGlass,
    why,
    isStale: !deps.browsers.isFresh(browser),
    token: formToken(browser, decisionPath(approval.id)),
  };
}

const OWN = 'You asked for it, and somebody else approves it. To take it back, deny it.';

// Why the word of somebody who may approve here would not count; the desk has the last word.
function whyNot(
  { subject, terms, decisions }: ListedApproval,
  by: string,
  groups?: readonly string[],
): string | undefined {
  if (subject === by && !terms.self) return 'It is your own request: somebody else has to approve it.';
  if (decisions.some((said) => said.by === by && said.verdict === 'approve'))
    return 'You have approved it. Somebody else has to, too.';
  const isNamed =
    groups === undefined || terms.groups.length === 0 || terms.groups.some((name) => groups.includes(name));
  return isNamed ? undefined : 'The policy asks for somebody of another group.';
}

// The one place where a decision is taken: from a page of ours, in a browser, by who has just proved who they are.
async function decide(context: Context, deps: PageDeps): Promise<Response> {
  requireOwnOrigin(context, deps);
  const present = await presentAt(context, deps);
  if (present === undefined)
    throw new HttpError(403, { code: 'ERR_AUTH', message: 'you are not signed in any more' });
  const id = approvalId(context.req.param('id'));
  const form = await readForm(context);
  if (!isFormToken(present.browser, decisionPath(id), field(form, 'token')))
    throw new HttpError(403, { code: 'ERR_DENIED', message: 'this form is not of this sign-in' });
  if (!deps.browsers.isFresh(present.browser)) return stale(context, deps, { present, id });
  const { reason, ...said } = saidIn(form);
  const masked = await maskReason(reason, deps.masking());
  await deps.desk.decide(id, present.viewer, { ...said, reason: masked });
  return context.redirect(`/approvals/${id}`, 303);
}

async function stale(
  context: Context,
  deps: PageDeps,
  { present, id }: { present: Present; id: string },
): Promise<Response> {
  const approval = await deps.desk.find(id, present.viewer);
  const problem = 'Nothing was decided: you signed in too long ago.';
  const page = await approvalShown(approval, deps, { present, problem });
  return answerPage(context, { ...page, person: personOf(present) }, 403 as 400);
}

function saidIn(form: ReadonlyMap<string, string>): Said {
  const reason = justification(field(form, 'reason'));
  const verdict = field(form, 'verdict');
  if (verdict === 'approve' || verdict === 'deny') return { verdict, reason };
  if (verdict !== 'break_glass') throw badRequest('a verdict is approve or deny');
  if (form.get('sure') !== 'yes') throw badRequest('say that you pass over the terms');
  return { verdict: 'approve', reason, breakGlass: true };
}

function decisionPath(id: string): string {
  return `/approvals/${id}/decisions`;
}

async function showSession(context: Context, deps: PageDeps, present: Present): Promise<Page> {
  const session = await readableSession(context.req.param('id') ?? '', deps, present);
  if (session === undefined) throw noSuchSession();
  const { events, isCut } = await readEvents(session, deps.blobs);
  const state = shownState(session, deps.now());
  return { title: `Session ${session.id}`, body: sessionPage({ session, state, events, isCut }) };
}

// Its owner's and auditors', as over the API.
async function readableSession(
  id: string,
  { database }: PageDeps,
  { viewer }: Present,
): Promise<StoredSession | undefined> {
  const session = await database.sessions.find(id);
  return session !== undefined && (session.owner === viewer.owner || viewer.isAuditor) ? session : undefined;
}
