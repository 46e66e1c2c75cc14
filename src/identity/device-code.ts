import type { DeviceAuthorizationResponse } from 'openid-client';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';

/** What a person needs for approving the login on another device. The issuer wrote it; the addresses are http(s). */
export interface DeviceCode {
  readonly verificationUri: string;
  readonly verificationUriComplete: string | undefined;
  readonly userCode: string;
  readonly expiresIn: number;
}

/**
 * What an issuer answers (RFC 8628, section 3.2) as something that may be shown, opened and drawn. Throws ERR_AUTH where
 * it is not: a person who is led to `javascript:` or drowned in text can't approve anything.
 */
export function deviceCodeOf(answer: DeviceAuthorizationResponse, issuer: string): DeviceCode {
  const verificationUri = webAddress(answer.verification_uri);
  if (verificationUri === undefined)
    throw new HallpassError('ERR_AUTH', `the issuer ${issuer} gives no web address for approving the login`);
  if (answer.user_code === '' || answer.user_code.length > LIMITS.userCodeChars)
    throw new HallpassError('ERR_AUTH', `the issuer ${issuer} gives no code that a person could compare`);
  return {
    verificationUri,
    // Optional, so one that is no web address is no loss.
    verificationUriComplete: webAddress(answer.verification_uri_complete ?? ''),
    userCode: answer.user_code,
    expiresIn: answer.expires_in,
  };
}

/** As a browser reads it: ASCII alone, so that nothing in it looks like something else. */
function webAddress(text: string): string | undefined {
  if (text.length > LIMITS.verificationUriChars || !URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return href.length > LIMITS.verificationUriChars ? undefined : href;
}
