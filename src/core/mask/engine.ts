import { type Anchor, type AnchorSet, compileAnchors } from './anchors.ts';
import { type CentralRules, patternAnchors } from './central/central.ts';
import type { Rule } from './rules/rule.ts';
import { VENDOR_RULES } from './rules/vendors.ts';
import { commandAnchors } from './commands.ts';
import { contextAnchors } from './context.ts';
import { landmarkAnchors } from './landmark-anchors.ts';
import { loginAnchors } from './login-calls.ts';
import { phraseAnchors } from './phrases.ts';
import { pipedAnchors } from './piped.ts';
import { sqlAnchors } from './sql.ts';
import { structureAnchors } from './structure.ts';
import { vendorAnchors } from './vendor.ts';

export type Rules = readonly Rule[];

const compiled = new WeakMap<Rules, AnchorSet>();

/** Makes the automaton for these vendor rules and all structure and context rules. The result is kept. */
export function compileRules(rules: Rules = VENDOR_RULES): AnchorSet {
  const done = compiled.get(rules);
  if (done !== undefined) return done;
  const set = compileWith(rules, []);
  compiled.set(rules, set);
  return set;
}

/** The same with what a policy adds. */
export function compileCentral({ patterns, vendors }: CentralRules): AnchorSet {
  return compileWith(vendors ?? VENDOR_RULES, patternAnchors(patterns));
}

function compileWith(rules: Rules, more: readonly Anchor[]): AnchorSet {
  return compileAnchors([
    ...rules.flatMap(vendorAnchors),
    ...structureAnchors(),
    ...commandAnchors(),
    ...phraseAnchors(),
    ...loginAnchors(),
    ...sqlAnchors(),
    ...pipedAnchors(),
    ...contextAnchors(),
    ...landmarkAnchors(),
    ...more,
  ]);
}
