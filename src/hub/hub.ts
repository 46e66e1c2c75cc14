import { join } from 'node:path';

import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';

import { HallpassError } from '../core/errors.ts';
import { type LogKey, logKeyText } from '../core/tlog/note.ts';
import type { ApprovalDesk } from './approvals/approval-desk.ts';
import { BrowserSessions } from './browser/browser-sessions.ts';
import { Cookies } from './browser/cookies.ts';
import { pageRoutes } from './browser/page-routes.ts';
import { SignIn } from './browser/sign-in.ts';
import { openApprovals } from './approvals/open-approvals.ts';
import type { HubConfig, IssuerConfig } from './config.ts';
import type { Database } from './db/database.ts';
import { openSqlite } from './db/sqlite.ts';
import { createApp } from './http/app.ts';
import { type Handler, listen, logged, onlyFor, type RequestLine } from './http/server.ts';
import { authorityText, type HubKeys, type KeyStore, loadKeys } from './hub-keys.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { NO_POLICY, PolicyBoard, type PolicySource } from './policy/policy-board.ts';
import { certificateRoutes } from './routes/certificates.ts';
import { discoveryRoutes } from './routes/discovery.ts';
import { logRoutes } from './routes/log.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { policyRoutes } from './routes/policy.ts';
import { tokenRoutes } from './routes/tokens.ts';
import type { Blobs, BlobSource } from './sessions/blobs.ts';
import { fsBlobs } from './sessions/fs-blobs.ts';
import { TransparencyLog } from './tlog/transparency-log.ts';
import { type Fetch, Issuer } from './tokens/issuer.ts';
import { JobIssuers } from './tokens/job-issuers.ts';
import { TokenService } from './tokens/token-service.ts';

/** What the hub needs of the machine. */
export interface HubDeps {
  /** A directory that is the hub's own, and private. */
  readonly dataDir: string;
  readonly keys: KeyStore;
  /** Locks a file until released or the process ends; undefined: somebody else has it. */
  readonly lock: (path: string) => { release(): void } | undefined;
  /** Replaces a file as a whole, durably. */
  readonly replaceFile: (path: string, content: string) => void;
  readonly readFile: (path: string) => Buffer | undefined;
  /** A session's file, read from front to back. */
  readonly openSource: (path: string) => BlobSource;
  readonly fetch: Fetch;
  /** For webhooks: without `isPrivate` it reaches no address of this network. */
  readonly webhookFetch: (webhook: { readonly isPrivate: boolean }) => Fetch;
  readonly now: () => number;
  readonly onRequest: (line: RequestLine) => void;
  readonly onTrouble: (error: Error) => void;
  /** Something that whoever runs the hub should see. Others' words may stand in it. */
  readonly onNotice: (line: string) => void;
  /** Where the central policy comes from; undefined: there is none. */
  readonly policy?: PolicySource | undefined;
}

export interface RunningHub {
  /** The hub's own origin. */
  readonly url: string;
  readonly issuer: string;
  stop(): Promise<void>;
}

const DEV_MOUNT = '/dev-oidc';
const DEV_CLIENT = 'hallpass-cli';
const DEV_SCOPES = ['openid', 'profile', 'groups', 'offline_access'];

/**
 * Starts a hub and answers requests until stopped.
 *
 * @throws {HallpassError} ERR_HUB_RUNNING, ERR_HUB_DATA, ERR_LOG_FORKED, ERR_PORT_TAKEN, ERR_USAGE
 */
export async function startHub(config: HubConfig, deps: HubDeps): Promise<RunningHub> {
  const held = deps.lock(join(deps.dataDir, 'hub.lock'));
  if (held === undefined)
    throw new HallpassError('ERR_HUB_RUNNING', `another hub is running on ${deps.dataDir}`);
  const cleanup = new AsyncDisposableStack();
  cleanup.defer(() => held.release());
  try {
    return await started({ config, deps, cleanup });
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
}

async function started(input: {
  config: HubConfig;
  deps: HubDeps;
  cleanup: AsyncDisposableStack;
}): Promise<RunningHub> {
  const { config, deps, cleanup } = input;
  const keys = await loadKeys(deps.keys);
  const database = openSqlite(join(deps.dataDir, 'hub.sqlite'));
  cleanup.defer(() => database.close());
  const server = await listen(config.listen);
  cleanup.defer(() => server.stop());
  const hub = config.url ?? `http://${hostText(config.listen.host)}:${server.port}`;
  const identity = identityOf(config, hub);
  const { desk, close } = await openApprovals({ config, deps, database, hub });
  // Before the server: it waits for requests under way, and these wait for decisions.
  cleanup.defer(close);
  const logKey = await logKeyOf(database, keys, hub);
  const { now, onNotice, onTrouble, policy: source = NO_POLICY } = deps;
  const signing = { signer: keys.log, keyName: logKey.name, hub };
  for (const warning of config.warnings ?? []) onNotice(warning);
  const board = new PolicyBoard({ source, ...signing, now, onNotice, onTrouble });
  cleanup.defer(() => board.close());
  const handler = await handlerOf({ config, deps, keys, logKey, database, hub, identity, desk, board });
  server.answer(logged(deps.onRequest, onlyFor(hub, handler)));
  return { url: hub, issuer: identity.issuer, stop: () => cleanup.disposeAsync() };
}

interface Parts {
  readonly config: HubConfig;
  readonly deps: HubDeps;
  readonly keys: HubKeys;
  readonly database: Database;
  readonly hub: string;
  readonly identity: IssuerConfig;
  readonly desk: ApprovalDesk;
  readonly board: PolicyBoard;
  readonly logKey: LogKey;
}

async function handlerOf(parts: Parts): Promise<Handler> {
  const app = await routesOf(parts);
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const { config, deps, keys, identity } = parts;
  if (config.identity !== 'development') return (request, response) => void answer(request, response);
  const { developmentProvider } = await import('./dev-oidc/provider.ts');
  const { onTrouble } = deps;
  const { issuer, clientId } = identity;
  const redirectUri = `${parts.hub}/login/callback`;
  const provider = developmentProvider({ issuer, clientId, redirectUri, key: keys.development, onTrouble });
  return (request, response) => {
    if (request.url?.startsWith(`${DEV_MOUNT}/`) === true) provider(request, response);
    else void answer(request, response);
  };
}

async function routesOf({
  config,
  deps,
  keys,
  database,
  hub,
  identity,
  desk,
  board,
  logKey,
}: Parts): Promise<Hono> {
  const { fetch, now, onTrouble, onNotice } = deps;
  const { issuer, clientId, scopes } = identity;
  const tokens = new TokenService({
    config,
    hub,
    clientId,
    key: keys.token,
    issuer: new Issuer(identity, { fetch, now }),
    jobs: new JobIssuers(config.jobIssuers ?? [], { fetch, now, hub }),
    onRefusedJob: onNotice,
    revocations: database.revocations,
    now,
  });
  const log = await openLog(database, deps, { keys, logKey });
  await database.revocations.sweep(Math.floor(now() / 1000));
  const auth = { config, hub, issuer, tokens };
  const app = createApp(onTrouble);
  const blobs = fsBlobs(join(deps.dataDir, 'sessions'), deps.openSource);
  pagesOn(app, { config, deps, database, hub, identity, desk, board }, blobs);
  discoveryRoutes(app, {
    hub,
    issuer,
    clientId,
    scopes,
    authority: authorityText(keys),
    logKey: logKeyText(logKey),
    development: config.identity === 'development',
    publicKeys: [keys.token.publicJwk],
  });
  tokenRoutes(app, auth);
  certificateRoutes(app, { ...auth, authority: keys.authority, proofs: database.proofs, now });
  const authority = keys.authority.publicKey;
  sessionRoutes(app, { ...auth, database, blobs, log, authority, now, queue: new KeyedQueue() });
  logRoutes(app, log);
  approvalRoutes(app, { ...auth, desk, now });
  policyRoutes(app, { ...auth, board, now });
  return app;
}

type PageParts = Pick<Parts, 'config' | 'deps' | 'database' | 'hub' | 'identity' | 'desk' | 'board'>;

// Before all else: they share addresses with the API.
function pagesOn(app: Hono, parts: PageParts, blobs: Blobs): void {
  const { config, deps, database, hub, identity, desk, board } = parts;
  const { fetch, now } = deps;
  pageRoutes(app, {
    config,
    hub,
    issuer: identity.issuer,
    desk,
    database,
    blobs,
    signIn: new SignIn({ identity, hub, secret: webSecret(identity, deps), fetch }),
    browsers: new BrowserSessions(database.browsers, { issuer: identity.issuer, now }),
    cookies: new Cookies(hub),
    masking: () => board.masking,
    now,
  });
}

function webSecret({ web }: IssuerConfig, { readFile }: HubDeps): string | undefined {
  if (web?.secretFile === undefined) return undefined;
  const secret = readFile(web.secretFile)?.toString('utf8').trim();
  if (secret !== undefined && secret !== '') return secret;
  throw new HallpassError(
    'ERR_CONFIG',
    `${web.secretFile} has to hold the secret of the client ${web.clientId}`,
  );
}

// The name is fixed on the first start: it is part of the key that clients pin.
async function logKeyOf(database: Database, keys: HubKeys, hub: string): Promise<LogKey> {
  const publicKey = Buffer.from(keys.log.publicKey);
  const settled = await database.settle('log key', publicKey.toString('base64'));
  if (settled !== publicKey.toString('base64'))
    throw new HallpassError('ERR_HUB_DATA', "the hub's keys are not those of its database");
  return { name: await database.settle('log name', `${new URL(hub).host}/log`), publicKey };
}

function openLog(
  database: Database,
  { dataDir, readFile, replaceFile }: HubDeps,
  { keys, logKey }: { keys: HubKeys; logKey: LogKey },
): Promise<TransparencyLog> {
  const path = join(dataDir, 'log-head');
  const copy = { read: () => readFile(path), write: (note: string) => replaceFile(path, note) };
  return TransparencyLog.open({ database, copy, signer: keys.log, key: logKey });
}

function identityOf(config: HubConfig, hub: string): IssuerConfig {
  if (config.identity !== 'development') return config.identity;
  return { issuer: `${hub}${DEV_MOUNT}`, clientId: DEV_CLIENT, scopes: DEV_SCOPES, groupsClaim: 'groups' };
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
