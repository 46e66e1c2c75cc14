import { hash } from 'node:crypto';

import { ACCOUNTS } from './accounts.ts';

/** HTML of the development provider: forms that work without script. Everything that comes from outside is escaped. */
const STYLE = [
  'body{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;background:#fff}',
  'h1{font-size:1.4rem}code{font-size:1.3em;letter-spacing:.05em}small{color:#57606a}',
  'fieldset{border:1px solid #d0d7de;border-radius:6px;margin:0 0 1rem;padding:1rem}label{display:block;margin:.5rem 0}',
  'input[type=text],input[type=password]{font:inherit;padding:.4rem;width:100%;box-sizing:border-box}',
  'button{font:inherit;font-weight:600;padding:.5rem 1.2rem;margin-right:.5rem;border:1px solid #d0d7de;border-radius:6px;background:none;color:inherit}',
  'button:first-of-type{background:#0a58ca;border-color:#0a58ca;color:#fff}.error{color:#b42318}',
  'input[type=text],input[type=password]{border:1px solid #d0d7de;border-radius:6px;color:inherit;background:none}',
  '@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}small{color:#8b949e}.error{color:#ff7b72}}',
].join('');

/** Headers for every answer of the provider: nothing may run, frame or be kept. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

export interface CodeForm {
  readonly action: string;
  /** The library's protection against forged requests. */
  readonly xsrf: string;
  readonly code: string;
  readonly problem: string | undefined;
}

/** Asks for the code that the terminal shows. */
export function codePage({ action, xsrf, problem }: Omit<CodeForm, 'code'>): string {
  return page(
    'Connect a terminal',
    `${complaint(problem)}<p>Enter the code that your terminal shows.</p>
<form method="post" action="${escape(action)}" autocomplete="off">
<input type="hidden" name="xsrf" value="${escape(xsrf)}">
<fieldset><label>Code <input type="text" name="user_code" required autofocus></label></fieldset>
<button type="submit">Continue</button>
</form>`,
  );
}

/** Shows a code, typed in or brought by the address, before anybody signs in for it. */
export function confirmPage({ action, xsrf, code }: Omit<CodeForm, 'problem'>): string {
  return page(
    'Connect a terminal',
    `<p>Does your terminal show this code?</p>
<p><code>${escape(code)}</code></p>
<p><small>If you did not just run <b>hallpass login</b>, cancel: somebody else would be signed in as you.</small></p>
<form method="post" action="${escape(action)}">
<input type="hidden" name="xsrf" value="${escape(xsrf)}">
<input type="hidden" name="user_code" value="${escape(code)}">
<input type="hidden" name="confirm" value="yes">
<button type="submit">Continue</button>
<button type="submit" name="abort" value="yes">Cancel</button>
</form>`,
  );
}

/** Asks who is there. `action` is where the form goes. */
export function loginPage(form: { action: string; client: string; problem: string | undefined }): string {
  const choices = ACCOUNTS.map(
    ({ name, purpose }, at) =>
      `<label><input type="radio" name="login" value="${name}"${at === 0 ? ' checked' : ''}> ${name} <small>${escape(purpose)}</small></label>`,
  );
  return page(
    'Sign in',
    `${complaint(form.problem)}<p><b>${escape(form.client)}</b> will be told who you are, and stay signed in until you log out.</p>
<form method="post" action="${escape(form.action)}" autocomplete="off">
<fieldset>${choices.join('\n')}
<label>Password <small>any will do: this provider is for development only</small>
<input type="password" name="password"></label></fieldset>
<button type="submit">Sign in</button>
<button type="submit" name="abort" value="yes" formnovalidate>Cancel</button>
</form>`,
  );
}

export function donePage(): string {
  return page('Signed in', '<p>The terminal is connected. You can close this page.</p>');
}

export function errorPage(message: string): string {
  return page('This did not work', `<p class="error">${escape(message)}</p>`);
}

function complaint(problem: string | undefined): string {
  return problem === undefined ? '' : `<p class="error">${escape(problem)}</p>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · hallpass development</title><style>${STYLE}</style></head>
<body><h1>${title}</h1>
${body}
</body></html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
