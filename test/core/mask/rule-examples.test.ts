import { describe, expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import type { Profile } from '../../../src/core/mask/profile.ts';
import type { Rule } from '../../../src/core/mask/rules/rule.ts';
import { VENDOR_RULES } from '../../../src/core/mask/rules/vendors.ts';
import { bytes } from './fixtures.ts';
import { RULE_EXAMPLES } from './rule-examples/all.ts';
import type { RuleExamples } from './rule-examples/examples.ts';

describe('a vendor format finds what its vendor documents, and not what is nearly that', () => {
  test.each(RULE_EXAMPLES)('$id', (examples) => {
    const { id, positives, misses } = examples;
    expect(new Set(positives.map((build) => build())).size).toBe(positives.length);
    for (const build of positives) {
      const token = build();
      const text = around(examples, token);
      const start = text.indexOf(token);
      expect(spansOf(id, text), `positive ${positives.indexOf(build)}`).toEqual([
        [start, start + token.length],
      ]);
    }
    for (const build of misses)
      expect(spansOf(id, around(examples, build())), `near miss ${misses.indexOf(build)}`).toEqual([]);
  });
});

test.each(RULE_EXAMPLES.filter(({ id }) => ruleOf(id).checksum !== undefined))(
  '$id: the checksum tells what the vendor made from what only looks like it',
  (examples) => {
    const { verify } = ruleOf(examples.id).checksum ?? { verify: () => false };
    const isSigned = examples.positives.map((build) => verify(build()));
    expect(isSigned).toEqual(isSigned.map(() => true));
    expect(examples.forged === undefined ? undefined : verify(examples.forged())).toBe(false);
  },
);

test.each(RULE_EXAMPLES.filter(({ forged }) => forged !== undefined))(
  '$id: a token that fails its checksum is hidden like a mistyped copy, and nobody is alarmed',
  (examples) => {
    const forged = examples.forged?.() ?? '';
    const isRequired = ruleOf(examples.id).checksum?.required === true;
    expect(spansOf(examples.id, around(examples, forged))).toHaveLength(isRequired ? 0 : 1);
    expect(spansOf(examples.id, around(examples, forged), 'alert')).toEqual([]);
    for (const build of examples.positives)
      expect(spansOf(examples.id, around(examples, build()), 'alert')).toHaveLength(1);
  },
);

test('every vendor format that ships has its tokens, and a forged one where it has a checksum', () => {
  const examples = new Map(RULE_EXAMPLES.map((each) => [each.id, each]));
  expect(VENDOR_RULES.filter(({ id }) => !examples.has(id)).map(({ id }) => id)).toEqual([]);
  expect(examples.size).toBe(RULE_EXAMPLES.length);
  const unforged = VENDOR_RULES.filter(
    ({ id, checksum }) => checksum !== undefined && examples.get(id)?.forged === undefined,
  );
  expect(unforged.map(({ id }) => id)).toEqual([]);
});

function around({ around: within }: RuleExamples, token: string): string {
  return within === undefined ? `the ${token}, end` : within(token);
}

// By this rule alone: what another one makes of a near miss is that one's affair.
function spansOf(id: string, text: string, profile: Profile = 'mask'): [number, number][] {
  const found = createDetector({ rules: [ruleOf(id)], profile }).detect(bytes(text));
  return found.filter(({ rule }) => rule === id).map(({ start, end }) => [start, end]);
}

function ruleOf(id: string): Rule {
  const rule = VENDOR_RULES.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}
