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
    args: () => valueOf(args),
    findings: [],
    principal: { subject: 'jo', issuer: undefined, groups: [], claims: {} },
    credential: { kind: 'none', scopes: undefined },
    unchecked: false,
    ...more,
  };
}

/** JSON as policies read it: objects are maps. */
function valueOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(valueOf);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, part]) => [key, valueOf(part)]));
}
