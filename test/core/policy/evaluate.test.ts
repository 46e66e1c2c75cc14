import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isStricter, type VerdictName } from '../../../src/core/policy/decision.ts';
import { createPolicy } from '../../../src/core/policy/evaluate.ts';
import type { PolicyLayer, PolicyRule } from '../../../src/core/policy/rule.ts';
import { traceCall } from '../../../src/core/policy/trace.ts';
import { callWith } from './calls.ts';

const terms = fc.record({
  approvals: fc.integer({ min: 1, max: 3 }),
  groups: fc.subarray(['dba', 'sre', 'sec']),
  self: fc.boolean(),
  expiresMs: fc.integer({ min: 1, max: 9 }),
});

const FAILS = { failed: 'it does' };

const rule = fc
  .record({
    tool: fc.constantFrom('a', 'b', undefined),
    when: fc.constantFrom(true, false, 'fails', undefined),
    verdict: fc.constantFrom<VerdictName>('allow', 'hold', 'deny'),
    terms,
  })
  .map(({ tool, when, verdict, terms: asked }): PolicyRule => ({
    id: 'x/y',
    on: tool === undefined ? {} : { tool: (name: string) => name === tool },
    when: when === undefined ? undefined : () => (when === 'fails' ? FAILS : when === true),
    verdict,
    reason: 'because',
    terms: verdict === 'hold' ? asked : undefined,
    risk: 'low' as const,
  }));

const layer = fc
  .array(rule, { maxLength: 6 })
  .map((rules): PolicyLayer => ({ name: 'x', version: 'x@1', rules }));

test('a layer on top never lets through what the policy below does not, nor on easier terms', () => {
  fc.assert(
    fc.property(layer, layer, fc.constantFrom('a', 'b', 'c'), (central, project, tool) => {
      const call = callWith({}, { tool });
      const alone = createPolicy([central]).decide(call);
      const both = createPolicy([central, project]).decide(call);
      expect(isStricter(alone.outcome, both.outcome)).toBe(false);
      if (both.outcome !== 'hold' || alone.terms === undefined || both.terms === undefined) return;
      expect(both.terms.approvals).toBeGreaterThanOrEqual(alone.terms.approvals);
      expect(both.terms.expiresMs).toBeLessThanOrEqual(alone.terms.expiresMs);
      expect(both.terms.self && !alone.terms.self).toBe(false);
      if (alone.terms.groups.length > 0) {
        expect(both.terms.groups).not.toEqual([]);
        expect(alone.terms.groups).toEqual(expect.arrayContaining([...both.terms.groups]));
      }
    }),
  );
});

test('what a layer on top hides, it also denies', () => {
  fc.assert(
    fc.property(layer, layer, fc.constantFrom('a', 'b'), (central, project, tool) => {
      const policy = createPolicy([central, project]);
      if (policy.hides({ name: tool, annotations: {} }, callWith({})) === undefined) return;
      expect(policy.decide(callWith({}, { tool })).outcome).toBe('deny');
    }),
  );
});

test('what is told of how a decision came about is what was decided', () => {
  fc.assert(
    fc.property(layer, layer, fc.constantFrom('a', 'b', 'c'), (central, project, tool) => {
      const call = callWith({}, { tool });
      const { decision, layers } = traceCall([central, project], call);
      expect(decision).toEqual(createPolicy([central, project]).decide(call));
      for (const { layer: traced, rules } of layers) {
        const at = rules.findIndex(({ outcome }) => outcome === 'decided');
        const until = at === -1 ? rules.length : at;
        expect(rules.map(({ rule: one }) => one)).toEqual(traced.rules);
        expect(rules.slice(0, until).every(({ outcome }) => outcome === 'passed over')).toBe(true);
        expect(rules.slice(until + 1).every(({ outcome }) => outcome === 'not reached')).toBe(true);
      }
    }),
  );
});

test('who decides on a held call is told what the credential may do, and of a long list that there is more', () => {
  const held: PolicyRule = {
    id: 'x/held',
    on: {},
    when: undefined,
    verdict: 'hold',
    reason: 'It is held.',
    terms: { approvals: 1, groups: [], self: false, expiresMs: 1 },
    risk: 'low',
  };
  const policy = createPolicy([{ name: 'x', version: 'x@1', rules: [held] }]);
  const reasonWith = (scopes: readonly string[] | undefined): string =>
    policy.decide(callWith({}, { credential: { kind: 'static', scopes } })).reason;
  expect(reasonWith(undefined)).toBe('It is held.');
  expect(reasonWith([])).toBe('It is held.');
  expect(reasonWith(['repo', 'admin:org'])).toBe('It is held. The credential may: repo, admin:org.');
  expect(reasonWith(Array.from({ length: 30 }, () => 'a'))).toMatch(/a, a, …\.$/);
});
