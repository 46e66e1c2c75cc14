import { Hono } from 'hono';

import { ERRORS } from '../../core/errors.ts';
import { answerOf, HttpError } from './errors.ts';

/** A Hono app that answers errors as docs/hub-api.md says. */
export function createApp(onTrouble: (error: Error) => void): Hono {
  const app = new Hono();
  app.notFound((context) => {
    const missing = new HttpError(404, { code: 'ERR_NO_SUCH_PATH', message: 'there is nothing here' });
    return context.json(answerOf(missing)?.body ?? {}, 404);
  });
  app.onError((error, context) => {
    const answer = answerOf(error);
    if (answer === undefined) onTrouble(error);
    const { status, body } = answer ?? { status: 500, body: UNFORESEEN };
    const headers = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
    return context.json(body, status as 400, headers);
  });
  return app;
}

// What went wrong may quote what was being processed, so nobody is told.
const UNFORESEEN = {
  error: {
    code: 'ERR_BUG',
    message: 'something unforeseen went wrong at the hub',
    hint: ERRORS.ERR_BUG.hint,
  },
};
