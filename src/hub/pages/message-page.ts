import { html } from 'hono/html';

import { type Html, line } from './layout.ts';

/** Nobody is signed in. `to`: where they wanted to go. */
export function signInPage(to: string): Html {
  return html`<div class="card">
    <p>Held calls are decided here by people who have just signed in.</p>
    <a class="button primary" href="/login?to=${encodeURIComponent(to)}">Sign in</a>
  </div>`;
}

/** Goes on by itself (the page says where to), or by the link. */
export function goOnPage(to: string): Html {
  return html`<p><a href="${to}">Go on</a></p>`;
}

/** Something did not work. `again`: what to try. */
export function problemPage(problem: string, again: { href: string; text: string }): Html {
  return html`<p class="card warning" role="alert">${line(problem)}</p>
    <p><a href="${again.href}">${again.text}</a></p>`;
}
