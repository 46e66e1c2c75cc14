import { type ErrorCode, HallpassError } from '../../core/errors.ts';
import type { Claim } from '../../core/session/verify.ts';

/** An error that is the answer to a request. */
export class HttpError extends HallpassError {
  readonly status: number;
  /** Members of the answer besides `error`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, error: { code: ErrorCode; message: string }, details = {}) {
    super(error.code, error.message);
    this.status = status;
    this.details = details;
  }
}

/** The answer of an OAuth endpoint (RFC 6749 section 5.2, RFC 8693 section 2.2.2). */
export class OAuthError extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, description: string, options: { status?: number; cause?: unknown } = {}) {
    super(description, { cause: options.cause });
    this.error = error;
    this.status = options.status ?? 400;
  }
}

export function badRequest(message: string): HttpError {
  return new HttpError(400, { code: 'ERR_BAD_REQUEST', message });
}

/** The same answer for what isn't there and for what isn't theirs. */
export function noSuchSession(): HttpError {
  return new HttpError(404, { code: 'ERR_NO_SUCH_SESSION', message: 'there is no such session here' });
}

export function conflict(message: string): HttpError {
  return new HttpError(409, { code: 'ERR_UPLOAD_CONFLICT', message });
}

export function tooLarge(message: string): HttpError {
  return new HttpError(413, { code: 'ERR_TOO_LARGE', message });
}

export function refusedSeal(code: ErrorCode, claims: readonly Claim[]): HttpError {
  const failing = claims.filter(({ status }) => status === 'fail');
  const message = failing.map(({ claim, reason }) => `${claim}: ${reason}`).join('; ');
  return new HttpError(422, { code, message }, { claims });
}

/** What is answered for `error`; undefined for what nobody foresaw. */
export function answerOf(error: unknown): { status: number; body: object } | undefined {
  if (error instanceof OAuthError)
    return { status: error.status, body: { error: error.error, error_description: error.message } };
  if (!(error instanceof HttpError)) return undefined;
  const { code, message, hint, status, details } = error;
  return { status, body: { error: { code, message, hint }, ...details } };
}
