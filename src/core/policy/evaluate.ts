import type { PolicyCall, ToolFacts } from './call.ts';
import { type Decision, strictest } from './decision.ts';
import { type DefinitionRules, FLAG_DEFINITIONS, strictestRules } from './definitions/definition.ts';
import type { RestoreRule } from './restore-rule.ts';
import type { PolicyLayer, PolicyRule, Subject } from './rule.ts';

/** What decides on calls. */
export interface Policy {
  /** Names and digests of all layers. */
  readonly version: string;
  /** What it says of every call, where it has no rules at all. */
  readonly always: Decision | undefined;
  /** Of definitions. */
  readonly definitions: DefinitionRules;
  /** Which secrets tools may have again: the first layer's alone, since that would loosen what it says. */
  readonly restores: readonly RestoreRule[];
  decide(call: PolicyCall): Decision;
  /** Of one that may change: calls when another is in force, with the one before, until the function returned is called. */
  onChange?(changed: (before: Policy) => void): () => void;
  /** A denial that stands whatever the arguments are: the tool isn't listed. */
  hides(tool: ToolFacts, about: ToolPlace): Decision | undefined;
}

/** Where a tool would be called, all of a call that is known before there is one. */
export type ToolPlace = Pick<PolicyCall, 'connection' | 'environment' | 'principal' | 'credential'>;

/**
 * A policy of several layers. Within a layer the first rule that matches decides; of the layers the strictest wins, so
 * that a layer added can only tighten. No layer at all denies.
 */
export function createPolicy(layers: readonly [PolicyLayer, ...PolicyLayer[]]): Policy {
  const [first, ...others] = layers;
  return {
    version: layers.map(({ version }) => version).join(' + '),
    always: layers.every(({ rules }) => rules.length === 0) ? noRule(first) : undefined,
    definitions: strictestRules([
      first.definitions ?? FLAG_DEFINITIONS,
      ...others.flatMap(({ definitions }) => definitions ?? []),
    ]),
    restores: first.restores ?? [],
    decide: (call) =>
      strictest([decideLayer(first, call), ...others.map((layer) => decideLayer(layer, call))]),
    hides: (tool, place) => layers.map((layer) => hiding(layer, tool, place)).find(isDefined),
  };
}

/** What one layer says of a call. */
export function decideLayer(layer: PolicyLayer, call: PolicyCall): Decision {
  for (const rule of layer.rules) {
    if (!isAbout(rule.on, call)) continue;
    const holds = rule.when?.(call) ?? true;
    if (holds === true) return withScopes(decisionOf(rule), call);
    if (holds !== false) return undecidable(rule, holds.failed);
  }
  return noRule(layer);
}

function noRule({ name }: PolicyLayer): Decision {
  return { outcome: 'allow', rule: name, reason: 'nothing in the policy is against it', risk: 'none' };
}

// A condition that fails on a call might have been the one to stop it.
function undecidable({ id }: PolicyRule, failed: string): Decision {
  const reason = `the condition of this rule can't be told for this call: ${failed}`;
  return { outcome: 'deny', rule: id, reason, risk: 'high' };
}

function decisionOf({ id, verdict, reason, terms, risk }: PolicyRule): Decision {
  return { outcome: verdict, rule: id, reason, ...(terms && { terms }), risk };
}

/** Of a long list who decides is shown so many. */
const SHOWN_SCOPES = 20;

// What the credential may do besides is what makes a held call dangerous.
function withScopes(decision: Decision, { credential: { scopes = [] } }: PolicyCall): Decision {
  if (decision.outcome !== 'hold' || scopes.length === 0) return decision;
  const more = scopes.length > SHOWN_SCOPES ? ', …' : '';
  const shown = scopes.slice(0, SHOWN_SCOPES).join(', ');
  return { ...decision, reason: `${decision.reason} The credential may: ${shown}${more}.` };
}

function isAbout(on: Subject, about: About): boolean {
  return notAbout(on, about) === undefined;
}

type About = Pick<PolicyCall, 'connection' | 'direction' | 'method' | 'tool'>;

/** Which of its names keeps a rule from being about a call; undefined: none. */
export function notAbout(on: Subject, about: About): keyof About | undefined {
  return NAMES.find((name) => on[name]?.(about[name]) === false);
}

const NAMES = ['connection', 'direction', 'method', 'tool'] as const;

const CALL = { direction: 'to_server', method: 'tools/call' } as const;

// A rule with a condition depends on the call: only one that denies, too, leaves the tool hidden by what comes after it.
function hiding({ rules }: PolicyLayer, tool: ToolFacts, place: ToolPlace): Decision | undefined {
  const about = { ...CALL, tool: tool.name, connection: place.connection };
  const first = rules.find(
    ({ on, when, verdict }) => isAbout(on, about) && (when === undefined || verdict !== 'deny'),
  );
  if (first === undefined || first.when !== undefined || first.verdict !== 'deny') return undefined;
  return decisionOf(first);
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
