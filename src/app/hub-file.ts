import { dirname, resolve } from 'node:path';

import { z } from 'zod';

import { LIMITS } from '../core/limits.ts';
import type { ApproverRule, HubConfig, WebhookConfig } from '../hub/config.ts';
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

const grant = z.strictObject({
  who,
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

function keysAt([place, , inner]: readonly PropertyKey[]): readonly string[] {
  if (inner === 'who') return ['groups', 'subjects'];
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
    connections: file.connections ?? [],
    grants: file.grants ?? [],
    approvers: (file.approvers ?? []).map(approverOf),
    webhooks: (file.webhooks ?? []).map((given) => webhookOf(given, directory)),
    ...(file.policy !== undefined && {
      policy: { path: resolve(directory, file.policy), maxAgeMs: file.policy_max_age },
    }),
  };
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

/** A hub.yaml to begin with. It does not start a hub until an admin group stands in it. */
export const HUB_FILE_TEMPLATE = `# A hallpass hub. Start it with: hallpass hub start --config hub.yaml
# Settings that are commented out show their default, or an example.
version: 1

# The hub's own address, as everybody sees it. It listens on this machine only, for now.
url: http://127.0.0.1:4180
# Where it listens, if that differs from url: behind a proxy that speaks TLS.
#listen: 127.0.0.1:4180

# Who proves identities: an OpenID provider with the device flow, and a public client there.
issuer: https://login.example.com
client_id: hallpass-cli
#scopes: [openid, profile, groups, offline_access]
# The claim of the ID token that lists a person's groups.
#groups_claim: groups

# Groups and subjects are compared exactly. Who is not named may do nothing.
# At least one group: without somebody who may administer it, the hub does not start.
admins:
  groups: []
# Who may read everybody's sessions.
#auditors:
#  groups: [security]

# What tokens can be minted for. A client sends them to these origins only.
connections:
#  - name: tickets
#    audience: https://mcp.tickets.example.com
#    scopes: [tickets:read, tickets:write]
#    origins: [https://mcp.tickets.example.com]

# The central policy: who is logged in here goes by it, wherever they are, and nothing of theirs can weaken it
# (docs/central-rules.md). Read again whenever it changes; one that is wrong is told of, and the one before stays.
#policy: policy.yaml
# For how long clients that can't reach the hub go by what they have, 1m to 7d; then they refuse to work.
#policy_max_age: 8h

# Who may have which scopes, and how long a token lives (5m to 15m).
# use: proxy (only hallpass sees the token) or export (hallpass mint may print it).
grants:
#  - who: { groups: [engineering] }
#    connection: tickets
#    scopes: [tickets:read]
#    ttl: 10m
#    use: proxy

# Who may decide held calls, in a browser: \${url}/approvals. Where nobody is named for a connection, its calls can't be
# approved. Rules that name a connection (exactly) count for it instead of those that name none.
approvers:
#  - who: { groups: [leads] }
#  - connection: prod-db
#    who: { groups: [dba] }
#    approvals: 2        # so many people at least
#    self: false         # whether their word counts for their own calls, where the policy allows it too
#    break_glass: false  # whether they may pass over these terms, for a reason that is recorded and told

# The client at the issuer that signs people in to the hub's pages; its redirect URI is \${url}/login/callback. Unless
# it is named, client_id above is it, which then needs the code flow with PKCE.
#web:
#  client_id: hallpass-hub
#  client_secret_file: web-secret

# Who is told of held calls and decisions.
webhooks:
#  - name: chatops
#    url: https://hooks.example.com/hallpass
#    secret_file: chatops-secret   # whsec_ and 24 to 64 bytes in base64: signs each delivery (Standard Webhooks)
#    events: [approval.requested, approval.decided, approval.break_glass]
#    private: false                # whether it may be at an address of this network
#  - name: slack
#    format: slack
#    url_file: slack-url           # whoever knows it may post there
`;
