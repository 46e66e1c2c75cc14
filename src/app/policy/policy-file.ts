import { createHash } from 'node:crypto';

import { isSeq, parseDocument } from 'yaml';
import { z } from 'zod';

import { HallpassError } from '../../core/errors.ts';
import { compileGlob } from '../../core/glob.ts';
import { LIMITS } from '../../core/limits.ts';
import type { ApprovalTerms } from '../../core/policy/decision.ts';
import type { DefinitionRules } from '../../core/policy/definitions/definition.ts';
import type { RestoredSecret, RestoreRule } from '../../core/policy/restore-rule.ts';
import type { NameTest, PolicyLayer, PolicyRule, Subject } from '../../core/policy/rule.ts';
import { checkYamlFile, parseYamlFile } from '../yaml-file.ts';
import type { FileProblem } from '../yaml-problems.ts';
import { maskingOf, pointerOf } from './masking.ts';
import {
  policyFile,
  policyKeysAt as keysAt,
  type PolicyFile,
  type RestoreEntry,
  type RuleEntry,
} from './policy-schema.ts';
import { SHIPPED, type ShippedName } from './shipped.ts';

/** Whose file it is. What a project writes is attacker-controlled; its rules come on top and can only tighten. */
export type PolicyOwner = 'user' | 'project' | 'hub';

/**
 * Reads a policy. Its own rules come first, then those of the policy that it extends: `guard`, unless it says. A project's is
 * a layer on top of others, and extends only what it names.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parsePolicy(text: string, file: string, owner: PolicyOwner): PolicyLayer {
  const parsed = parseYamlFile({ text, file, schema: policyFile, keysAt });
  const name = parsed.name ?? owner;
  if (owner === 'project' && parsed.masking !== undefined)
    throw new HallpassError('ERR_CONFIG', `${file}: masking: what is masked is not for a project to say`);
  if (owner === 'project' && parsed.restore.length > 0)
    throw new HallpassError('ERR_CONFIG', `${file}: restore: what goes in clear is not for a project to say`);
  if (owner === 'project' && parsed.exceptions !== undefined)
    throw new HallpassError(
      'ERR_CONFIG',
      `${file}: exceptions: what passes in clear is not for a project to say`,
    );
  const extended = parsed.extends ?? (owner === 'project' ? undefined : 'guard');
  const base = extended === undefined ? undefined : shippedPolicy(extended);
  return {
    name,
    version: `${name}@${digestOf(text)}${base === undefined ? '' : ` < ${base.version}`}`,
    rules: [...parsed.rules.map((own) => ruleOf(name, own)), ...(base?.rules ?? [])],
    definitions: definitionsOf(parsed, base),
    ...(parsed.masking !== undefined && { masking: maskingOf(parsed.masking) }),
    restores: parsed.restore.map((own) => restoreOf(name, own)),
    ...exceptionsOf(parsed, base),
  };
}

/** The policy as others are to get it: as JSON, which is YAML, too, and without samples. Of a text that `parsePolicy` accepts. */
export function policyDocument(text: string): string {
  const document = parseDocument(text, { version: '1.2' });
  for (const kind of ['rules', 'fields']) {
    const entries: unknown = document.getIn(['masking', kind]);
    const count = isSeq(entries) ? entries.items.length : 0;
    for (let at = 0; at < count; at += 1) document.deleteIn(['masking', kind, at, 'samples']);
  }
  return JSON.stringify(document.toJS({ maxAliasCount: 100 }));
}

/** All that is wrong with a policy's text; nothing: it can be in force. */
export function policyProblems(text: string): readonly FileProblem[] {
  return checkYamlFile({ text, schema: policyFile, keysAt });
}

/** One of those that come with hallpass. */
export function shippedPolicy(name: ShippedName): PolicyLayer {
  const text = SHIPPED[name];
  const parsed = parseYamlFile({ text, file: `${name}.yaml`, schema: policyFile, keysAt });
  const base = parsed.extends === undefined ? undefined : shippedPolicy(parsed.extends);
  return {
    name,
    version: `${name}@${digestOf(text)}`,
    rules: [...parsed.rules.map((own) => ruleOf(name, own)), ...(base?.rules ?? [])],
    definitions: definitionsOf(parsed, base),
    ...exceptionsOf(parsed, base),
  };
}

/** What a policy file may say, as JSON Schema, for editors. */
export function policyJsonSchema(): unknown {
  return z.toJSONSchema(policyFile, { io: 'input' });
}

// What it does not name is what it extends says of it.
function definitionsOf({ definitions }: PolicyFile, base: PolicyLayer | undefined): DefinitionRules {
  const { changed = 'ignore', suspicious = 'ignore' } = base?.definitions ?? {};
  return { changed: definitions?.changed ?? changed, suspicious: definitions?.suspicious ?? suspicious };
}

function exceptionsOf(
  { exceptions }: PolicyFile,
  base: PolicyLayer | undefined,
): Pick<PolicyLayer, 'exceptions'> {
  const word = exceptions ?? base?.exceptions;
  return word === undefined ? {} : { exceptions: word };
}

function ruleOf(policy: string, parsed: RuleEntry): PolicyRule {
  const { verdict } = parsed;
  return {
    id: `${policy}/${parsed.id}`,
    on: subjectOf(parsed.on ?? {}),
    when: parsed.when?.holds,
    verdict,
    reason: parsed.reason ?? `the policy says so (${parsed.id})`,
    terms: verdict === 'hold' ? termsOf(parsed.approval) : undefined,
    risk: parsed.risk ?? (verdict === 'allow' ? 'none' : 'medium'),
    text: { on: withoutMissing(parsed.on ?? {}), when: parsed.when?.source },
  };
}

function termsOf(parsed: RuleEntry['approval']): ApprovalTerms {
  return {
    approvals: parsed?.approvals ?? 1,
    groups: parsed?.groups ?? [],
    self: parsed?.self ?? false,
    expiresMs: parsed?.expires ?? LIMITS.approvalMs,
  };
}

function restoreOf(policy: string, parsed: RestoreEntry): RestoreRule {
  const { connection, tool, argument } = parsed;
  const [kind = '', ...name] = parsed.secret.split(':');
  const isArgument = compileGlob(argument.slice(1));
  return {
    id: `${policy}/${parsed.id}`,
    // Of the schema's three.
    secret: { kind: kind as RestoredSecret['kind'], name: name.join(':') },
    connection: nameTest(connection),
    tool: nameTest(tool),
    argument: (path) => isArgument(pointerOf(path)),
    reason: parsed.reason ?? `a secret goes there in clear (${parsed.id})`,
    terms: parsed.approval === undefined ? undefined : termsOf(parsed.approval),
    text: { connection, tool, argument },
  };
}

function subjectOf(parsed: NonNullable<RuleEntry['on']>): Subject {
  const { connection, direction, method, tool } = parsed;
  return {
    ...(connection !== undefined && { connection: nameTest(connection) }),
    ...(direction !== undefined && { direction: nameTest(direction) }),
    ...(method !== undefined && { method: nameTest(method) }),
    ...(tool !== undefined && { tool: nameTest(tool) }),
  };
}

function withoutMissing(
  on: NonNullable<RuleEntry['on']>,
): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    Object.entries(on).flatMap(([name, wanted]) => (wanted === undefined ? [] : [[name, wanted]])),
  );
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
