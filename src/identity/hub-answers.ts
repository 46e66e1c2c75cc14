import { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { CERTIFICATE_TYPE } from '../core/session/certificate.ts';
import type { Answer } from './ask.ts';

/** What a hub answers (docs/hub-api.md). The hub may be anybody's. */

const text = z.string();
const count = z.number().int().nonnegative();
const state = z.enum(['open', 'accepted', 'quarantined']);
export const stated = z.object({ state, log: count, payloads: count });
/** JWS, compact. */
export const signedPolicy = z.object({ signed: text });
export const certified = z.object({ certificate: text.startsWith(`${CERTIFICATE_TYPE} `) });
/** The hub's clock, seconds, where a proof of possession was too old or too new for it. */
export const dated = z.object({ now: count });
export const proved = z.object({ proof: z.array(text) });
const failure = z.object({
  error: z.object({ code: text, message: text }),
  claims: z.array(z.object({ claim: text, status: text, reason: text })).default([]),
});
export const listed = z.object({
  session: z.string().regex(/^[0-9a-z]{12}$/),
  kind: text.nullable(),
  connection: text.nullable(),
  subject: text.nullable(),
  started_at: text.nullable(),
  ended_at: text.nullable(),
  events: count.nullable(),
  findings: count.nullable(),
  state: z.enum(['open', 'abandoned', 'accepted', 'quarantined']),
});
const running = z.object({ checkpoint: text, signature: text, cosignature: text });
/** Beside a summary, of a session that was not accepted. */
export const unsealed = z.object({ last_checkpoint: running.optional() });

/** The newest checkpoint of a session while it ran, and the hub's word for when it had it. */
export type RunningCheckpoint = z.infer<typeof running>;
export const page = z.object({ sessions: z.array(listed).max(LIMITS.sessionsPage) });

/** A line of `sessions list --hub`. */
export type HubSession = z.infer<typeof listed>;

/** Throws ERR_HUB for every other answer. */
export function parse<T>(schema: z.ZodType<T>, answer: Answer, hub: string): T {
  const parsed = schema.safeParse(answer.body);
  if (Math.floor(answer.status / 100) !== 2 || !parsed.success) throw unexpected(answer, hub);
  return parsed.data;
}

export function unexpected(answer: Answer, hub: string): HallpassError {
  return new HallpassError(
    'ERR_HUB',
    `the hub ${hub} answers with HTTP status ${answer.status}: ${reason(answer)}`,
  );
}

export function refused(session: string, why: string): HallpassError {
  return new HallpassError('ERR_UPLOAD_REFUSED', `the hub does not take session ${session}: ${why}`);
}

export function codeOf({ body }: Answer): string | undefined {
  return failure.safeParse(body).data?.error.code;
}

/** In the hub's own words. */
export function reason({ body }: Answer): string {
  const said = failure.safeParse(body).data;
  if (said === undefined) return 'it does not say why';
  const failed = said.claims.find(({ status }) => status === 'fail');
  return failed === undefined ? said.error.message : `${failed.claim}: ${failed.reason}`;
}
