import type { Context } from 'hono';
import { html } from 'hono/html';

import { visible } from '../../core/visible.ts';

/** A piece of a page. What is put into one as text is escaped. */
export type Html = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Who is signed in, and what the form that signs them out carries. */
  readonly person?: { readonly name: string; readonly signOut: string } | undefined;
  /** Goes there, or here again, after so many seconds. */
  readonly next?: { readonly seconds: number; readonly to: string } | undefined;
  /** Seconds that a countdown on it begins with. */
  readonly countdown?: number | undefined;
}

// Nothing runs, nothing is framed, nothing is fetched but our own style, and forms go nowhere else. The referrer stays
// within the hub: with none at all browsers would send `Origin: null` with our own forms (Fetch, "append a request Origin").
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
  vary: 'accept, authorization',
};

/** Answers with a page. */
export async function answerPage(
  context: Context,
  page: Page,
  status: 200 | 400 | 404 = 200,
): Promise<Response> {
  for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
  return context.html(await layout(page), status);
}

/** Text that somebody else wrote, on one line; what it hides is shown. */
export function line(text: string): string {
  return visible(text, { oneLine: true });
}

function layout({ title, body, person, next, countdown }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${line(title)} · hallpass</title>
        ${next === undefined ? '' : html`<meta http-equiv="refresh" content="${next.seconds};url=${next.to}" />`}
        <link rel="stylesheet" href="/pages/style.css" />
        ${countdown === undefined ? '' : html`<link rel="stylesheet" href="/pages/countdown/${countdown}.css" />`}
      </head>
      <body>
        <header><a href="/approvals">hallpass</a>${person === undefined ? '' : signedIn(person)}</header>
        <main>
          <h1>${line(title)}</h1>
          ${body}
        </main>
      </body>
    </html> `;
}

function signedIn({ name, signOut }: NonNullable<Page['person']>): Html {
  return html`<form method="post" action="/logout">
    <span>${line(name)}</span><input type="hidden" name="token" value="${signOut}" /><button type="submit">
      Sign out
    </button>
  </form>`;
}
