import type { PolicyCall } from '../../core/policy/call.ts';
import { classify } from '../../core/policy/classify.ts';
import { highest } from '../../core/policy/severity.ts';

/** What a condition may read: name, CEL type, and what it is, for `docs/policy.md`. */
export const VARIABLES: readonly Variable[] = [
  variable('connection', 'string', 'name of the connection', (call) => call.connection),
  variable(
    'environment',
    'string',
    'what the connection says it is for; empty: not said',
    (call) => call.environment,
  ),
  variable('direction', 'string', '`to_server` or `to_client`', (call) => call.direction),
  variable(
    'method',
    'string',
    "MCP's, such as `tools/call`; of an answer that of its request",
    (call) => call.method,
  ),
  variable(
    'tool',
    'string',
    'name of the tool or prompt, URI of the resource; empty: none',
    (call) => call.tool,
  ),
  variable(
    'annotations',
    'map<string, dyn>',
    'of the tool, as its server says; absent: unknown',
    annotationsOf,
  ),
  variable('args', 'dyn', '`params.arguments`, masked', (call) => call.args() ?? new Map()),
  variable('findings', 'list<map<string, string>>', 'secrets found: `rule`, `severity`, `at`', findingsOf),
  variable('severity', 'string', 'the highest of the findings: `none`, `low`, `medium`, `high`', severityOf),
  variable(
    'principal',
    'map<string, string>',
    '`subject`, and `issuer` where somebody vouches for it',
    principalOf,
  ),
  variable('groups', 'list<string>', 'the groups of who calls', (call) => [...call.principal.groups]),
  variable(
    'claims',
    'map<string, dyn>',
    'the claims of the token that says so',
    (call) => call.principal.claims,
  ),
  variable('credential', 'map<string, dyn>', '`kind`, and `scopes` where they are known', credentialOf),
  variable(
    'destructive',
    'bool',
    'it may destroy something, by its annotations or its arguments',
    (call) => classify(call).destructive,
  ),
  variable(
    'privileged',
    'bool',
    'it changes who may do what: accounts, grants, keys',
    (call) => classify(call).privileged,
  ),
  variable(
    'reads_secrets',
    'bool',
    'it asks for what holds secrets: `env`, `.env`, `pg_authid`',
    (call) => classify(call).readsSecrets,
  ),
  variable('unchecked', 'bool', 'it holds binary that could not be inspected', (call) => call.unchecked),
];

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly about: string;
  readonly read: (call: PolicyCall) => unknown;
}

/** The values of the variables that an expression names. */
export function factsOf(call: PolicyCall, names: ReadonlySet<string>): Record<string, unknown> {
  const wanted = VARIABLES.filter(({ name }) => names.has(name));
  return Object.fromEntries(wanted.map(({ name, read }) => [name, read(call)]));
}

function variable(name: string, type: string, about: string, read: Variable['read']): Variable {
  return { name, type, about, read };
}

function annotationsOf({ annotations }: PolicyCall): unknown {
  return new Map(Object.entries(annotations));
}

function findingsOf({ findings }: PolicyCall): unknown {
  return findings.map(
    ({ rule, severity, at }) =>
      new Map([
        ['rule', rule],
        ['severity', severity],
        ['at', at],
      ]),
  );
}

function severityOf({ findings }: PolicyCall): string {
  return highest(findings.map(({ severity }) => severity));
}

function principalOf({ principal: { subject, issuer } }: PolicyCall): unknown {
  return new Map([['subject', subject], ...(issuer === undefined ? [] : [['issuer', issuer] as const])]);
}

function credentialOf({ credential: { kind, scopes } }: PolicyCall): unknown {
  return new Map<string, unknown>([
    ['kind', kind],
    ...(scopes === undefined ? [] : [['scopes', scopes] as const]),
  ]);
}
