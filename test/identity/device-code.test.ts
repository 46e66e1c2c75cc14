import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { deviceCodeOf } from '../../src/identity/device-code.ts';

const ISSUER = 'https://issuer.example';
const ANSWER = {
  device_code: 'device',
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://issuer.example/device',
  verification_uri_complete: 'https://issuer.example/device?user_code=ABCD-EFGH',
  expires_in: 600,
};
const long = (length: number) => `https://issuer.example/${'a'.repeat(length - 23)}`;
const longest = LIMITS.verificationUriChars;

describe('what an issuer says of a login on another device', () => {
  test('is shown as it is', () => {
    expect(deviceCodeOf(ANSWER, ISSUER)).toEqual({
      verificationUri: ANSWER.verification_uri,
      verificationUriComplete: ANSWER.verification_uri_complete,
      userCode: 'ABCD-EFGH',
      expiresIn: 600,
    });
  });

  const hostile = [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'issuer.example/device',
    '',
    long(longest + 1),
  ];

  test.each(hostile)('is refused without a web address to go to: %.40s', (verification_uri) => {
    expect(() => deviceCodeOf({ ...ANSWER, verification_uri }, ISSUER)).toThrowWithCode('ERR_AUTH');
  });

  test.each(hostile)('does without a complete address that is none: %.40s', (verification_uri_complete) => {
    const { verificationUriComplete } = deviceCodeOf({ ...ANSWER, verification_uri_complete }, ISSUER);
    expect(verificationUriComplete).toBeUndefined();
  });

  test('may be as long as the limit, as a browser reads it', () => {
    expect(deviceCodeOf({ ...ANSWER, verification_uri: long(longest) }, ISSUER).verificationUri).toHaveLength(
      longest,
    );
    // Each of these is nine characters for a browser.
    const verification_uri = `https://issuer.example/${'€'.repeat(longest / 9)}`;
    expect(() => deviceCodeOf({ ...ANSWER, verification_uri }, ISSUER)).toThrowWithCode('ERR_AUTH');
  });

  test('has nothing in its addresses that looks like something else', () => {
    const verification_uri = 'https://exämple.test/\u001b[2J\u202etxt';
    expect(deviceCodeOf({ ...ANSWER, verification_uri }, ISSUER).verificationUri).toBe(
      'https://xn--exmple-cua.test/%1B[2J%E2%80%AEtxt',
    );
  });

  test.each(['', 'A'.repeat(LIMITS.userCodeChars + 1)])(
    'is refused without a code to compare: %.40s',
    (code) => {
      expect(() => deviceCodeOf({ ...ANSWER, user_code: code }, ISSUER)).toThrowWithCode('ERR_AUTH');
    },
  );
});
