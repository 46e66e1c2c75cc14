import type { PolicyCall } from '../../core/policy/call.ts';
import { classify } from '../../core/policy/classify.ts';
import { highest } from '../../core/policy/severity.ts';

/** What a condition may read: name, CEL type, and what it is, for `docs/policy.md`. */
export const VARIABLES: readonly Variable[] = [
  { name: 'connection', type: 'string', about: 'name of the connection', read: (call) => call.connection },
  {
    name: 'environment',
    type: 'string',
    about: 'what the connection says it is for; empty: not said',
    read: (call) => call.environment,
  },
  { name: 'direction', type: 'string', about: '`to_server` or `to_client`', read: (call) => call.direction },
  {
    name: 'method',
    type: 'string',
    about: "MCP's, such as `tools/call`; of an answer that of its request",
    read: (call) => call.method,
  },
  {
    name: 'tool',
    type: 'string',
    about: 'name of the tool or prompt, URI of the resource; empty: none',
    read: (call) => call.tool,
  },
  {
    name: 'annotations',
    type: 'map<string, dyn>',
    about: 'of the tool, as its server says; absent: unknown',
    read: annotationsOf,
  },
  {
    name: 'args',
    type: 'dyn',
    about: '`params.arguments`, masked',
    read: (call) => call.args() ?? new Map(),
  },
  {
    name: 'findings',
    type: 'list<map<string, string>>',
    about: 'secrets found: `rule`, `severity`, `at`',
    read: findingsOf,
  },
  {
    name: 'severity',
    type: 'string',
    about: 'the highest of the findings: `none`, `low`, `medium`, `high`',
    read: severityOf,
  },
  {
    name: 'principal',
    type: 'map<string, dyn>',
    about: '`subject`, `attested`: whether an issuer vouches for it, and that `issuer`',
    read: principalOf,
  },
  {
    name: 'groups',
    type: 'list<string>',
    about: 'the groups of who calls',
    read: (call) => [...call.principal.groups],
  },
  {
    name: 'claims',
    type: 'map<string, dyn>',
    about: 'the claims of the token that says so',
    read: (call) => call.principal.claims,
  },
  {
    name: 'credential',
    type: 'map<string, dyn>',
    about: '`kind`, and `scopes` where they are known',
    read: credentialOf,
  },
  {
    name: 'destructive',
    type: 'bool',
    about: 'it may destroy something, by its annotations or its arguments',
    read: (call) => classify(call).destructive,
  },
  {
    name: 'privileged',
    type: 'bool',
    about: 'it changes who may do what: accounts, grants, keys',
    read: (call) => classify(call).privileged,
  },
  {
    name: 'reads_secrets',
    type: 'bool',
    about: 'it asks for what holds secrets: `env`, `.env`, `pg_authid`',
    read: (call) => classify(call).readsSecrets,
  },
  {
    name: 'unchecked',
    type: 'bool',
    about: 'it holds binary that could not be inspected',
    read: (call) => call.unchecked,
  },
];

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly about: string;
  readonly read: (call: PolicyCall) => unknown;
}

/** What reads the values of the variables that an expression names. */
export function factsReader(names: ReadonlySet<string>): (call: PolicyCall) => Record<string, unknown> {
  const wanted = VARIABLES.filter(({ name }) => names.has(name));
  return (call) => Object.fromEntries(wanted.map(({ name, read }) => [name, read(call)]));
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
  return new Map<string, unknown>([
    ['subject', subject],
    ['attested', issuer !== undefined],
    ...(issuer === undefined ? [] : [['issuer', issuer] as const]),
  ]);
}

function credentialOf({ credential: { kind, scopes } }: PolicyCall): unknown {
  return new Map<string, unknown>([
    ['kind', kind],
    ...(scopes === undefined ? [] : [['scopes', scopes] as const]),
  ]);
}
