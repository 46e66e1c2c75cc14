import type { Envelope } from '../jsonrpc/envelope.ts';
import { type JsonValue, valueAt } from '../jsonrpc/json-value.ts';
import { ownerOf } from '../lane.ts';
import type { Masker } from '../mask/masker.ts';
import type { Message, View } from '../message.ts';
import type { PolicyCall } from './call.ts';
import type { ToolPlace } from './evaluate.ts';
import { severityOfRule } from './finding-severity.ts';
import type { KnownTools } from './known-tools.ts';

/** The calls that one message makes or answers, as a policy sees them: one, or those of a batch. */
export function callsOf(
  { direction, lane }: Message,
  view: View,
  { place, tools, masker }: { place: ToolPlace; tools: KnownTools; masker: Pick<Masker, 'central'> },
): PolicyCall[] {
  const findings = [...view.findings, ...view.exposed].map(({ rule, at }) => ({
    rule,
    severity: masker.central?.severities.get(rule) ?? severityOfRule(rule),
    at,
  }));
  return view.parsed.messages.map((envelope, index) => {
    const { method, tool } = subjectOf(envelope, view, index);
    return {
      ...place,
      direction,
      method,
      tool,
      annotations: method === 'tools/call' ? tools.annotationsOf(ownerOf(lane), tool) : {},
      args: once(() => valueAt(view.bytes, [...(view.parsed.batch ? [index] : []), 'params', 'arguments'])),
      findings,
      unchecked: view.unchecked,
    };
  });
}

// An answer is about what was asked.
function subjectOf(envelope: Envelope, { answers }: View, index: number): { method: string; tool: string } {
  const answered = answers[index];
  return {
    method: envelope.method ?? answered?.method ?? '',
    tool: envelope.target ?? answered?.target ?? '',
  };
}

function once(read: () => JsonValue | undefined): () => JsonValue | undefined {
  let known: { value: JsonValue | undefined } | undefined;
  return () => (known ??= { value: read() }).value;
}
