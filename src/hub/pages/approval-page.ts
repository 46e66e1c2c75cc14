import { html } from 'hono/html';

import type { ApprovalDecision, ApprovalState } from '../../core/approvals/approval.ts';
import { indented } from '../../core/approvals/describe.ts';
import { LIMITS } from '../../core/limits.ts';
import type { StoredApproval } from '../db/database.ts';
import { type Html, line } from './layout.ts';
import { badge, block, facts, riskBadge, utc } from './parts.ts';

/** What somebody may do on the page of an approval. */
export interface Choices {
  readonly approve: boolean;
  readonly deny: boolean;
  readonly breakGlass: boolean;
  /** Why they can't approve it, or do anything. */
  readonly why: string | undefined;
  /** They have to sign in again first. */
  readonly isStale: boolean;
  /** What the form carries. */
  readonly token: string;
}

export interface ApprovalView {
  readonly approval: StoredApproval;
  readonly state: ApprovalState;
  readonly choices: Choices;
  /** Whether its session can be looked at. */
  readonly showsSession: boolean;
  /** What was wrong with what was sent. */
  readonly problem: string | undefined;
}

/** Who asks for what, under which terms, and the forms to decide it. */
export function approvalPage(view: ApprovalView): Html {
  const { approval, state, problem } = view;
  return html`${problem === undefined ? '' : html`<p class="card warning" role="alert">${line(problem)}</p>`}
    ${summary(view)}
    <h2>The call, masked</h2>
    ${presented(approval)} ${restores(approval)} ${findings(approval)} ${said(approval)}
    ${state === 'pending' || state === 'approved' ? forms(view) : ''}`;
}

// What it takes to decide; the rest is there for who wants it, and pushes the call itself off no small screen.
function summary({ approval, state, showsSession }: ApprovalView): Html {
  const { subject, connection, reason, risk, terms } = approval;
  return html`<div class="card">
    <p class="row"><span>${riskBadge(risk)} ${badge(state)}</span>${until(approval, state)}</p>
    ${facts([
      ['Who', subject],
      ['Connection', connection],
      ['Why it waits', reason],
      ['Needs', needs(terms)],
    ])}
    ${more(approval, showsSession)}
  </div>`;
}

function more(
  { id, tool, method, rule, policy, session, createdAt }: StoredApproval,
  showsSession: boolean,
): Html {
  const shownSession = showsSession
    ? html`<a href="/sessions/${session}"><code>${line(session)}</code></a>`
    : session;
  return html`<details class="more">
    <summary>More</summary>
    ${facts([
      ['Tool', tool],
      ['Method', method],
      ['Rule', rule],
      ['Policy', policy],
      ['Session', shownSession],
      ['Asked', utc(createdAt)],
      ['Approval', id],
    ])}
  </details>`;
}

function until({ expiresAt }: StoredApproval, state: ApprovalState): Html {
  const end = html`<span class="soft">until ${utc(expiresAt)}</span>`;
  if (state !== 'pending') return end;
  return html`<span><span class="countdown" role="timer"></span> ${end}</span>`;
}

function needs({ approvals, groups, self }: StoredApproval['terms']): string {
  const people = approvals === 1 ? 'one person' : `${approvals} people`;
  const which = groups.length === 0 ? '' : `, each in one of: ${groups.join(', ')}`;
  return `${people}${which}${self ? '' : '; not who asked'}`;
}

function presented({ presented: json }: StoredApproval): Html {
  const warning = html`<p class="card warning">
    This is no whole document: something may have been cut off.
  </p>`;
  return html`${isJson(json) ? '' : warning}${block(indented(json))}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function restores({ restores: sentences }: StoredApproval): Html | '' {
  if (sentences.length === 0) return '';
  return html`<h2>If it is approved, these go out in clear</h2>
    <div class="card warning">
      <ul>
        ${sentences.map((sentence) => html`<li>${line(sentence)}</li>`)}
      </ul>
    </div>`;
}

function findings({ findings: found }: StoredApproval): Html | '' {
  if (found.length === 0) return '';
  return html`<h2>Secrets in it</h2>
    <ul>
      ${found.map(({ rule, at, why }) => html`<li><b>${line(rule)}</b> at <code>${line(at)}</code>: ${line(why)}</li>`)}
    </ul>`;
}

function said({ decisions }: StoredApproval): Html | '' {
  if (decisions.length === 0) return '';
  return html`<h2>Decisions</h2>
    ${decisions.map(saidCard)}`;
}

function saidCard({ by, verdict, reason, at, breakGlass }: ApprovalDecision): Html {
  const word = verdict === 'deny' ? 'denied' : 'approved';
  return html`<div class="card">
    <span class="row"
      ><b>${line(by)}</b
      ><span
        >${breakGlass === true ? html`<span class="badge high">break glass</span> ` : ''}${badge(word)}</span
      ></span
    >
    <p>${line(reason)}</p>
    <span class="soft">${utc(at)}</span>
  </div>`;
}

function forms({ approval: { id, decisions }, choices, state }: ApprovalView): Html {
  const { approve, deny, breakGlass, why, isStale } = choices;
  const remark = state === 'approved' ? 'It is approved, and can still be denied until it is used.' : why;
  const note = remark === undefined ? '' : html`<p class="soft">${remark}</p>`;
  if (!approve && !deny && !breakGlass)
    return html`<h2>Decide</h2>
      <div class="card">${note}</div>`;
  const mayStillApprove = approve && state === 'pending';
  const title = mayStillApprove ? (decisions.length === 0 ? 'Decide' : 'Decide as well') : 'Deny';
  if (isStale)
    return html`<h2>${title}</h2>
      ${signInAgain(id, note)}`;
  return html`<h2>${title}</h2>
    ${decisionForm(id, choices, { mayApprove: mayStillApprove, note })}
    ${breakGlass && state === 'pending' ? breakGlassForm(id, choices) : ''}`;
}

function signInAgain(id: string, note: Html | ''): Html {
  return html`<div class="card">
    ${note}
    <p>Whoever decides has signed in within the last ${LIMITS.freshLoginMs / 60_000} minutes.</p>
    <a class="button primary" href="/login?to=/approvals/${id}">Sign in again</a>
  </div>`;
}

function decisionForm(
  id: string,
  { deny, token }: Choices,
  { mayApprove, note }: { mayApprove: boolean; note: Html | '' },
): Html | '' {
  if (!deny && !mayApprove) return note === '' ? '' : html`<div class="card">${note}</div>`;
  return html`<form class="card" method="post" action="/approvals/${id}/decisions" autocomplete="off">
    ${note}
    <input type="hidden" name="token" value="${token}" />
    <label for="reason">Justification</label>
    <textarea id="reason" name="reason" required maxlength="${LIMITS.reasonCharacters}"></textarea>
    <div class="buttons">
      ${deny ? html`<button class="deny" name="verdict" value="deny">Deny</button>` : ''}${mayApprove ? html`<button class="approve" name="verdict" value="approve">Approve</button>` : ''}
    </div>
  </form>`;
}

function breakGlassForm(id: string, { token }: Choices): Html {
  return html`<details class="card">
    <summary>Break glass</summary>
    <p>
      This approves it at once, whatever the terms say. Everybody is told: it stands in the record of the
      session, in the log of the hub and in its webhooks, with your name and what you write here.
    </p>
    <form method="post" action="/approvals/${id}/decisions" autocomplete="off">
      <input type="hidden" name="token" value="${token}" /><input
        type="hidden"
        name="verdict"
        value="break_glass"
      />
      <label for="emergency">What is the emergency?</label>
      <textarea id="emergency" name="reason" required maxlength="${LIMITS.reasonCharacters}"></textarea>
      <label class="plain"
        ><input type="checkbox" name="sure" value="yes" required /> I pass over the terms of this
        approval.</label
      >
      <button class="deny" type="submit">Break glass and approve</button>
    </form>
  </details>`;
}
