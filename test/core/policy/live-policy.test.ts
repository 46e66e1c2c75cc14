import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { bothMaskings } from '../../../src/core/mask/central/both-maskings.ts';
import { BASELINE, placeOf } from '../../../src/core/policy/baseline.ts';
import { isStricter, type VerdictName } from '../../../src/core/policy/decision.ts';
import { createPolicy } from '../../../src/core/policy/evaluate.ts';
import { LivePolicy, type PolicyInForce } from '../../../src/core/policy/live-policy.ts';
import type { PolicyLayer } from '../../../src/core/policy/rule.ts';
import { VENDOR_RULES } from '../../../src/core/mask/rules/vendors.ts';
import { centralRules, maskerWith } from '../../app/policy/central-fixtures.ts';
import { callWith } from './calls.ts';

const verdict = fc.constantFrom<VerdictName>('allow', 'hold', 'deny');

function layer(name: string): fc.Arbitrary<PolicyLayer> {
  const rule = fc.record({ verdict, tool: fc.option(fc.constantFrom('read', 'write')) });
  return fc.array(rule, { maxLength: 4 }).map((rules) => ({
    name,
    version: name,
    rules: rules.map(({ verdict: says, tool }, at) => ({
      id: `${name}/${at}`,
      on: tool === null ? {} : { tool: (one: string) => one === tool },
      when: undefined,
      verdict: says,
      reason: 'a test',
      terms: says === 'hold' ? { approvals: 1, groups: [], self: false, expiresMs: 1 } : undefined,
      risk: 'none',
      text: { on: {}, when: undefined },
    })),
  }));
}

describe('whatever the hub changes to, and whatever is on top', () => {
  test('nothing lets more through than the hub’s policy by itself, nor than the project’s', () => {
    fc.assert(
      fc.property(
        fc.array(layer('hub'), { minLength: 1, maxLength: 3 }),
        layer('user'),
        layer('project'),
        (hubs, user, project) => {
          const live = new LivePolicy({ policy: BASELINE, masking: undefined, central: undefined }, () => 0);
          for (const hub of hubs) {
            live.use({ policy: createPolicy([hub, user, project]), masking: undefined, central: undefined });
            for (const tool of ['read', 'write', 'other']) {
              const call = callWith({}, { tool });
              const { outcome } = live.decide(call);
              for (const alone of [hub, project])
                expect(isStricter(createPolicy([alone]).decide(call).outcome, outcome)).toBe(false);
            }
          }
        },
      ),
    );
  });

  test('everything is masked that the hub has masked, and that ships', () => {
    const words = ['AAA-111', 'BBB-222', 'CCC-333'];
    const some = fc.subarray(words);
    const vendors = fc.option(fc.subarray([...VENDOR_RULES].slice(0, 3)), { nil: undefined });
    fc.assert(
      fc.property(some, fc.option(some, { nil: undefined }), vendors, (own, hub, off) => {
        const mine = { ...centralRules(...own), vendors: off };
        const theirs = hub && centralRules(...hub);
        const both = bothMaskings(theirs, mine);
        if (both === undefined) throw new Error('nothing');
        const text = Buffer.from(words.join(' '));
        const shown = Buffer.from(maskerWith(both).maskText(text).bytes).toString();
        for (const word of [...own, ...(hub ?? [])]) expect(shown).not.toContain(word);
        expect(both.vendors).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});

describe('a policy that has run out', () => {
  const central = { hub: 'https://hub.example.com', digest: '00', expiresAt: 1000 };
  const inForce: PolicyInForce = { policy: BASELINE, masking: undefined, central };

  test('denies everything, until there is another', () => {
    let now = 999;
    const live = new LivePolicy(inForce, () => now);
    expect(live.always?.outcome).toBe('allow');
    now = 1000;
    expect(live.always).toMatchObject({ outcome: 'deny', rule: 'central/expired' });
    expect(live.decide(callWith({}))).toMatchObject({ outcome: 'deny', rule: 'central/expired' });
    live.use({ ...inForce, central: { ...central, expiresAt: 2000 } });
    expect(live.always?.outcome).toBe('allow');
    expect(live.hides({ name: 'read', annotations: {} }, placeOf('db'))).toBeUndefined();
  });
});
