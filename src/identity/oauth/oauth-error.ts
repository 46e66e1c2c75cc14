import {
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';

import { HallpassError } from '../../core/errors.ts';
import { reasonOf } from '../ask.ts';

const SAID: Readonly<Record<string, string>> = {
  access_denied: 'it was refused there',
  invalid_grant: 'what it gave is no longer good',
};

/** What the library or the network throws, as ERR_OAUTH. `what` completes "the authorization server …". */
export function oauthError(what: string, error: unknown): HallpassError {
  if (error instanceof HallpassError) return error;
  return new HallpassError('ERR_OAUTH', `the authorization server ${what} (${whyOf(error)})`, {
    cause: error,
  });
}

/** The server's answer is that this grant, or this client, is no longer any good. */
export function isOver(error: unknown): boolean {
  return error instanceof ResponseBodyError && /^invalid_(grant|client)$/.test(error.error);
}

// Its code for it. Both are attacker-controlled: a code is told only if it can be one (RFC 6749 section 5.2), prose never.
function whyOf(error: unknown): string {
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError)
    return SAID[error.error] ?? (/^[a-z_]{1,40}$/.test(error.error) ? error.error : 'an error');
  if (error instanceof WWWAuthenticateChallengeError) return `HTTP status ${error.status}`;
  if (error instanceof OperationProcessingError) return error.message.replaceAll('"', '');
  return reasonOf(error);
}
