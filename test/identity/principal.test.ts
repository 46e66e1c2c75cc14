import { expect, test } from 'vitest';

import { Secret } from '../../src/core/secret.ts';
import { claimsIn } from '../../src/identity/principal.ts';

const token = (payload: string): Secret =>
  new Secret(`e30.${Buffer.from(payload).toString('base64url')}.c2ln`);

test('claims of a token are as policies read JSON: objects are maps, whole numbers exact', () => {
  const claims = claimsIn(
    token('{"sub":"jo","exp":9007199254740993,"act":{"sub":"ci"},"__proto__":{"x":1}}'),
  );
  expect(Object.keys(claims)).toEqual(['sub', 'exp', 'act', '__proto__']);
  expect(claims['exp']).toBe(9_007_199_254_740_993n);
  expect(claims['act']).toEqual(new Map([['sub', 'ci']]));
  expect((claims as { x?: unknown }).x).toBeUndefined();
});

test.each(['[1]', '"x"', ''])('a token whose payload is %s has none', (payload) => {
  expect(claimsIn(token(payload))).toEqual({});
});

test('what is no JWT has none', () => {
  expect(claimsIn(new Secret('opaque'))).toEqual({});
});
