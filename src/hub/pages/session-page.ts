import { html } from 'hono/html';

import type { StoredSession } from '../db/database.ts';
import { type Html, line } from './layout.ts';
import { badge, facts, utc } from './parts.ts';

/** One line of a session's log, as far as the page shows it. */
export interface ShownEvent {
  readonly seq: string;
  readonly time: string;
  readonly kind: string;
  /** Method and tool, or what else there is to say. */
  readonly what: string;
  readonly verdict: string;
  readonly findings: number;
}

export interface SessionView {
  readonly session: StoredSession;
  readonly state: string;
  readonly events: readonly ShownEvent[];
  /** There are more than are shown. */
  readonly isCut: boolean;
}

/** One session, to be read: who, what, when, and its events without their payloads. */
export function sessionPage({ session, state, events, isCut }: SessionView): Html {
  const { kind, connection, subject, started_at, ended_at, findings, claims } = session;
  return html`<div class="card">
      <p>${badge(state)}</p>
      ${facts([
        ['Who', subject],
        ['Kind', kind ?? undefined],
        ['Connection', connection ?? undefined],
        ['Began', timeOf(started_at)],
        ['Ended', timeOf(ended_at)],
        ['Events', session.events === null ? undefined : String(session.events)],
        ['Findings', findings === null ? undefined : String(findings)],
      ])}
    </div>
    ${failed(claims)}
    <h2>Events</h2>
    ${events.length === 0 ? html`<p class="card soft">None have been uploaded.</p>` : table(events)}
    ${isCut ? html`<p class="soft">There are more. hallpass sessions show ${session.id} --hub shows all of them.</p>` : ''}
    <p class="soft">hallpass verify ${session.id} --hub checks all that is said here.</p>`;
}

// What a log claims need be no time.
function timeOf(text: string | null): string | undefined {
  const at = text === null ? NaN : Date.parse(text);
  return Number.isNaN(at) ? (text ?? undefined) : utc(at);
}

function failed(claims: StoredSession['claims']): Html | '' {
  const failing = claims.filter(({ status }) => status === 'fail');
  if (failing.length === 0) return '';
  return html`<div class="card warning">
    <ul>
      ${failing.map(({ claim, reason }) => html`<li>${line(claim)}: ${line(reason)}</li>`)}
    </ul>
  </div>`;
}

function table(events: readonly ShownEvent[]): Html {
  return html`<div class="card scroll">
    <table>
      <thead>
        <tr>
          <th>#</th>
          <th>Time (UTC)</th>
          <th>Event</th>
          <th>Verdict</th>
          <th>Masked</th>
        </tr>
      </thead>
      <tbody>
        ${events.map(eventRow)}
      </tbody>
    </table>
  </div>`;
}

function eventRow({ seq, time, kind, what, verdict, findings }: ShownEvent): Html {
  return html`<tr>
    <td class="number">${line(seq)}</td>
    <td class="number">${line(time)}</td>
    <td>${line(kind)} ${what === '' ? '' : html`<code>${line(what)}</code>`}</td>
    <td>${line(verdict)}</td>
    <td class="number">${findings === 0 ? '' : findings}</td>
  </tr>`;
}
