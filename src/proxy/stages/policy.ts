import { withoutElements } from '../../core/jsonrpc/keep-elements.ts';
import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import type { JsonPath } from '../../core/jsonrpc/json-walk.ts';
import { RPC } from '../../core/jsonrpc/replies.ts';
import { ownerOf } from '../../core/lane.ts';
import {
  PASS,
  type Message,
  type Outcome,
  type Passage,
  type StageDeps,
  type View,
} from '../../core/message.ts';
import type { ToolFacts } from '../../core/policy/call.ts';
import { strictest } from '../../core/policy/decision.ts';
import { guard } from '../../core/policy/guard.ts';
import { toolsOf } from '../../core/policy/known-tools.ts';
import { callsOf } from '../../core/policy/passage-calls.ts';
import { withRestores } from '../../core/policy/planned-restores.ts';
import { judgeDefinitions } from './definitions.ts';

/**
 * Decides on the masked view. The masking contract comes first and no policy is above it. Without any policy the baseline is
 * `guard`.
 */
export function policy(passage: Passage, deps: StageDeps): Outcome {
  const { view, message } = passage;
  if (view === undefined) throw new Error('policy needs the masked view');
  const contract = guard(view, message.direction);
  if (contract.kind !== 'pass') return contract;
  const defined = judgeDefinitions(passage, deps);
  if (defined.kind !== 'pass') return defined;
  for (const place of toolLists(view)) passage.view = listed(message, passage.view ?? view, { place, deps });
  const said = deps.policy.always ?? decided(message, view, deps);
  const decision = withRestores(said, passage.restores ?? []);
  if (decision === undefined) return PASS;
  passage.decision = decision;
  const { outcome, rule, reason } = decision;
  return outcome === 'deny' ? { kind: 'reject', rule, reason, code: RPC.denied } : PASS;
}

function decided(message: Message, view: View, deps: StageDeps): Passage['decision'] {
  const [first, ...others] = callsOf(message, view, deps).map((call) => deps.policy.decide(call));
  return first === undefined ? undefined : strictest([first, ...others]);
}

// Only of 2025-03-26 there are batches.
function toolLists({ answers, parsed }: View): JsonPath[] {
  return answers.flatMap((answer, index) =>
    answer?.method === 'tools/list' ? [parsed.batch ? [index] : []] : [],
  );
}

// What may never be called isn't shown; what is shown is what later calls are judged by.
function listed({ lane }: Message, view: View, { place, deps }: { place: JsonPath; deps: StageDeps }): View {
  const { policy: rules, tools, note } = deps;
  const found = toolsOf(view.bytes, place);
  const isHidden = (tool: ToolFacts): boolean => rules.hides(tool, deps.place) !== undefined;
  const hidden = new Set(found.flatMap((tool, at) => (isHidden(tool) ? [at] : [])));
  tools.learn(ownerOf(lane), found, hidden);
  if (hidden.size === 0) return view;
  // Clients ask for the list again and again.
  const names = found.flatMap(({ name }, at) => (hidden.has(at) ? [name] : []));
  if (tools.hide(names)) note(`${hidden.size} of ${found.length} tools are hidden: the policy denies them`);
  const bytes = withoutElements(view.bytes, [...place, 'result', 'tools'], hidden);
  return { ...view, bytes, parsed: parseMessage(bytes) };
}
