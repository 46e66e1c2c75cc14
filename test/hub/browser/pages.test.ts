import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { ask, look } from '../helpers/asking.ts';
import { findChromium, openChromium } from '../helpers/chromium.ts';
import { TestHub } from '../helpers/test-hub.ts';
import { accepted, record } from '../helpers/uploading.ts';

/** The pages in a real browser, with everything that it does of its own accord. */

const found = findChromium();
/** Where to put pictures of the pages, for people to look at: HALLPASS_TEST_SHOTS. */
const shots = process.env['HALLPASS_TEST_SHOTS'];

let browser: Browser;
let hub: TestHub;
beforeAll(async () => {
  if (found === undefined) return;
  browser = await openChromium(found);
  hub = await TestHub.start();
});
afterAll(async () => {
  if (found === undefined) return;
  await browser.close();
  await hub[Symbol.asyncDispose]();
});
beforeEach((context) => {
  if (found === undefined) context.skip('chromium is not installed');
});

interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of, and what it asked for elsewhere. */
  readonly complaints: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

async function visit(options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(hub.url)) complaints.push(`request: ${request.url()}`);
  });
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() };
}

async function signIn(page: Page, account: string, path: string): Promise<void> {
  await page.goto(`${hub.url}${path}`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel(account).check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${hub.url}${path}`);
}

async function shot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

const LONG = {
  presented: JSON.stringify({
    name: 'execute_sql',
    arguments: {
      sql: "ALTER ROLE deploy WITH PASSWORD 'hpm_password_k3v9q2m7xw';\nDROP TABLE users CASCADE;",
      database: 'prod',
      dry_run: false,
    },
  }),
  restores: ['the password hpm_password_k3v9q2m7xw to prod-db, execute_sql, in /arguments/sql'],
  findings: [
    {
      rule: 'password_in_sql',
      at: '/params/arguments/sql',
      placeholder: 'hpm_password_k3v9q2m7xw',
      why: 'the value of a password',
    },
  ],
};

test('somebody signs in, looks, says why, and approves; who waits hears of it', async () => {
  await using open = await visit();
  const { page, complaints } = open;
  const token = await hub.tokenOf('developer');
  const { approval: id } = await ask(hub, token, LONG);
  await page.goto(`${hub.url}/approvals`);
  await shot(page, 'sign-in');
  await signIn(page, 'approver', '/approvals');
  await shot(page, 'list');
  await page
    .getByRole('link', { name: /execute_sql/ })
    .first()
    .click();
  await page.waitForURL(`${hub.url}/approvals/${id}`);
  for (const text of [
    'developer',
    'prod-db',
    'high risk',
    'DROP TABLE users',
    'go out in clear',
    'one person',
  ])
    expect(await page.locator('main').textContent()).toContain(text);
  expect(await page.locator('pre mark').allTextContents()).toEqual(['hpm_password_k3v9q2m7xw']);
  // What it takes to decide is on the first screen; the rest is asked for.
  expect(await page.getByText('approve@1').isVisible()).toBe(false);
  await page.getByText('More', { exact: true }).click();
  expect(await page.getByText('approve@1').isVisible()).toBe(true);
  await shot(page, 'approval');
  const waiting = look(hub, token, id, 25);
  // Without a justification the browser sends nothing.
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  expect((await look(hub, token, id)).state).toBe('pending');
  await page.getByLabel('Justification').fill('reviewed with the team');
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByText('reviewed with the team').waitFor();
  expect(await waiting).toMatchObject({
    state: 'approved',
    decisions: [{ by: 'approver', reason: 'reviewed with the team' }],
  });
  // What is left to do is named as such.
  expect(await page.getByRole('heading', { name: /Deci|Deny/ }).allTextContents()).toEqual([
    'Decisions',
    'Deny',
  ]);
  await shot(page, 'approved');
  expect(complaints).toEqual([]);
});

// In the browser, whose types are none of ours.
const COUNTED = `var style = getComputedStyle(document.querySelector('.countdown'));
  var [left, m, s] = ['--left', '--m', '--s'].map((name) => Number(style.getPropertyValue(name)))`;

test('the countdown counts without script', async () => {
  await using open = await visit();
  const { page } = open;
  const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
  await signIn(page, 'approver', `/approvals/${id}`);
  expect(await page.locator('script').count()).toBe(0);
  const left = (): Promise<number> => page.evaluate<number>(`${COUNTED}; m * 60 + s`);
  const first = await left();
  expect(first).toBeGreaterThan(500);
  expect(first).toBeLessThanOrEqual(600);
  await expect.poll(left).toBeLessThan(first);
  // At each time whole minutes and the seconds beside them.
  for (const seconds of [600, 599, 61, 60, 59, 1]) {
    const shown = await page.evaluate<number[]>(`
      var [animation] = document.querySelector('.countdown').getAnimations();
      animation.pause();
      animation.currentTime = ${(first - seconds) * 1000};
      ${COUNTED}; [left, m, s]`);
    const [total = 0, minutes, rest] = shown;
    expect([minutes, rest]).toEqual([Math.floor(total / 60), total % 60]);
  }
});

const HOSTILE = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `</pre><script src="https://evil.example/x.js"></script><pre>`,
  `</title><style>body{display:none}</style>`,
  `<form action="https://evil.example"><button>Approve</button></form>`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example">`,
  `javascript:alert(1)`,
  `'"\`\${alert(1)}\u202egnp.exe\u200b\u0000`,
];

test('what an agent writes into a call does nothing on the page but be shown', async () => {
  await using open = await visit();
  const { page, complaints } = open;
  const all = HOSTILE.join(' ');
  const { approval: id } = await ask(hub, await hub.tokenOf('developer'), {
    tool: all,
    method: all,
    rule: all,
    reason: all,
    policy: all,
    session: all,
    presented: JSON.stringify({ arguments: { [all]: all } }) + all,
    findings: [{ rule: all, at: all, placeholder: all, why: all }],
    restores: [all],
    terms: { approvals: 1, groups: [all], self: false, expires_in: 600 },
  });
  await signIn(page, 'approver', `/approvals/${id}`);
  await page.goto(`${hub.url}/approvals/${id}`);
  expect(await page.locator('script, img, style, iframe, form[action^="http"]').count()).toBe(0);
  expect(await page.locator('meta[http-equiv="refresh"]').count()).toBe(0);
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toContain('<script>alert(1)</script>');
  // Hidden and reordering characters are shown as what they are.
  expect(text).toContain('\\u{202e}');
  expect(text).not.toMatch(/[\u202e\u200b]/);
  await page.goto(`${hub.url}/approvals`);
  expect(await page.locator('script, img, style, iframe').count()).toBe(0);
  expect(page.url()).toBe(`${hub.url}/approvals`);
  expect(complaints).toEqual([]);
});

test('a script that got onto a page all the same would not run, and no style or form of its own would do', async () => {
  await using open = await visit();
  const { page, complaints } = open;
  await signIn(page, 'approver', '/approvals');
  const ran = await page.evaluate<string[]>(`
    var script = document.createElement('script');
    script.textContent = 'document.title = "ran"';
    document.body.append(script);
    var style = document.createElement('style');
    style.textContent = 'body{opacity:0}';
    document.head.append(style);
    [document.title, getComputedStyle(document.body).opacity]`);
  expect(ran).toEqual(['Approvals · hallpass', '1']);
  expect(complaints.filter((line) => line.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(
    2,
  );
});

describe('another site', () => {
  async function evil(html: (origin: string) => string) {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(html(hub.url));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      // Another site than 127.0.0.1 to the browser, and the same machine.
      url: `http://localhost:${port}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }

  test('can not show the page in a frame, to have somebody press what they do not see', async () => {
    await using open = await visit();
    const { page } = open;
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
    await signIn(page, 'approver', `/approvals/${id}`);
    await using site = await evil((origin) => `<iframe src="${origin}/approvals/${id}"></iframe>`);
    const refused = page.waitForEvent('console', (message) =>
      /frame-ancestors|refused/i.test(message.text()),
    );
    await page.goto(site.url);
    await refused;
    for (const frame of page.frames().slice(1)) expect(await frame.content()).not.toContain('Approve');
  });

  test('can not send the form in somebody’s name', async () => {
    await using open = await visit();
    const { page } = open;
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    await signIn(page, 'approver', `/approvals/${id}`);
    const form = await page.locator('input[name=token]').last().getAttribute('value');
    // Even one that knows the form's own token.
    await using site = await evil(
      (origin) => `<form method="post" action="${origin}/approvals/${id}/decisions">
<input name="token" value="${form ?? ''}"><input name="verdict" value="approve"><input name="reason" value="x"><button>Go</button></form>`,
    );
    await page.goto(site.url);
    const answered = page.waitForResponse((response) => response.url().endsWith('/decisions'));
    await page.getByRole('button').click();
    expect((await answered).status()).toBe(403);
    expect((await look(hub, token, id)).state).toBe('pending');
  });

  test('that links here finds somebody who is signed in signed in', async () => {
    await using open = await visit();
    const { page } = open;
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
    await signIn(page, 'approver', `/approvals/${id}`);
    await using site = await evil((origin) => `<a href="${origin}/approvals/${id}">look</a>`);
    await page.goto(site.url);
    await page.getByRole('link').click();
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  });
});

test('no script sees the cookie', async () => {
  await using open = await visit();
  const { page, context } = open;
  await signIn(page, 'approver', '/approvals');
  expect(await page.evaluate<string>('document.cookie')).not.toContain('hallpass');
  const ours = (await context.cookies()).filter(({ name }) => name.startsWith('hallpass-session'));
  expect(ours).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/' }]);
});

test('who signed in long ago is asked to sign in again, and can decide then', async () => {
  await using open = await visit();
  const { page } = open;
  const token = await hub.tokenOf('developer');
  const terms = { approvals: 1, groups: [], self: false, expires_in: 3600 };
  const { approval: id } = await ask(hub, token, { terms });
  await signIn(page, 'approver', `/approvals/${id}`);
  await page.getByLabel('Justification').fill('left it open over lunch');
  hub.ahead = 6 * 60_000;
  try {
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Nothing was decided').waitFor();
    await shot(page, 'stale');
  } finally {
    hub.ahead = 0;
  }
  expect((await look(hub, token, id)).state).toBe('pending');
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.getByLabel('approver').check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${hub.url}/approvals/${id}`);
  await page.getByLabel('Justification').fill('read it again');
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByText('read it again').waitFor();
  expect((await look(hub, token, id)).state).toBe('denied');
});

test('breaking glass takes a reason and a word more', async () => {
  await using open = await visit();
  const { page } = open;
  const token = await hub.tokenOf('developer');
  const terms = { approvals: 2, groups: ['nobody'], self: false, expires_in: 600 };
  const { approval: id } = await ask(hub, token, { terms });
  await signIn(page, 'approver', `/approvals/${id}`);
  await page.getByText('Break glass', { exact: true }).click();
  await shot(page, 'break-glass');
  const button = page.getByRole('button', { name: 'Break glass and approve' });
  await page.getByLabel('What is the emergency?').fill('the site is down');
  await button.click();
  expect((await look(hub, token, id)).state).toBe('pending');
  await page.getByLabel('I pass over the terms').check();
  await button.click();
  await page.getByText('the site is down').waitFor();
  expect((await look(hub, token, id)).state).toBe('approved');
});

test.each([
  ['phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  [
    'phone, dark',
    { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: 'dark' },
  ],
  ['dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
] as const)('it fits: %s', async (name, options) => {
  await using open = await visit(options);
  const { page } = open;
  const long = {
    ...LONG,
    tool: `execute_${'very_'.repeat(30)}long`,
    session: randomBytes(300).toString('hex'),
  };
  const { approval: id } = await ask(hub, await hub.tokenOf('developer'), long);
  await signIn(page, 'approver', `/approvals/${id}`);
  for (const path of [`/approvals/${id}`, '/approvals']) {
    await page.goto(`${hub.url}${path}`);
    await shot(page, `${name} ${path === '/approvals' ? 'list' : 'approval'}`.replaceAll(/\W+/g, '-'));
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  }
  await page.goto(`${hub.url}/approvals/${id}`);
  const box = await page.getByRole('button', { name: 'Approve', exact: true }).boundingBox();
  // As large as a finger: WCAG 2.2, success criterion 2.5.5.
  expect(box?.height).toBeGreaterThanOrEqual(44);
});

test('a session can be read by who recorded it and by auditors, and by nobody else', async () => {
  const recorded = await record();
  await accepted(hub, await hub.tokenOf('developer'), recorded);
  const path = `/sessions/${recorded.id}`;
  await using own = await visit();
  await signIn(own.page, 'developer', path);
  const text = (await own.page.locator('main').textContent()) ?? '';
  for (const part of ['accepted', 'developer', 'start', 'message', 'end']) expect(text).toContain(part);
  await shot(own.page, 'session');
  expect(await own.page.locator('main form').count()).toBe(0);
  expect(own.complaints).toEqual([]);
  await using auditor = await visit();
  await signIn(auditor.page, 'auditor', path);
  expect(await auditor.page.locator('main').textContent()).toContain('accepted');
  await using stranger = await visit();
  await signIn(stranger.page, 'stranger', path);
  const missing = (await stranger.page.locator('main').textContent()) ?? '';
  expect(missing).toContain('there is no such session here');
  // With the wrong account one can see that, and sign out.
  expect(missing).toContain('signed in as stranger');
  await stranger.page.getByRole('button', { name: 'Sign out' }).waitFor();
});
