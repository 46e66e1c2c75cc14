import { html } from 'hono/html';

import type { Severity } from '../../core/policy/severity.ts';
import { visible } from '../../core/visible.ts';
import { type Html, line } from './layout.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SECOND = 1000;

/** One of a few words of our own. */
export function badge(word: string): Html {
  return html`<span class="badge ${word}">${word}</span>`;
}

export function riskBadge(risk: Severity): Html {
  return html`<span class="badge ${risk}">${risk} risk</span>`;
}

/** How long until then, in words. */
export function timeLeft(until: number, now: number): string {
  const left = until - now;
  if (left <= 0) return 'over';
  if (left >= 2 * HOUR) return `${Math.round(left / HOUR)} h left`;
  return left >= 2 * MINUTE ? `${Math.floor(left / MINUTE)} min left` : `${Math.ceil(left / SECOND)} s left`;
}

export function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Names and values; those without a value are left out. */
export function facts(rows: readonly (readonly [string, Html | string | undefined])[]): Html {
  const given = rows.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl>
    ${given.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${typeof value === 'string' ? line(value) : value}</dd>`,
    )}
  </dl>`;
}

/** Somebody else's text over several lines, with what stands in for secrets marked. */
export function block(text: string): Html {
  const parts = visible(text).split(/(hpm_[a-z0-9_]+)/);
  return html`<pre>${parts.map((part, at) => (at % 2 === 1 ? html`<mark>${part}</mark>` : part))}</pre>`;
}
