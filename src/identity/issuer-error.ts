import { ClientError, ResponseBodyError } from 'openid-client';

import { HallpassError } from '../core/errors.ts';
import { reasonOf } from './ask.ts';

const SAID: Readonly<Record<string, string>> = {
  access_denied: 'the login was refused at the issuer',
  expired_token: 'nobody approved the login before its code expired',
};

/**
 * What openid-client throws, as an error of ours: ERR_ISSUER_UNREACHABLE for what may pass, ERR_AUTH for a refusal.
 * `what` completes "the issuer …".
 */
export function issuerError(what: string, error: unknown, issuer: string): HallpassError {
  const own = ownError(error);
  if (own !== undefined) return own;
  if (isPassing(error)) return unreachable(error, issuer);
  const why = refusalOf(error);
  return new HallpassError('ERR_AUTH', SAID[why] ?? `the issuer ${issuer} ${what} (${why})`, {
    cause: error,
  });
}

/** The network's fault, or a server's passing one: asking again may help. */
export function isPassing(error: unknown): boolean {
  if (ownError(error) !== undefined) return false;
  const status = statusOf(error);
  if (status !== undefined) return status >= 500 || status === 429;
  // TypeError is how fetch says that there is no connection.
  return error instanceof TypeError || (error instanceof ClientError && error.code === 'OAUTH_TIMEOUT');
}

/** ERR_ISSUER_UNREACHABLE with the reason. */
export function unreachable(error: unknown, issuer: string): HallpassError {
  const status = statusOf(error);
  const why = status === undefined ? reasonOf(error) : `HTTP status ${status}`;
  return new HallpassError('ERR_ISSUER_UNREACHABLE', `the issuer ${issuer} can not be reached (${why})`, {
    cause: error,
  });
}

/** There is nothing left to renew: only a new login helps. */
export function loginOver(why: string): HallpassError {
  return new HallpassError('ERR_AUTH', `the login is over: ${why}`);
}

// Thrown by our own fetch, and wrapped by openid-client.
function ownError(error: unknown): HallpassError | undefined {
  if (error instanceof HallpassError) return error;
  return error instanceof ClientError && error.cause instanceof HallpassError ? error.cause : undefined;
}

// The issuer's word for it. Some refuse with a body that is no JSON; then only the status speaks.
function refusalOf(error: unknown): string {
  if (error instanceof ResponseBodyError) return error.error;
  const status = statusOf(error);
  return status === undefined ? reasonOf(error) : `HTTP status ${status}`;
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof ResponseBodyError) return error.status;
  const cause = error instanceof ClientError ? error.cause : undefined;
  return cause instanceof Response ? cause.status : undefined;
}
