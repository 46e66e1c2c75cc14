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

/** What somebody looks for is not there, or not for them: which of both is not said. */
export function missingPage(what: string, person: string): Html {
  return html`<div class="card">
      <p class="sentence">${line(what)}.</p>
      <p class="soft">
        You are signed in as ${line(person)}. It may be gone, or be for somebody else to see.
      </p>
    </div>
    <p><a href="/approvals">All approvals</a></p>`;
}

/** Something did not work. `again`: what to try. */
export function problemPage(problem: string, again: { href: string; text: string }): Html {
  return html`<p class="card warning sentence" role="alert">${line(problem)}</p>
    <p><a href="${again.href}">${again.text}</a></p>`;
}
