import type { Context, Hono } from 'hono';

import { readForm } from '../http/body.ts';
import { HttpError } from '../http/errors.ts';
import { answerPage } from '../pages/layout.ts';
import { goOnPage } from '../pages/message-page.ts';
import { isFormToken } from './browser-sessions.ts';
import { field, type PageDeps, placeOf, presentAt, requireOwnOrigin } from './page-deps.ts';
import { pageOf } from './page-of.ts';

export const SIGN_OUT = '/logout';

/** Signing in to the hub's pages, and out. */
export function signInRoutes(app: Hono, deps: PageDeps): void {
  app.get(
    '/login',
    pageOf((context) => begin(context, deps)),
  );
  app.get(
    '/login/callback',
    pageOf((context) => finish(context, deps)),
  );
  app.post(
    SIGN_OUT,
    pageOf((context) => signOut(context, deps)),
  );
}

async function begin(context: Context, { signIn, browsers, cookies }: PageDeps): Promise<Response> {
  const { url, begun } = await signIn.begin();
  cookies.write(context, 'sign-in', browsers.begin(begun, placeOf(context.req.query('to'))));
  context.header('cache-control', 'no-store');
  return context.redirect(url.href, 302);
}

async function finish(context: Context, deps: PageDeps): Promise<Response> {
  const { signIn, browsers, cookies, hub } = deps;
  const begun = browsers.take(context.req.query('state') ?? '', cookies.read(context, 'sign-in'));
  cookies.write(context, 'sign-in', '');
  if (begun === undefined)
    throw new HttpError(403, {
      code: 'ERR_AUTH',
      message: 'this sign-in was not begun here, or took too long',
    });
  const { pathname, search } = new URL(context.req.url);
  const who = await signIn.finish(new URL(`${pathname}${search}`, hub), begun);
  await browsers.close(cookies.read(context, 'session'));
  cookies.write(context, 'session', await browsers.open(who));
  return goTo(context, 'Signed in', begun.to);
}

/**
 * Goes there from a page of ours: on a way that another site began, browsers leave the strict cookie behind (RFC 6265bis
 * section 5.2), on one from here they bring it along.
 */
export function goTo(context: Context, title: string, to: string): Promise<Response> {
  return answerPage(context, { title, body: goOnPage(to), next: { seconds: 0, to } });
}

async function signOut(context: Context, deps: PageDeps): Promise<Response> {
  const { browsers, cookies } = deps;
  requireOwnOrigin(context, deps);
  const present = await presentAt(context, deps);
  const token = field(await readForm(context), 'token');
  if (present !== undefined && isFormToken(present.browser, SIGN_OUT, token)) {
    await browsers.close(cookies.read(context, 'session'));
    cookies.write(context, 'session', '');
  }
  return context.redirect('/approvals', 303);
}
