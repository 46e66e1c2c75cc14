import { createHash } from 'node:crypto';

import { z } from 'zod';

import { compileGlob } from '../../core/glob.ts';
import { LIMITS } from '../../core/limits.ts';
import type { ApprovalTerms } from '../../core/policy/decision.ts';
import type { NameTest, PolicyLayer, PolicyRule, Subject } from '../../core/policy/rule.ts';
import { parseYamlFile } from '../yaml-file.ts';
import { compileCondition, ConditionError } from './condition.ts';
import { SHIPPED, SHIPPED_NAMES, type ShippedName } from './shipped.ts';

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'an id is small letters, digits, dashes and underscores');

// One name or several, with `*` and `?`.
const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const subject = z.strictObject({
  connection: names.optional(),
  direction: z.enum(['to_server', 'to_client'], 'it is to_server or to_client').optional(),
  method: names.optional(),
  tool: names.optional(),
});

const condition = z.string().transform((source, context) => {
  try {
    return compileCondition(source);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    context.addIssue({ code: 'custom', message: `${error.message}: ${quoted(source, error.range)}` });
    return z.NEVER;
  }
});

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
  });

const policyFile = z
  .strictObject({
    version: z.literal(1),
    name: id.optional(),
    extends: z.enum(SHIPPED_NAMES, `it is one of ${SHIPPED_NAMES.join(', ')}`).optional(),
    rules: z.array(rule).max(LIMITS.policyRules).default([]),
  })
  .superRefine(({ rules }, context) => {
    rules.forEach((own, at) => {
      if (rules.findIndex((other) => other.id === own.id) < at)
        context.addIssue({ code: 'custom', path: ['rules', at, 'id'], message: `"${own.id}" stands twice` });
    });
  });

export type PolicyFile = z.infer<typeof policyFile>;

/** Whose file it is. What a project writes is attacker-controlled; its rules come on top and can only tighten. */
export type PolicyOwner = 'user' | 'project' | 'hub';

/**
 * Reads a policy. Its own rules come first, then those of the policy that it extends (`guard`, unless it says; a project's
 * extends nothing: it is a layer of its own).
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parsePolicy(text: string, file: string, owner: PolicyOwner): PolicyLayer {
  const parsed = parseYamlFile({ text, file, schema: policyFile, keysAt });
  const name = parsed.name ?? owner;
  const base = owner === 'project' ? undefined : shippedPolicy(parsed.extends ?? 'guard');
  return {
    name,
    version: `${name}@${digestOf(text)}${base === undefined ? '' : ` < ${base.version}`}`,
    rules: [...parsed.rules.map((own) => ruleOf(name, own)), ...(base?.rules ?? [])],
  };
}

/** One of those that come with hallpass. */
export function shippedPolicy(name: ShippedName): PolicyLayer {
  const text = SHIPPED[name];
  const { extends: base, rules } = parseYamlFile({ text, file: `${name}.yaml`, schema: policyFile, keysAt });
  const inherited = base === undefined ? [] : shippedPolicy(base).rules;
  return {
    name,
    version: `${name}@${digestOf(text)}`,
    rules: [...rules.map((own) => ruleOf(name, own)), ...inherited],
  };
}

/** What a policy file may say, as JSON Schema, for editors. */
export function policyJsonSchema(): unknown {
  return z.toJSONSchema(policyFile, { io: 'input' });
}

function ruleOf(policy: string, parsed: z.infer<typeof rule>): PolicyRule {
  const { verdict } = parsed;
  return {
    id: `${policy}/${parsed.id}`,
    on: subjectOf(parsed.on ?? {}),
    when: parsed.when,
    verdict,
    reason: parsed.reason ?? `the policy says so (${parsed.id})`,
    terms: verdict === 'hold' ? termsOf(parsed.approval) : undefined,
    risk: parsed.risk ?? (verdict === 'allow' ? 'none' : 'medium'),
  };
}

function termsOf(parsed: z.infer<typeof approval> | undefined): ApprovalTerms {
  return {
    approvals: parsed?.approvals ?? 1,
    groups: parsed?.groups ?? [],
    self: parsed?.self ?? false,
    expiresMs: parsed?.expires ?? LIMITS.approvalMs,
  };
}

function subjectOf(parsed: z.infer<typeof subject>): Subject {
  const { connection, direction, method, tool } = parsed;
  return {
    ...(connection !== undefined && { connection: nameTest(connection) }),
    ...(direction !== undefined && { direction: nameTest(direction) }),
    ...(method !== undefined && { method: nameTest(method) }),
    ...(tool !== undefined && { tool: nameTest(tool) }),
  };
}

// A method has a slash in it, and so has a URI: here `*` is anything.
function nameTest(wanted: string | readonly string[]): NameTest {
  const tests = [wanted].flat().map((pattern) => {
    if (!/[*?]/.test(pattern)) return (name: string) => name === pattern;
    const matches = compileGlob(flat(pattern));
    return (name: string) => matches(flat(name));
  });
  return (name) => tests.some((matches) => matches(name));
}

function flat(text: string): string {
  return text.replaceAll('/', '\u001f');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_CHARACTERS);
}

const DIGEST_CHARACTERS = 12;
const QUOTED_CHARACTERS = 40;

function quoted(source: string, { start }: { start: number }): string {
  const rest = source.slice(start, start + QUOTED_CHARACTERS).split('\n')[0] ?? '';
  return rest === '' ? 'at its end' : `at “${rest}”`;
}

function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const [first, , place] = path;
  if (first === undefined) return Object.keys(policyFile.shape);
  if (place === 'on') return Object.keys(subject.shape);
  if (place === 'approval') return Object.keys(approval.shape);
  return Object.keys(rule.shape);
}
