import { type Anchor, type AnchorSet, compileAnchors } from './anchors.ts';
import { BUILT } from './built-table.ts';
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
  const set = compileAnchors(anchorsOf(rules), rules === VENDOR_RULES ? BUILT.table : undefined);
  compiled.set(rules, set);
  return set;
}

/** The same with what a policy adds. */
export function compileCentral({ patterns, vendors }: CentralRules): AnchorSet {
  return compileAnchors([...anchorsOf(vendors ?? VENDOR_RULES), ...patternAnchors(patterns)]);
}

function anchorsOf(rules: Rules): Anchor[] {
  return [
    ...rules.flatMap(vendorAnchors),
    ...structureAnchors(),
    ...commandAnchors(),
    ...phraseAnchors(),
    ...loginAnchors(),
    ...sqlAnchors(),
    ...pipedAnchors(),
    ...contextAnchors(),
    ...landmarkAnchors(),
  ];
}
