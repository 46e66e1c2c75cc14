import { z } from 'zod';

import { LIMITS } from '../../core/limits.ts';
import { nearest } from '../../core/nearest.ts';
import type { Part } from '../yaml-problems.ts';
import { compileCondition, ConditionError } from './condition.ts';
import { maskingKeysAt, maskingSection, pointer } from './masking-schema.ts';
import { SHIPPED_NAMES } from './shipped.ts';
import { VARIABLES } from './variables.ts';

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'an id is small letters, digits, dashes and underscores');

// One name or several, with `*` and `?`.
const names = z.union(
  [z.string().min(1), z.array(z.string().min(1)).min(1)],
  'it is a name, or a list of names',
);

const subject = z.strictObject({
  connection: names.optional(),
  direction: z.enum(['to_server', 'to_client'], 'it is to_server or to_client').optional(),
  method: names.optional(),
  tool: names.optional(),
});

const condition = z.string().transform((source, context) => {
  try {
    return { source, holds: compileCondition(source) };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const part: Part = { ...error.range, suggestion: variableMeant(error.message) };
    context.addIssue({ code: 'custom', message: error.message, params: { part } });
    return z.NEVER;
  }
});

function variableMeant(message: string): string | undefined {
  const [, name] = /^Unknown variable: (\w+)/.exec(message) ?? [];
  return name === undefined
    ? undefined
    : nearest(
        name,
        VARIABLES.map((variable) => variable.name),
      );
}

const duration = z
  .string()
  .regex(/^\d{1,4}[smh]$/, 'it is a time such as 30s, 10m or 2h')
  .transform((text) => Number.parseInt(text, 10) * (SECONDS[text.slice(-1)] ?? 1) * 1000)
  .refine((ms) => ms >= 1000 && ms <= LIMITS.approvalMaxMs, 'it is between 1s and 24h');

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

const approval = z.strictObject({
  approvals: z.int().min(1).max(LIMITS.approvers).default(1),
  groups: z.array(z.string().min(1)).default([]),
  self: z.boolean().default(false),
  expires: duration.optional(),
});

const rule = z
  .strictObject({
    id,
    on: subject.optional(),
    when: condition.optional(),
    verdict: z.enum(['allow', 'hold', 'deny'], 'it is allow, hold or deny'),
    reason: z.string().min(1).max(LIMITS.reasonCharacters).optional(),
    risk: z.enum(['low', 'medium', 'high'], 'it is low, medium or high').optional(),
    approval: approval.optional(),
  })
  .refine(({ verdict, approval: terms }) => verdict === 'hold' || terms === undefined, {
    path: ['approval'],
    message: 'only what is held waits for an approval: verdict: hold',
    when: () => true,
  });

// Written out: what a policy lets go in clear is not to be more than somebody meant.
const exactly = (what: string) => {
  const one = z
    .string()
    .min(1)
    .regex(/^[^*?]+$/, `${what} are written out here, without * and ?`);
  return z.union([one, z.array(one).min(1)], `${what} are written out here, without * and ?`);
};

const restored = z
  .string()
  .regex(
    /^(?:secret:[A-Za-z][A-Za-z0-9_.-]{0,62}|credential:[A-Za-z0-9][A-Za-z0-9._-]{0,62}|rule:(?!known$)[a-z][a-z0-9_]{0,62})$/,
    'it is "secret:NAME" (of hallpass secret add), "credential:CONNECTION", or "rule:RULE" (docs/rules.md; not "known")',
  );

const restore = z.strictObject({
  id,
  secret: restored,
  connection: exactly('connections'),
  tool: exactly('tools'),
  // Below `arguments`, and not below the message.
  argument: pointer('/variables/*/value'),
  reason: z.string().min(1).max(LIMITS.reasonCharacters).optional(),
  approval: approval.optional(),
});

const action = z.enum(['ignore', 'flag', 'hide'], 'it is ignore, flag or hide');

// What is done about a tool, prompt or instructions of a server: docs/tools.md.
const definitions = z.strictObject({ changed: action.optional(), suspicious: action.optional() });

export const policyFile = z
  .strictObject({
    version: z.literal(1),
    name: id.optional(),
    extends: z.enum(SHIPPED_NAMES, `it is one of ${SHIPPED_NAMES.join(', ')}`).optional(),
    definitions: definitions.optional(),
    rules: z.array(rule).max(LIMITS.policyRules).default([]),
    masking: maskingSection.optional(),
    restore: z.array(restore).max(LIMITS.restoreRules).default([]),
    exceptions: z.enum(['allow', 'deny'], 'it is allow or deny').optional(),
  })
  .superRefine(
    (file, context) => {
      for (const kind of ['rules', 'restore'] as const)
        for (const [at, name] of repeated(file[kind]))
          context.addIssue({ code: 'custom', path: [kind, at, 'id'], message: `"${name}" stands twice` });
    },
    { when: () => true },
  );

// Also of rules in which something else is wrong.
function repeated(rules: unknown): readonly (readonly [number, string])[] {
  const ids = Array.isArray(rules) ? rules.map((own: unknown) => idOf(own)) : [];
  const seen = new Set<string>();
  return ids.flatMap((name, at) => {
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return [];
    }
    return [[at, name] as const];
  });
}

function idOf(own: unknown): string | undefined {
  return typeof own === 'object' && own !== null && 'id' in own && typeof own.id === 'string'
    ? own.id
    : undefined;
}

export type PolicyFile = z.infer<typeof policyFile>;
export type RuleEntry = PolicyFile['rules'][number];
export type RestoreEntry = PolicyFile['restore'][number];

/** The keys that there are at a place. */
export function policyKeysAt(path: readonly PropertyKey[]): readonly string[] {
  const [first, , place] = path;
  if (first === undefined) return Object.keys(policyFile.shape);
  if (first === 'masking') return maskingKeysAt(path.slice(1));
  if (first === 'definitions') return Object.keys(definitions.shape);
  if (place === 'on') return Object.keys(subject.shape);
  if (place === 'approval') return Object.keys(approval.shape);
  if (first === 'restore') return Object.keys(restore.shape);
  return Object.keys(rule.shape);
}
