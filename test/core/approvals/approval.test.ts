import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  type Approval,
  type ApprovalDecision,
  cancel,
  consume,
  decide,
  expire,
  stateOf,
} from '../../../src/core/approvals/approval.ts';
import type { ApprovalTerms } from '../../../src/core/policy/decision.ts';

const TERMS: ApprovalTerms = { approvals: 1, groups: [], self: false, expiresMs: 100 };
const asked = (terms: Partial<ApprovalTerms> = {}): Approval => ({
  id: 'a1',
  binding: '00',
  session: 's1',
  connection: 'db',
  method: 'tools/call',
  tool: 'query',
  subject: 'jo',
  presented: '{}',
  findings: [],
  restores: [],
  rule: 'approve/destructive',
  reason: 'It may destroy something.',
  risk: 'medium',
  terms: { ...TERMS, ...terms },
  policy: 'approve@1',
  createdAt: 0,
  expiresAt: 100,
  decisions: [],
});
const said = (by: string, more: Partial<ApprovalDecision> = {}): ApprovalDecision => ({
  by,
  groups: [],
  verdict: 'approve',
  reason: '',
  at: 10,
  attended: true,
  ...more,
});
const after = (approval: Approval, ...decisions: ApprovalDecision[]): Approval =>
  decisions.reduce((held, decision) => {
    const next = decide(held, decision);
    return typeof next === 'string' ? held : next;
  }, approval);

test('one word is enough where one is asked for', () => {
  expect(stateOf(asked(), 10)).toBe('pending');
  expect(stateOf(after(asked(), said('al')), 11)).toBe('approved');
});

test("nobody's own word counts, unless the terms take it", () => {
  expect(decide(asked(), said('jo'))).toBe('your own request');
  expect(stateOf(after(asked({ self: true }), said('jo')), 11)).toBe('approved');
});

test('two people are two, and one who says it twice is one', () => {
  const two = asked({ approvals: 2 });
  expect(decide(after(two, said('al')), said('al'))).toBe('said already');
  expect(stateOf(after(two, said('al')), 11)).toBe('pending');
  expect(stateOf(after(two, said('al'), said('bo')), 11)).toBe('approved');
});

test('only who is of a group that is named', () => {
  const dba = asked({ groups: ['dba'] });
  expect(decide(dba, said('al', { groups: ['sre'] }))).toBe('not yours to decide');
  expect(stateOf(after(dba, said('al', { groups: ['dba'] })), 11)).toBe('approved');
});

test('who denies wins, also over an approval that was not used yet, and whoever they are', () => {
  const held = after(
    asked({ groups: ['dba'] }),
    said('al', { groups: ['dba'] }),
    said('bo', { verdict: 'deny' }),
  );
  expect(stateOf(held, 11)).toBe('denied');
  expect(consume(held, 11)).toBeUndefined();
  expect(decide(held, said('cy', { groups: ['dba'] }))).toBe('already decided');
});

test('it is used once', () => {
  const used = consume(after(asked(), said('al')), 11);
  expect(used && stateOf(used, 11)).toBe('consumed');
  expect(used && consume(used, 11)).toBeUndefined();
});

test('it runs out by the clock, approved or not', () => {
  expect(stateOf(asked(), 100)).toBe('expired');
  expect(stateOf(after(asked(), said('al')), 100)).toBe('expired');
  expect(decide(asked(), said('al', { at: 100 }))).toBe('already decided');
});

test('what ran out stays so, wherever the clock is set; nothing else runs out', () => {
  const over = expire(after(asked(), said('al')), 100);
  expect(stateOf(over, 50)).toBe('expired');
  expect(consume(over, 50)).toBeUndefined();
  const open = asked();
  expect(expire(open, 99)).toBe(open);
  expect(stateOf(expire(after(asked(), said('al', { verdict: 'deny' })), 100), 50)).toBe('denied');
});

test('what is cancelled is not approved any more; what is over stays', () => {
  expect(stateOf(cancel(after(asked(), said('al')), 11), 11)).toBe('cancelled');
  const denied = after(asked(), said('al', { verdict: 'deny' }));
  expect(stateOf(cancel(denied, 11), 11)).toBe('denied');
});

test('breaking the glass passes over the terms', () => {
  const held = asked({ approvals: 3, groups: ['dba'] });
  expect(stateOf(after(held, said('jo', { breakGlass: true, reason: 'site down' })), 11)).toBe('approved');
});

const person = fc.record({
  by: fc.constantFrom('jo', 'al', 'bo', 'cy'),
  groups: fc.subarray(['dba', 'sre']),
  verdict: fc.constantFrom<'approve' | 'deny'>('approve', 'deny'),
  at: fc.integer({ min: 0, max: 120 }),
});

test('in whatever order people speak, the outcome is the same, but for words that come too late', () => {
  fc.assert(
    fc.property(
      fc.array(person, { maxLength: 6 }),
      fc.record({
        approvals: fc.integer({ min: 1, max: 3 }),
        groups: fc.subarray(['dba', 'sre']),
        self: fc.boolean(),
      }),
      (people, terms) => {
        const held = after(asked(terms), ...people.map((one) => said(one.by, one)));
        const state = stateOf(held, 99);
        const inTime = people.filter(({ at }) => at < 100);
        const denied = inTime.some(({ verdict }) => verdict === 'deny');
        const named = (groups: readonly string[]): boolean =>
          terms.groups.length === 0 || terms.groups.some((group) => groups.includes(group));
        const yes = inTime.filter(
          ({ verdict, by, groups }) => verdict === 'approve' && named(groups) && (terms.self || by !== 'jo'),
        );
        const enough = new Set(yes.map(({ by }) => by)).size >= terms.approvals;
        expect(state).toBe(denied ? 'denied' : enough ? 'approved' : 'pending');
      },
    ),
  );
});
