import type { PolicyCall } from './call.ts';
import { type Decision, strictest } from './decision.ts';
import { decideLayer, notAbout } from './evaluate.ts';
import { type RestoreTrace, traceRestores, withRestores } from './planned-restores.ts';
import type { PolicyLayer, PolicyRule } from './rule.ts';

/** What became of one rule, for one call. */
export interface RuleTrace {
  readonly rule: PolicyRule;
  /** `passed over`: it is about something else. `not reached`: a rule before it decided. */
  readonly outcome: 'decided' | 'passed over' | 'not reached';
  /** Why it was passed over, or how it came to decide. */
  readonly why: string;
}

export interface LayerTrace {
  readonly layer: PolicyLayer;
  readonly decision: Decision;
  readonly rules: readonly RuleTrace[];
}

export interface Trace {
  readonly decision: Decision;
  readonly layers: readonly LayerTrace[];
  /** Of what the first layer puts back. */
  readonly restores: readonly RestoreTrace[];
}

/** How a policy of these layers comes to its decision on a call: rule by rule, for who wants to know. */
export function traceCall(layers: readonly [PolicyLayer, ...PolicyLayer[]], call: PolicyCall): Trace {
  const [first, ...others] = layers;
  const decisions = [decideLayer(first, call), ...others.map((layer) => decideLayer(layer, call))] as const;
  const said = strictest(decisions);
  const restores = said.outcome === 'deny' ? [] : traceRestores(first.restores ?? [], call);
  return {
    decision:
      withRestores(
        said,
        restores.flatMap(({ planned }) => planned),
      ) ?? said,
    layers: layers.map((layer) => traceLayer(layer, call)),
    restores,
  };
}

function traceLayer(layer: PolicyLayer, call: PolicyCall): LayerTrace {
  const rules: RuleTrace[] = [];
  let decided = false;
  for (const rule of layer.rules) {
    const trace: Pick<RuleTrace, 'outcome' | 'why'> = decided
      ? { outcome: 'not reached', why: '' }
      : traceRule(rule, call);
    decided ||= trace.outcome === 'decided';
    rules.push({ rule, ...trace });
  }
  return { layer, decision: decideLayer(layer, call), rules };
}

function traceRule({ on, when }: PolicyRule, call: PolicyCall): Pick<RuleTrace, 'outcome' | 'why'> {
  const other = notAbout(on, call);
  if (other !== undefined) return { outcome: 'passed over', why: `it is about another ${other}` };
  const holds = when?.(call) ?? true;
  if (holds === false) return { outcome: 'passed over', why: 'its condition is false' };
  if (holds !== true) return { outcome: 'decided', why: `its condition can't be told: ${holds.failed}` };
  return { outcome: 'decided', why: when === undefined ? 'it has no condition' : 'its condition is true' };
}
