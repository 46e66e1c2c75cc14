import { z } from 'zod';

import { type JsonValue, valueAt } from '../../core/jsonrpc/json-value.ts';
import type { PolicyCall } from '../../core/policy/call.ts';
import { severityOfRule } from '../../core/policy/finding-severity.ts';
import { parseYamlFile } from '../yaml-file.ts';

const finding = z.strictObject({
  rule: z.string().min(1),
  severity: z.enum(['low', 'medium', 'high'], 'it is low, medium or high').optional(),
  at: z.string().default(''),
});

const hint = z.boolean().optional();

/** A call as people write it down, for `policy test` and `policy explain`. What is left out is as little as there can be. */
export const callFacts = z.strictObject({
  connection: z.string().default('test'),
  environment: z.string().default(''),
  direction: z.enum(['to_server', 'to_client'], 'it is to_server or to_client').default('to_server'),
  method: z.string().default('tools/call'),
  tool: z.string().default(''),
  annotations: z
    .strictObject({ readOnlyHint: hint, destructiveHint: hint, idempotentHint: hint, openWorldHint: hint })
    .default({}),
  args: z.record(z.string(), z.unknown()).default({}),
  findings: z.array(finding).default([]),
  subject: z.string().default('somebody'),
  issuer: z.string().optional(),
  groups: z.array(z.string()).default([]),
  claims: z.record(z.string(), z.unknown()).default({}),
  credential: z
    .strictObject({ kind: z.string().default('none'), scopes: z.array(z.string()).optional() })
    .default({ kind: 'none' }),
  unchecked: z.boolean().default(false),
});

export type CallFacts = z.infer<typeof callFacts>;

/** The keys that there are at a place of it. */
export function callKeysAt([place]: readonly PropertyKey[]): readonly string[] {
  if (place === 'annotations') return ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];
  if (place === 'findings') return ['rule', 'severity', 'at'];
  if (place === 'credential') return ['kind', 'scopes'];
  return Object.keys(callFacts.shape);
}

/** The same as a policy sees it. */
export function callOf({ subject, issuer, groups, claims, args, findings, ...rest }: CallFacts): PolicyCall {
  const { annotations, credential } = rest;
  return {
    ...rest,
    annotations: Object.fromEntries(Object.entries(annotations).filter(([, said]) => said !== undefined)),
    credential: { kind: credential.kind, scopes: credential.scopes },
    principal: { subject, issuer, groups, claims },
    args: () => asJson(args),
    findings: findings.map(({ rule, severity, at }) => ({
      rule,
      severity: severity ?? severityOfRule(rule),
      at,
    })),
  };
}

/** A value as it would have come in a message. */
function asJson(value: unknown): JsonValue | undefined {
  return valueAt(Buffer.from(JSON.stringify(value)), []);
}

/**
 * Reads a call that somebody wrote down as JSON; what is given besides counts more.
 *
 * @throws {HallpassError} ERR_CONFIG with line and column
 */
export function readCall(json: string, besides: Partial<CallFacts>): CallFacts {
  const facts = parseYamlFile({ text: json, file: 'the call', schema: callFacts, keysAt: callKeysAt });
  return { ...facts, ...besides };
}
