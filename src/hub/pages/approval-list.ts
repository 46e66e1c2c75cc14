import { html } from 'hono/html';

import type { ApprovalState } from '../../core/approvals/approval.ts';
import type { ListedApproval } from '../db/database.ts';
import { type Html, line } from './layout.ts';
import { badge, riskBadge, timeLeft, utc } from './parts.ts';

export interface ListedRow {
  readonly approval: ListedApproval;
  readonly state: ApprovalState;
  /** Whether who looks has something to say about it. */
  readonly isTheirs: boolean;
}

/** What waits, most urgent first, and what was decided lately. */
export function approvalList(rows: readonly ListedRow[], now: number): Html {
  const waiting = rows.filter(({ state }) => state === 'pending');
  const byTime = waiting.toSorted((a, b) => a.approval.expiresAt - b.approval.expiresAt);
  const mine = byTime.filter(({ isTheirs }) => isTheirs);
  const others = byTime.filter(({ isTheirs }) => !isTheirs);
  const over = rows.filter(({ state }) => state !== 'pending');
  return html`${waiting.length === 0 ? html`<p class="card soft">Nothing waits for a decision.</p>` : ''}
  ${section('For you to decide', mine, now)} ${section('Waiting for somebody else', others, now)}
  ${section('Before', over, now)}`;
}

function section(title: string, rows: readonly ListedRow[], now: number): Html | '' {
  if (rows.length === 0) return '';
  return html`<h2>${title}</h2>
    ${rows.map((row) => card(row, now))}`;
}

function card({ approval, state }: ListedRow, now: number): Html {
  const { id, tool, method, subject, connection, risk, reason, expiresAt, createdAt } = approval;
  // What waits stands under a heading that says so.
  const standing = state === 'pending' ? '' : badge(state);
  return html`<a class="card" href="/approvals/${id}">
    <span class="row"><b>${line(tool || method)}</b><span>${riskBadge(risk)} ${standing}</span></span>
    <span class="reason">${line(reason)}</span>
    <span class="row soft"
      ><span>${line(subject)} on ${line(connection)}</span
      ><span>${state === 'pending' ? timeLeft(expiresAt, now) : utc(createdAt)}</span></span
    >
  </a>`;
}
