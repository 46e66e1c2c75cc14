import type { Hono } from 'hono';

import { LIMITS } from '../../core/limits.ts';
import { type AuthDeps, authenticate } from '../http/context.ts';
import { badRequest } from '../http/errors.ts';
import type { PolicyBoard } from '../policy/policy-board.ts';

export interface PolicyRouteDeps extends AuthDeps {
  readonly board: PolicyBoard;
  readonly now: () => number;
}

/** The central policy, for whoever can log in. With `wait` an answer that nothing has changed comes only after so many seconds. */
export function policyRoutes(app: Hono, deps: PolicyRouteDeps): void {
  const { board, now } = deps;
  app.get('/policy', async (context) => {
    await authenticate(context, deps);
    const wait = seconds(context.req.query('wait'));
    const known = context.req.header('if-none-match');
    if (known !== undefined && wait > 0) await board.changed(known, wait * 1000, context.req.raw.signal);
    const { signed, etag, expiresAt } = board.current;
    const headers = {
      etag,
      'cache-control': `private, max-age=${Math.max(0, Math.floor((expiresAt - now()) / 1000))}`,
    };
    return known === etag ? context.body(null, 304, headers) : context.json({ signed }, 200, headers);
  });
}

function seconds(text: string | undefined): number {
  if (text === undefined) return 0;
  const most = LIMITS.policyWaitMs / 1000;
  if (!/^\d{1,3}$/.test(text) || Number(text) > most) throw badRequest(`wait is 0 to ${most} seconds`);
  return Number(text);
}
