import { expect, test } from 'vitest';

import { compileCondition } from '../../src/app/policy/condition.ts';
import { Secret } from '../../src/core/secret.ts';
import { claimsIn } from '../../src/identity/principal.ts';
import { callWith } from '../core/policy/calls.ts';

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

test.each([
  ['a text', 'claims.repository_id == "74"'],
  ['a number', 'claims.runner_id == 1 && claims.runner_id < 2'],
  ['a name that is a path', 'claims["oidc.circleci.com/project-id"] == "p"'],
  ['a list', '"c1" in claims["oidc.circleci.com/context-ids"]'],
  ['what is within', 'claims.user_identities[0].provider == "github"'],
  ['what is not there', '!has(claims.environment) && claims.ref.startsWith("refs/heads/")'],
  ['whose word it is', 'principal.attested && principal.issuer == "https://ci.example" && size(groups) == 0'],
])('a policy can ask for %s among the claims of a job', (_case, when) => {
  const claims = claimsIn(
    token(
      '{"repository_id":"74","runner_id":1,"oidc.circleci.com/project-id":"p","oidc.circleci.com/context-ids":["c0","c1"],"user_identities":[{"provider":"github"}],"ref":"refs/heads/main"}',
    ),
  );
  const principal = { subject: 'job', issuer: 'https://ci.example', groups: [], claims };
  expect(compileCondition(when)(callWith({}, { principal }))).toBe(true);
});

test('what is asked of a claim that is not there refuses the call', () => {
  const claims = claimsIn(token('{}'));
  const principal = { subject: 'job', issuer: undefined, groups: [], claims };
  expect(compileCondition('claims.ref == "a"')(callWith({}, { principal }))).toMatchObject({
    failed: expect.anything() as string,
  });
});
