import { describe, expect, test } from 'vitest';

import { callFacts, callOf } from '../../../src/app/policy/call-facts.ts';
import { parsePolicy } from '../../../src/app/policy/policy-file.ts';
import { runTests } from '../../../src/app/policy/run-tests.ts';
import { parseTestFile } from '../../../src/app/policy/test-file.ts';
import { createPolicy } from '../../../src/core/policy/evaluate.ts';
import { plannedText } from '../../../src/core/policy/planned-restores.ts';
import { traceCall } from '../../../src/core/policy/trace.ts';

const POLICY = parsePolicy(
  `version: 1
name: own
extends: observe
rules: [{ id: no-shell, on: { tool: shell }, verdict: deny }]
restore:
  - { id: key, secret: 'secret:DEPLOY', connection: ci, tool: [set, shell], argument: '/vars/*/value' }
  - { id: jwt, secret: 'rule:jwt', connection: ci, tool: set, argument: /token, approval: { groups: [dba] } }
  - { id: any, secret: 'credential:ci', connection: ci, tool: set, argument: /token }
`,
  'p.yaml',
  'user',
);

function explained(args: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const call = callOf(callFacts.parse({ connection: 'ci', tool: 'set', args, ...more }));
  const { decision, restores } = traceCall([POLICY], call);
  return {
    outcome: decision.outcome,
    rule: decision.rule,
    back: restores.flatMap(({ planned }) => planned.map(plannedText)),
    why: restores.map(({ why }) => why),
  };
}

const KNOWN = 'hpm_known_abcdefghij';
const ISSUED = 'hpm_jwt_abcdefghij';

describe('what a policy puts back into a call', () => {
  test('is told by where a placeholder stands', () => {
    const args = { vars: [{ value: 'x' }, { value: `k=${KNOWN}`, name: KNOWN }], other: KNOWN };
    expect(explained(args).back).toEqual(['secret:DEPLOY at /vars/1/value']);
  });

  test('of what masking found it is that rule’s, else the next that names the place', () => {
    expect(explained({ token: ISSUED })).toMatchObject({
      back: ['rule:jwt at /token'],
      outcome: 'hold',
      rule: 'own/jwt',
    });
    expect(explained({ token: KNOWN })).toMatchObject({
      back: ['credential:ci at /token'],
      outcome: 'allow',
    });
  });

  test('in a URL there is only what has one of its own', () => {
    expect(explained({ vars: [{ value: `https://x.example/?k=${KNOWN}` }] }).back).toEqual([
      'secret:DEPLOY at /vars/0/value, if the URL there is one of its own',
    ]);
    expect(explained({ token: `https://x.example/?k=${KNOWN}` }).back).toEqual([]);
  });

  test('why nothing is', () => {
    const none = 'no placeholder of it stands in that argument';
    expect(explained({ token: 'plain' }).why).toEqual([none, none, none]);
    expect(explained({ token: KNOWN }, { tool: 'get' }).why[0]).toBe('it is about another tool');
    expect(explained({ token: KNOWN }, { connection: 'x' }).why[0]).toBe('it is about another connection');
    expect(explained({ token: KNOWN }, { direction: 'to_client' }).why[0]).toBe('this is no call of a tool');
  });

  test('nothing into what is refused, and no more than a call may have', () => {
    const refused = explained({ vars: [{ value: KNOWN }] }, { tool: 'shell' });
    expect(refused).toMatchObject({ outcome: 'deny', rule: 'own/no-shell', back: [] });
    const many = explained({ vars: Array.from({ length: 101 }, () => ({ value: KNOWN })) });
    expect(many).toMatchObject({ outcome: 'deny', rule: 'contract/restores' });
  });
});

test('a table may say what is to be put back', () => {
  const row = (restores: string): string =>
    `  - { call: { connection: ci, tool: set, args: { token: ${ISSUED} } }, expect: hold, restores: ${restores} }\n`;
  const rows = ['[{ secret: rule:jwt, at: /token }]', '[]', '[{ secret: secret:DEPLOY, at: /token }]'];
  const table = parseTestFile(`version: 1\ntests:\n${rows.map(row).join('')}`, 't.yaml');
  const results = runTests(table, createPolicy([POLICY]));
  expect(results.map(({ ok }) => ok)).toEqual([true, false, false]);
  expect(results[1]).toMatchObject({ restores: ['rule:jwt at /token'], expectedRestores: [] });
  expect(() => parseTestFile(`version: 1\ntests:\n${row('[{ secret: x, at: token }]')}`, 't.yaml')).toThrow(
    't.yaml:3:',
  );
});
