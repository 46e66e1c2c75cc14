import { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import { HAS_USER_INFO, holdsUserInfo } from '../core/user-info.ts';
import { parseDatabaseAddress } from '../identity/postgres/database-address.ts';
import { parseGrant } from '../identity/postgres/grants.ts';
import { parseYamlFile } from './yaml-file.ts';

/** What the proxy sets itself, and what HTTP and MCP have a meaning of their own for. */
export const RESERVED_HEADER =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|accept|accept-encoding|user-agent|last-event-id|mcp-.*)$/i;

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'a name is letters, digits, dots, dashes and underscores');

const storedSecret = z
  .string()
  .regex(/^secret:[A-Za-z][A-Za-z0-9_.-]{0,62}$/, 'it is "secret:NAME", or { exec: [command, …] }');

const command = z.strictObject({ exec: z.array(z.string().min(1)).min(1) });

const auth = z.strictObject({
  bearer: z.union([
    z
      .string()
      .regex(
        /^(hub-jwt|secret:[A-Za-z][A-Za-z0-9_.-]{0,62})$/,
        'it is "hub-jwt", "secret:NAME", or { exec: [command, …] }',
      ),
    command,
  ]),
  connection: name.optional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a scope has no blanks')).default([]),
  use: z.enum(['proxy', 'export']).default('proxy'),
});

// RFC 9110, 5.1 and 5.5. Those that the protocol or the proxy sets are no connection's to choose.
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header is named in letters, digits and dashes')
  .refine((header) => !RESERVED_HEADER.test(header), 'this header is not for a connection to set');

const headerValue = z.string().regex(/^[\x20-\x7e]*$/, 'the value of a header is plain ASCII');

const headerSecret = z
  .string()
  .regex(
    /^(?:[A-Za-z][A-Za-z0-9-]* )?secret:[A-Za-z][A-Za-z0-9_.-]{0,62}$/,
    'it is "secret:NAME", "SCHEME secret:NAME", or { exec: [command, …] }',
  );

// Who is asked what the tokens permit that the server gets. They are sent there, and nowhere else.
const credential = z.strictObject({
  introspect: z.enum(['github', 'gitlab'], 'it is github or gitlab'),
  api: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !holdsUserInfo(url), HAS_USER_INFO)
    .optional(),
});

// Our own settings are nothing for a file to change.
const variable = z
  .string()
  .regex(
    /^(?!HALLPASS_)[A-Za-z_][A-Za-z0-9_]{0,127}$/,
    'a variable is letters, digits and underscores, and none of HALLPASS_…',
  );

// What a line of netrc is made of has no blanks, and no quotes, which not every reader knows.
const netrcWord = z.string().regex(/^[^\s"'\\#]+$/, 'it has no blanks, quotes and backslashes');

// How `run` hands the credential to a command: in a variable; in a file, plain or for netrc, or a descriptor, of which the
// path or number is in a variable; as the variables of libpq.
const inject = z.union([
  z.strictObject({ env: variable }),
  z.strictObject({ file: variable }),
  z.strictObject({ netrc: variable, machine: netrcWord.optional(), login: netrcWord.optional() }),
  z.strictObject({ fd: variable }),
]);

const libpq = z.strictObject({ libpq: z.literal(true) });

// A database in which a role is made for each command.
const postgres = z.strictObject({
  url: z.string().superRefine((url, context) => {
    const why = faultOf(url);
    if (why !== undefined) context.addIssue(why);
  }),
  password: z
    .string()
    .regex(/^secret:[A-Za-z][A-Za-z0-9_.-]{0,62}$/, 'it is "secret:NAME"')
    .transform((word) => word.replace(/^secret:/, '')),
  grants: z
    .array(
      z
        .string()
        .refine(
          (grant) => parseGrant(grant) !== undefined,
          'it is read:SCHEMA.TABLE, write:SCHEMA.TABLE, read:SCHEMA.*, role:NAME…',
        ),
    )
    .min(1),
  ca: z
    .string()
    .regex(/^(?:[/]|[A-Za-z]:)/, 'it is an absolute path')
    .optional(),
});

// Nobody but `run` knows when it is to end.
const databaseAuth = z
  .strictObject({ postgres })
  .transform((given) => ({ bearer: given, connection: undefined, scopes: [], use: 'proxy' as const }));

function faultOf(url: string): string | undefined {
  try {
    parseDatabaseAddress(url);
    return undefined;
  } catch (error) {
    if (error instanceof HallpassError) return error.message;
    throw error;
  }
}

const stdioConnection = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  env_from: z.record(z.string(), z.union([storedSecret, command])).optional(),
  cwd: z.string().optional(),
  /** What it is for (`production`), for policies. */
  environment: name.optional(),
  credential: credential.optional(),
});

// A client that somebody registered by hand at the server's authorization server.
const oauth = z.strictObject({
  client_id: z.string().min(1),
  client_secret: z
    .string()
    .regex(/^secret:[A-Za-z][A-Za-z0-9_.-]{0,62}$/, 'it is "secret:NAME"')
    .optional(),
  issuer: z.url({ protocol: /^https?$/ }).optional(),
});

const httpConnection = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).refine((url) => !holdsUserInfo(url), HAS_USER_INFO),
    /** The transport; `sse` is the old HTTP+SSE of 2024-11-05. */
    type: z.enum(['http', 'sse']).optional(),
    auth: auth.optional(),
    inject: inject.optional(),
    oauth: oauth.optional(),
    headers: z.record(headerName, headerValue).optional(),
    headers_from: z.record(headerName, z.union([headerSecret, command])).optional(),
    environment: name.optional(),
    credential: credential.optional(),
  })
  .refine(({ auth: shown, oauth: client }) => shown === undefined || client === undefined, {
    error: 'a connection has auth or oauth, not both',
    path: ['oauth'],
  })
  .refine(({ auth: shown, inject: injected }) => shown !== undefined || injected === undefined, {
    error: 'there is no auth whose credential could be injected',
    path: ['inject'],
  });

// No server: something that `run` and `mint` have a credential for.
const credentialOnly = z
  .strictObject({
    auth: z.union([auth, databaseAuth]).optional(),
    inject: z.union([...inject.options, libpq]).optional(),
  })
  // Not missing as a key: a file that means one of the others is to be told what those lack.
  .transform(({ auth: shown, ...rest }, context) => {
    if (rest.inject !== undefined && 'libpq' in rest.inject && !isOfDatabase(shown))
      context.addIssue('libpq is for a database');
    if (shown !== undefined) return { ...rest, auth: shown };
    context.addIssue('it has a command, a url, or auth');
    return z.NEVER;
  });

function isOfDatabase(shown: { readonly bearer: unknown } | undefined): boolean {
  const source = shown?.bearer;
  return typeof source === 'object' && source !== null && 'postgres' in source;
}

const connection = z.union([stdioConnection, httpConnection, credentialOnly]);

const projectFile = z.strictObject({
  version: z.literal(1).optional(),
  connections: z.record(name, connection).default({}),
});

/** A named upstream that `connect` can stand before. */
export type Connection = z.infer<typeof stdioConnection> | z.infer<typeof httpConnection>;

/** Whatever may have a name: such an upstream, or a credential alone. */
export type Named = z.infer<typeof connection>;

/** How `run` hands over a credential. */
export type Inject = z.infer<typeof inject> | z.infer<typeof libpq>;

/** How an HTTP server wants to be shown who calls. */
export type Auth = z.infer<typeof auth>;

/** As whom an HTTP server's authorization server knows us. */
export type OAuthSettings = z.infer<typeof oauth>;

/** Where a credential comes from: `hub-jwt`, `secret:NAME`, or a command that prints it. */
export type CredentialSource = Auth['bearer'];

/** A database in which roles are made, by whom, and what they may have. */
export type DatabaseSource = z.infer<typeof databaseAuth>['bearer'];

/** What `hallpass.yaml` says. In a project it is attacker-controlled. */
export type ProjectFile = z.infer<typeof projectFile>;

/**
 * Reads a `hallpass.yaml`.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parseProjectFile(text: string, file: string): ProjectFile {
  return parseYamlFile({ text, file, schema: projectFile, keysAt });
}

function keysAt({ length }: readonly PropertyKey[]): readonly string[] {
  return (
    KEYS[length] ?? [
      'bearer',
      'connection',
      'scopes',
      'use',
      'exec',
      'env',
      'file',
      'netrc',
      'machine',
      'login',
      'fd',
      'libpq',
      'postgres',
      'url',
      'password',
      'grants',
      'ca',
      'client_id',
      'client_secret',
      'issuer',
      'introspect',
      'api',
    ]
  );
}

// By depth: the file, a connection, its auth.
const KEYS: Readonly<Record<number, readonly string[]>> = {
  0: ['version', 'connections'],
  2: [
    'command',
    'args',
    'env',
    'env_from',
    'cwd',
    'url',
    'type',
    'auth',
    'inject',
    'oauth',
    'headers',
    'headers_from',
    'environment',
    'credential',
  ],
};
