import { expect, test } from 'vitest';

import { compileCondition, ConditionError } from '../../../src/app/policy/condition.ts';
import { callWith } from '../../core/policy/calls.ts';

const call = callWith(
  { sql: 'DROP TABLE users', limit: 5, big: 9_007_199_254_740_993n, list: ['a', 'b'] },
  {
    principal: {
      subject: 'jo',
      issuer: 'https://id.example',
      groups: ['dba'],
      claims: { scope: 'read write' },
    },
    findings: [{ rule: 'github_token', severity: 'high', at: '/params/arguments/sql' }],
    environment: 'production',
  },
);

test.each([
  'tool == "query"',
  'args.sql.matches("(?i)^drop\\\\s+table")',
  '(args.sql)\n  .matches(r"TABLE")',
  'args.limit > 3 && args.limit < 5.5',
  'args.big == 9007199254740993',
  '"dba" in groups && environment == "production"',
  'claims.scope.contains("write")',
  'findings.exists(f, f.severity == "high")',
  'severity == "high"',
  'has(args.sql) && !has(args.nothing)',
  'args.list.exists(l, l.matches("^b$"))',
  'principal.issuer.startsWith("https://")',
  'destructive && !privileged',
])('holds: %s', (source) => {
  expect(compileCondition(source)(call)).toBe(true);
});

test.each([
  ['tool = "query"', 'unexpected'],
  ['toool == "query"', 'unknown variable'],
  ['args.sql.matches("(")', 'patterns are re2'],
  ['args.sql.matches("(?=x)y\\\\1")', 'patterns are re2'],
  ['args.sql.matches(args.pattern)', 'written out'],
  ['tool', 'a condition is true or false'],
  ['args.a.all(x, args.a.all(y, args.a.all(z, x == z)))', 'at most 2 deep'],
  ['args.sql // .matches(\n.matches("x")', 'right behind its value'],
])('is no condition: %s', (source, why) => {
  const attempt = (): unknown => compileCondition(source);
  expect(attempt).toThrow(ConditionError);
  expect(attempt).toThrow(new RegExp(why, 'i'));
});

test('what is missing is no answer', () => {
  expect(compileCondition('args.nothing == 1')(call)).toEqual({ failed: 'No such key: nothing' });
});

test('a pattern that would take a backtracking engine for ever is over at once', () => {
  const holds = compileCondition('args.text.matches("^(a+)+$")');
  expect(holds(callWith({ text: `${'a'.repeat(50_000)}!` }))).toBe(false);
});

test('what would take too many steps is denied before the first', () => {
  const holds = compileCondition('args.list.all(a, args.list.all(b, a != b || a == b))');
  expect(holds(callWith({ list: Array.from({ length: 40 }, (_, at) => at) }))).toBe(true);
  expect(holds(callWith({ list: Array.from({ length: 4_000 }, (_, at) => at) }))).toEqual({
    failed: 'over its budget of 2000000 steps',
  });
});

test('errors point into the expression', () => {
  try {
    compileCondition('tool == "x" && grups.size() > 0');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ range: { start: 15, end: 20 } });
  }
});

test.each([
  ['claims', 'claims.list.all(a, claims.list.all(b, a != b || a == b))'],
  ['scopes', 'credential.scopes.all(a, credential.scopes.all(b, a != b || a == b))'],
  ['groups', 'groups.all(a, groups.all(b, a != b || a == b))'],
])('what somebody else wrote is counted, too: %s', (_, source) => {
  const many = Array.from({ length: 4_000 }, (_one, at) => `s${at}`);
  const principal = { subject: 'jo', issuer: undefined, groups: many, claims: { list: many } };
  const large = callWith({}, { principal, credential: { kind: 'static', scopes: many } });
  expect(compileCondition(source)(large)).toEqual({ failed: 'over its budget of 2000000 steps' });
});
