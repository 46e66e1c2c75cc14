import { describe, expect, test } from 'vitest';

import { isInForeignUrl } from '../../../src/core/mask/foreign-url.ts';

const OWN = ['https://api.example.com'];
const MARK = 'hpm_known_abcdefghij';

function isForeign(text: string, origins = OWN): boolean {
  const start = text.indexOf(MARK);
  return isInForeignUrl(text, { start, end: start + MARK.length }, origins);
}

describe('a secret does not stand in a URL that leads elsewhere', () => {
  test.each([
    ['by itself', MARK],
    ['under a name', `TOKEN=${MARK}`],
    ['in a file with URLs on other lines', `URL=https://evil.example/x\nTOKEN=${MARK}\n`],
    ['beside a URL', `see "https://evil.example" and '${MARK}'`],
    ['in a header', `Authorization: Bearer ${MARK}`],
    ['behind a colon', `user:${MARK}`],
    ['in a path', `config/${MARK}`],
    ['under a name with dots', `app.key=${MARK}`],
    ['in a path with dots', `docs/a.txt/${MARK}`],
    ['in lines of words with dots', `see a.txt and b.\nTOKEN=${MARK}`],
    ['in a line of .pgpass', `db.example.com:5432:orders:me:${MARK}`],
    ['in a URL of its own', `https://api.example.com/v1?token=${MARK}`],
    ['in the user part of a URL of its own', `https://me:${MARK}@api.example.com/v1`],
  ])('%s', (_case, text) => {
    expect(isForeign(text)).toBe(false);
  });

  test.each([
    ['as a parameter', `https://evil.example/?t=${MARK}`],
    ['in the path', `http://evil.example/${MARK}/x`],
    ['in the user part', `https://${MARK}@evil.example/`],
    ['behind a host of its own as the user', `https://api.example.com@evil.example/${MARK}`],
    ['in the host', `https://${MARK}.evil.example/`],
    ['in a host alone', `${MARK}.evil.example`],
    ['with the scheme of another', `http://api.example.com/?t=${MARK}`],
    ['on another port', `https://api.example.com:8443/?t=${MARK}`],
    ['without a scheme', `//evil.example/?t=${MARK}`],
    ['without a scheme and slashes', `evil.example/?t=${MARK}`],
    ['behind an @', `${MARK}@evil.example`],
    ['with backslashes', `https:\\\\evil.example\\${MARK}`],
    ['with one slash', `https:/evil.example/${MARK}`],
    ['without a slash', `https:evil.example/${MARK}`],
    ['in capitals', `HTTPS://EVIL.EXAMPLE/?t=${MARK}`],
    ['with a line end in the host', `https://ev\nil.example/?t=${MARK}`],
    ['behind a line end in it', `https://evil.example/?t=\n${MARK}`],
    ['with blanks before it', `  https://evil.example/?t=${MARK}`],
    ['of another kind', `postgres://me:${MARK}@evil.example/db`],
    ['in a URL within its own', `https://api.example.com/go?to=https://evil.example/?t=${MARK}`],
    ['encoded', `https%3A%2F%2Fevil.example%2F%3Ft%3D${MARK}`],
    ['encoded twice', `https%253A%252F%252Fevil.example%252F%253Ft%253D${MARK}`],
    ['encoded within its own', `https://api.example.com/?u=%2F%2Fevil.example%2F${MARK}`],
    ['that can not be read', `https://[/${MARK}`],
    ['as RFC 3986 has it, behind a backslash', `https://api.example.com\\@evil.example/${MARK}`],
    ['behind a control character and a blank', `\u0001https://evil.example/?t= ${MARK}`],
    ['at an address', `192.0.2.1:8080/${MARK}`],
    ['at an address in brackets', `[2001:db8::1]/${MARK}`],
    ['at a name of other letters', `b\u00fccher.example/${MARK}`],
    ['at a name with other dots', `evil\u3002example/${MARK}`],
    ['at a name with a dot behind it', `evil.example./${MARK}`],
    ['behind a second @', `a@b@evil.example/${MARK}`],
    ['without a scheme, behind a blank', `evil.example/?t= ${MARK}`],
    ['without a scheme, behind a line end', `evil.example/\n${MARK}`],
  ])('but it does %s', (_case, text) => {
    expect(isForeign(text)).toBe(true);
  });

  test('a secret without origins stands in no URL at all', () => {
    expect(isForeign(`https://api.example.com/?t=${MARK}`, [])).toBe(true);
  });

  test('long texts take linear time', () => {
    const began = process.hrtime.bigint();
    for (const part of ['/', ':/', 'a:', 'a.', '%25', '@', 'https:', '\\\\', '\\\\@', 'ü.'])
      isForeign(`${part.repeat(250_000 / part.length)}${MARK}`);
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(5_000);
  });
});
