import type { Hono } from 'hono';

import { badRequest } from '../http/errors.ts';
import type { TransparencyLog } from '../tlog/transparency-log.ts';

/** The transparency log. Open to everybody: it holds digests only, and is worth something only if it can be watched. */
export function logRoutes(app: Hono, log: TransparencyLog): void {
  app.get('/log/checkpoint', (context) => context.text(log.head.note));
  app.get('/log/proof/:index', async (context) => {
    const index = integer(context.req.param('index'), 'index');
    const size = integer(context.req.query('size') ?? String(log.head.size), 'size');
    return context.json({ index, size, proof: base64(await log.inclusion(index, size)) });
  });
  app.get('/log/consistency', async (context) => {
    const from = integer(context.req.query('from'), 'from');
    const to = integer(context.req.query('to') ?? String(log.head.size), 'to');
    return context.json({ proof: base64(await log.consistency(from, to)) });
  });
}

function base64(hashes: readonly Buffer[]): string[] {
  return hashes.map((hash) => hash.toString('base64'));
}

function integer(text: string | undefined, name: string): number {
  if (text === undefined || !/^(?:0|[1-9]\d{0,14})$/.test(text))
    throw badRequest(`${name} has to be a number`);
  return Number(text);
}
