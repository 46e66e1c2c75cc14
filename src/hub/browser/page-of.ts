import type { Context, Next } from 'hono';

import { answerOf, HttpError, OAuthError } from '../http/errors.ts';
import { answerPage } from '../pages/layout.ts';
import { problemPage } from '../pages/message-page.ts';

type Handler = (context: Context, next: Next) => Promise<Response | undefined>;

/** A handler whose errors are told on a page, too. What nobody foresaw stays the app's to answer. */
export function pageOf(handle: (context: Context) => Promise<Response>): Handler {
  return async (context) => {
    try {
      return await handle(context);
    } catch (error) {
      if (!(error instanceof HttpError || error instanceof OAuthError)) throw error;
      const { status = 500 } = answerOf(error) ?? {};
      const body = problemPage(error.message, { href: '/approvals', text: 'All approvals' });
      return answerPage(context, { title: 'This did not work', body }, status as 400);
    }
  };
}

/** The same for requests that `isTheirs`; all others go on to who answers next. */
export function pageFor(
  isTheirs: (context: Context) => boolean,
  handle: (context: Context) => Promise<Response>,
): Handler {
  const page = pageOf(handle);
  return async (context, next) => {
    if (isTheirs(context)) return page(context, next);
    await next();
    return undefined;
  };
}
