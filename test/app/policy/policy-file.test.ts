import { describe, expect, test } from 'vitest';

import { parsePolicy, policyJsonSchema, shippedPolicy } from '../../../src/app/policy/policy-file.ts';
import { SHIPPED_NAMES } from '../../../src/app/policy/shipped.ts';
import type { PolicyCall } from '../../../src/core/policy/call.ts';
import { createPolicy } from '../../../src/core/policy/evaluate.ts';
import { callWith } from '../../core/policy/calls.ts';

const POLICY = `
version: 1
name: team
extends: approve
rules:
  - id: no-shell
    on: { tool: "*shell*" }
    verdict: deny
  - id: migrations
    on: { tool: [query, "migrate_*"], connection: scratch }
    verdict: allow
    reason: Nothing of value is there.
  - id: prod-scope
    on: { method: tools/call }
    when: environment == "production" && !claims.scope.contains("prod")
    verdict: hold
    risk: high
    approval: { approvals: 2, groups: [dba], expires: 30m }
`;

const decide = (call: PolicyCall, text = POLICY) =>
  createPolicy([parsePolicy(text, 'policy.yaml', 'user')]).decide(call);

test('the first rule that matches decides, before those of the policy that it extends', () => {
  const drop = { sql: 'drop table t' };
  expect(decide(callWith(drop, { connection: 'scratch' }))).toMatchObject({
    outcome: 'allow',
    rule: 'team/migrations',
  });
  expect(decide(callWith(drop))).toMatchObject({ outcome: 'hold', rule: 'approve/destructive' });
  expect(decide(callWith({ sql: 'select 1' }))).toMatchObject({ outcome: 'allow', rule: 'team' });
});

test('held because a claim of the token matches', () => {
  const principal = { subject: 'jo', issuer: undefined, groups: [], claims: { scope: 'read' } };
  expect(decide(callWith({}, { environment: 'production', principal }))).toMatchObject({
    outcome: 'hold',
    rule: 'team/prod-scope',
    risk: 'high',
    terms: { approvals: 2, groups: ['dba'], self: false, expiresMs: 30 * 60_000 },
  });
});

const KNOWN = {
  subject: 'jo',
  issuer: 'https://id.example',
  groups: ['contractors'],
  claims: { scope: 'read admin', amr: ['pwd'] },
};

test.each([
  'claims.scope.contains("admin")',
  '"contractors" in groups',
  'environment == "production"',
  'principal.attested && principal.issuer == "https://id.example"',
  '!("mfa" in claims.amr)',
  'credential.kind == "static" && "repo" in credential.scopes',
])('held because %s', (when) => {
  const text = `version: 1\nrules: [{ id: held, when: '${when}', verdict: hold }]`;
  const credential = { kind: 'static', scopes: ['repo'] };
  const known = callWith({}, { principal: KNOWN, environment: 'production', credential });
  expect(decide(known, text)).toMatchObject({ outcome: 'hold', rule: 'user/held' });
  const principal = { ...KNOWN, issuer: undefined, groups: [], claims: { scope: 'read', amr: ['mfa'] } };
  const other = callWith({}, { principal, credential: { kind: 'none', scopes: [] } });
  expect(decide(other, text).outcome).toBe('allow');
});

test('a condition that can not be told denies, and says why', () => {
  expect(decide(callWith({}, { environment: 'production' }))).toEqual({
    outcome: 'deny',
    rule: 'team/prod-scope',
    reason: "the condition of this rule can't be told for this call: No such key: scope",
    risk: 'high',
  });
});

test('a tool that is denied whatever its arguments are is not listed', () => {
  const policy = createPolicy([parsePolicy(POLICY, 'policy.yaml', 'user')]);
  const place = callWith({});
  expect(policy.hides({ name: 'run_shell', annotations: {} }, place)).toMatchObject({
    rule: 'team/no-shell',
  });
  expect(policy.hides({ name: 'query', annotations: {} }, place)).toBeUndefined();
});

test.each([
  ['rulez: []', '2:1: unknown key "rulez"; did you mean "rules"?'],
  ['rules: [{ id: a, verdict: deny, wen: tool }]', '2:33: rules.0: unknown key "wen"; did you mean "when"?'],
  ['rules: [{ id: a, verdict: dney }]', '2:27: rules.0.verdict: it is allow, hold or deny'],
  [
    'rules: [{ id: a, verdict: deny, when: "tol == \\"x\\"" }]',
    '2:40: rules.0.when: Unknown variable: tol; did you mean "tool"?',
  ],
  ['rules: [{ id: a, verdict: deny, approval: {} }]', 'only what is held waits'],
  ['rules: [{ id: a, verdict: deny }, { id: a, verdict: allow }]', '"a" stands twice'],
  ['extends: gard', '2:10: extends: it is one of observe, guard, approve, locked'],
])('%s is refused, and says where', (text, message) => {
  expect(() => parsePolicy(`version: 1\n${text}`, 'p.yaml', 'user')).toThrow(message);
});

test.each(SHIPPED_NAMES)('%s is read by the same parser', (name) => {
  expect(shippedPolicy(name)).toMatchObject({ name });
});

const shipped = (name: (typeof SHIPPED_NAMES)[number], call: PolicyCall) =>
  createPolicy([shippedPolicy(name)]).decide(call);

test.each(['CREATE USER eve', 'GRANT ALL ON t TO eve', "ALTER ROLE app PASSWORD 'x'"])(
  'approve holds %s',
  (statement) => {
    expect(shipped('guard', callWith({ sql: statement })).outcome).toBe('allow');
    expect(shipped('approve', callWith({ sql: statement }))).toMatchObject({
      outcome: 'hold',
      rule: 'approve/privileged',
      risk: 'high',
    });
  },
);

test('approve holds the rotation of a key', () => {
  expect(shipped('approve', callWith({ id: 'k1' }, { tool: 'rotate_access_key' })).rule).toBe(
    'approve/privileged',
  );
});

test.each([
  { command: 'env' },
  { command: 'cat .env' },
  { command: 'kubectl get secret db' },
  { sql: 'select * from pg_authid' },
])('locked denies %o, guard does not', (args) => {
  expect(shipped('locked', callWith(args))).toMatchObject({ outcome: 'deny', rule: 'locked/reads-secrets' });
  expect(shipped('guard', callWith(args)).outcome).toBe('allow');
});

test('locked takes what nobody has described for destructive', () => {
  expect(shipped('locked', callWith({})).outcome).toBe('hold');
  expect(shipped('locked', callWith({}, { annotations: { readOnlyHint: true } })).outcome).toBe('allow');
});

test('held because a finding is severe', () => {
  const text = `
version: 1
rules: [{ id: severe, on: { direction: to_server }, when: severity == "high", verdict: hold }]
`;
  const findings = [{ rule: 'github_token', severity: 'high', at: '/params/arguments/x' }] as const;
  expect(decide(callWith({}, { findings }), text)).toMatchObject({ outcome: 'hold', rule: 'user/severe' });
  expect(decide(callWith({}), text).outcome).toBe('allow');
});

test('editors get a schema', () => {
  expect(policyJsonSchema()).toMatchObject({ type: 'object', additionalProperties: false });
});

describe('whether exceptions count', () => {
  const wordOf = (text: string, owner: 'user' | 'hub' = 'user'): string | undefined =>
    parsePolicy(`version: 1\n${text}`, 'policy.yaml', owner).exceptions;

  test.each([
    ['', undefined],
    ['exceptions: allow', 'allow'],
    ['exceptions: deny', 'deny'],
    ['extends: locked', 'deny'],
    ['extends: locked\nexceptions: allow', 'allow'],
    ['extends: approve', undefined],
  ])('%j says %s', (text, word) => {
    expect(wordOf(text)).toBe(word);
    expect(wordOf(text, 'hub')).toBe(word);
  });

  test('is not for a project to say, nor said otherwise', () => {
    for (const word of ['allow', 'deny'])
      expect(() => parsePolicy(`version: 1\nexceptions: ${word}`, 'p.yaml', 'project')).toThrow(
        'what passes in clear is not for a project to say',
      );
    expect(() => wordOf('exceptions: yes')).toThrow('it is allow or deny');
  });
});
