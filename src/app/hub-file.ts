import { dirname, resolve } from 'node:path';

import { z } from 'zod';

import { LIMITS } from '../core/limits.ts';
import type { ApproverRule, Grant, HubConfig, WebhookConfig } from '../hub/config.ts';
import { jobIssuerOf, jobIssuerShape, jobProblems, jobs, nameWarnings } from './hub-issuers.ts';
import { parseYamlFile } from './yaml-file.ts';

const APPROVAL_EVENTS = ['approval.requested', 'approval.decided', 'approval.break_glass'] as const;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a scope has no blanks and no quotes');
const connectionName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'a name is letters, digits, dots, dashes and underscores');

// Where a pattern was meant, an exact comparison would deny everybody, and somebody would then open it too far.
const exactName = z
  .string()
  .min(1, 'it is empty')
  .refine((text) => !/[*?^$]/.test(text), 'names are compared exactly: there are no patterns here');

const who = z
  .strictObject({ groups: z.array(exactName).default([]), subjects: z.array(exactName).default([]) })
  .refine(
    ({ groups, subjects }) => groups.length + subjects.length > 0,
    'name at least one group or subject',
  );

const grantee = z
  .strictObject({
    groups: z.array(exactName).default([]),
    subjects: z.array(exactName).default([]),
    ci: jobs.optional(),
  })
  .refine(
    ({ groups, subjects, ci: job }) => groups.length + subjects.length > 0 || job !== undefined,
    'name at least one group or subject, or jobs of ci',
  );

const admins = z.strictObject({
  groups: z
    .array(exactName)
    .min(1, 'name at least one group: without somebody who may administer it, the hub does not start'),
  subjects: z.array(exactName).default([]),
});

const ttl = z
  .string()
  .regex(/^\d{1,4}[sm]$/, 'it is a time such as 10m or 300s')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('m') ? 60 : 1))
  .refine(
    (seconds) => seconds * 1000 >= LIMITS.tokenMinMs && seconds * 1000 <= LIMITS.tokenMaxMs,
    `it is between ${LIMITS.tokenMinMs / 60_000}m and ${LIMITS.tokenMaxMs / 60_000}m`,
  );

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'it is an origin such as https://mcp.example.com',
  );

const ownOrigin = origin.refine(
  (text) => text.startsWith('https:') || LOOPBACK.includes(new URL(text).hostname.replaceAll(/[[\]]/g, '')),
  'it is https, or http on this machine',
);

const issuer = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => text.startsWith('https:') || LOOPBACK.includes(new URL(text).hostname),
    'it is https, or http on this machine',
  );

const listen = z
  .string()
  .regex(/^(?:[\w.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i, 'it is HOST:PORT')
  .transform((text) => {
    const end = text.lastIndexOf(':');
    return { host: text.slice(0, end).replaceAll(/[[\]]/g, ''), port: Number(text.slice(end + 1)) };
  })
  .refine(({ port }) => port < 65_536, 'a port is below 65536')
  .refine(
    ({ host }) => LOOPBACK.includes(host),
    `the hub listens on this machine only, for now: ${LOOPBACK.join(', ')}`,
  );

const connection = z.strictObject({
  name: connectionName,
  audience: z.string().min(1),
  scopes: z.array(scope).min(1, 'name at least one scope'),
  origins: z.array(origin).optional(),
});

const jobIssuer = z.strictObject({ ...jobIssuerShape, issuer });

const grant = z.strictObject({
  who: grantee,
  connection: connectionName,
  scopes: z.array(scope).min(1, 'name at least one scope'),
  ttl: ttl.default(LIMITS.tokenMinMs / 1000),
  use: z.enum(['proxy', 'export'], 'it is proxy or export').default('proxy'),
});

const approver = z.strictObject({
  connection: z.string().min(1, 'it is empty').optional(),
  who,
  approvals: z.number().int().min(1).max(LIMITS.approvers).default(1),
  self: z.boolean().default(false),
  break_glass: z.boolean().default(false),
});

const webhookUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => text.startsWith('https:') || LOOPBACK.includes(new URL(text).hostname),
    'it is https, or http on this machine',
  );

const webhook = z
  .strictObject({
    name: connectionName,
    url: webhookUrl.optional(),
    url_file: z.string().min(1).optional(),
    format: z.enum(['standard', 'slack'], 'it is standard or slack').default('standard'),
    secret_file: z.string().min(1).optional(),
    events: z.array(z.enum(APPROVAL_EVENTS)).min(1, 'name at least one event').optional(),
    private: z.boolean().default(false),
  })
  .refine(
    ({ url, url_file: urlFile }) => (url === undefined) !== (urlFile === undefined),
    'it has either a url, or a url_file that holds it',
  )
  .refine(
    ({ format, secret_file: secretFile }) => (format === 'standard') === (secretFile !== undefined),
    'a standard webhook has a secret_file that signs it, one for Slack has none',
  );

const web = z.strictObject({
  client_id: z.string().min(1),
  client_secret_file: z.string().min(1).optional(),
});

const policyAge = z
  .string()
  .regex(/^\d{1,4}[mhd]$/, 'it is a time such as 30m, 8h or 2d')
  .transform((text) => Number.parseInt(text, 10) * (AGES[text.slice(-1)] ?? 1))
  .refine((ms) => ms >= LIMITS.hubPolicyAgeMinMs && ms <= LIMITS.hubPolicyAgeMaxMs, 'it is between 1m and 7d')
  .default(LIMITS.hubPolicyAgeMs);

const AGES: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const hubFile = z
  .strictObject({
    version: z.literal(1).optional(),
    url: ownOrigin,
    listen: listen.optional(),
    issuer,
    client_id: z.string().min(1).default('hallpass-cli'),
    scopes: z.array(scope).default(['openid', 'profile', 'groups', 'offline_access']),
    groups_claim: z.string().min(1).default('groups'),
    admins,
    auditors: who.optional(),
    connections: z.array(connection).nullish(),
    grants: z.array(grant).nullish(),
    issuers: z.array(jobIssuer).nullish(),
    web: web.optional(),
    approvers: z.array(approver).nullish(),
    webhooks: z.array(webhook).nullish(),
    policy: z.string().min(1).optional(),
    policy_max_age: policyAge,
  })
  .superRefine(checkReferences);

type HubFile = z.infer<typeof hubFile>;

const TOP = Object.keys(hubFile.shape);
const KEYS: Readonly<Record<string, readonly string[]>> = {
  admins: ['groups', 'subjects'],
  auditors: ['groups', 'subjects'],
  connections: Object.keys(connection.shape),
  grants: Object.keys(grant.shape),
  issuers: Object.keys(jobIssuer.shape),
  web: Object.keys(web.shape),
  approvers: Object.keys(approver.shape),
  webhooks: Object.keys(webhook.shape),
};

/**
 * Reads a `hub.yaml`.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parseHubFile(text: string, file: string): HubConfig {
  return configOf(parseYamlFile({ text, file, schema: hubFile, keysAt }), dirname(file));
}

function keysAt([place, , inner, innermost, claim]: readonly PropertyKey[]): readonly string[] {
  if (claim !== undefined || inner === 'claims') return ['pattern'];
  if (innermost === 'ci') return Object.keys(jobs.shape);
  if (inner === 'who') return place === 'grants' ? ['groups', 'subjects', 'ci'] : ['groups', 'subjects'];
  return place === undefined ? TOP : (KEYS[String(place)] ?? []);
}

// A grant for what isn't there would be one that somebody believes in.
function checkReferences(file: HubFile, context: z.RefinementCtx): void {
  const connections = file.connections ?? [];
  connections.forEach(({ name }, at) => {
    if (connections.findIndex((other) => other.name === name) < at)
      context.addIssue({
        code: 'custom',
        path: ['connections', at, 'name'],
        message: `${name} stands twice`,
      });
  });
  const webhooks = file.webhooks ?? [];
  webhooks.forEach(({ name }, at) => {
    if (webhooks.findIndex((other) => other.name === name) < at)
      context.addIssue({ code: 'custom', path: ['webhooks', at, 'name'], message: `${name} stands twice` });
  });
  (file.grants ?? []).forEach((given, at) => {
    const target = connections.find(({ name }) => name === given.connection);
    const complain = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: ['grants', at, key], message });
    if (target === undefined) return complain('connection', `there is no connection ${given.connection}`);
    const beyond = given.scopes.filter((wanted) => !target.scopes.includes(wanted));
    if (beyond.length > 0) complain('scopes', `${target.name} has no scope ${beyond.join(', ')}`);
  });
  for (const { path, message } of jobProblems(file)) context.addIssue({ code: 'custom', path, message });
}

function configOf(file: HubFile, directory: string): HubConfig {
  const { url, issuer: provider, client_id: clientId, scopes, groups_claim: groupsClaim } = file;
  const { hostname, port, protocol } = new URL(url);
  const fallback = {
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  };
  return {
    listen: file.listen ?? fallback,
    url,
    identity: { issuer: provider, clientId, scopes, groupsClaim, web: webOf(file, directory) },
    admins: file.admins,
    auditors: file.auditors ?? { groups: [], subjects: [] },
    ...(file.issuers && { jobIssuers: file.issuers.map(jobIssuerOf), warnings: nameWarnings(file) }),
    connections: file.connections ?? [],
    grants: (file.grants ?? []).map(grantOf),
    approvers: (file.approvers ?? []).map(approverOf),
    webhooks: (file.webhooks ?? []).map((given) => webhookOf(given, directory)),
    ...(file.policy !== undefined && {
      policy: { path: resolve(directory, file.policy), maxAgeMs: file.policy_max_age },
    }),
  };
}

function grantOf({ who: { ci: job, ...named }, ...given }: z.infer<typeof grant>): Grant {
  return { ...given, who: job === undefined ? named : { ...named, ci: job } };
}

// Files of secrets are named as seen from hub.yaml.
function webOf(
  { web: given }: HubFile,
  directory: string,
): { clientId: string; secretFile: string | undefined } | undefined {
  if (given === undefined) return undefined;
  return { clientId: given.client_id, secretFile: pathFrom(directory, given.client_secret_file) };
}

function approverOf({
  break_glass: breakGlass,
  connection: name,
  ...rest
}: z.infer<typeof approver>): ApproverRule {
  return { ...rest, connection: name, breakGlass };
}

function webhookOf(given: z.infer<typeof webhook>, directory: string): WebhookConfig {
  const { name, url, url_file: urlFile, format, secret_file: secretFile, events, private: isPrivate } = given;
  return {
    name,
    target: url === undefined ? { urlFile: resolve(directory, String(urlFile)) } : { url },
    format,
    secretFile: pathFrom(directory, secretFile),
    events,
    isPrivate,
  };
}

function pathFrom(directory: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(directory, path);
}
