import { valueAt } from '../../../src/core/jsonrpc/json-value.ts';
import type { PolicyCall } from '../../../src/core/policy/call.ts';

/** A call of a tool with these arguments, about which nothing is special. */
export function callWith(args: Record<string, unknown>, more: Partial<PolicyCall> = {}): PolicyCall {
  return {
    connection: 'db',
    environment: '',
    direction: 'to_server',
    method: 'tools/call',
    tool: 'query',
    annotations: {},
    args: () => valueAt(Buffer.from(jsonOf(args)), []),
    findings: [],
    principal: { subject: 'jo', issuer: undefined, groups: [], claims: {} },
    credential: { kind: 'none', scopes: undefined },
    unchecked: false,
    ...more,
  };
}

// With integers beyond what a double holds.
function jsonOf(args: Record<string, unknown>): string {
  const large: string[] = [];
  const text = JSON.stringify(args, (_, value: unknown) =>
    typeof value === 'bigint' ? `large ${large.push(String(value))}` : value,
  );
  return text.replaceAll(/"large (\d+)"/g, (_, index: string) => large[Number(index) - 1] ?? '');
}
