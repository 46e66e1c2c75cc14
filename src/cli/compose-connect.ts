import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

import {
  connect,
  type ConnectDeps,
  type ConnectInput,
  type ConnectResult,
  type Ends,
  type Keys,
  type OpenSession,
} from '../app/connect.ts';
import type { Connection } from '../app/project-file.ts';
import { HallpassError } from '../core/errors.ts';
import type { PolicyLayer } from '../core/policy/rule.ts';
import { HAS_USER_INFO, holdsUserInfo } from '../core/user-info.ts';
import { visible } from '../core/visible.ts';
import { variablesForServer } from '../identity/ci/proofs.ts';
import { DEFAULT_PROFILE, profileName } from '../identity/profile.ts';
import { type Child, startChild, type Command } from '../platform/child-process.ts';
import { type Environment, readEnvironment } from '../platform/environment.ts';
import { LocalPorts } from '../platform/local-ports.ts';
import { hallpassPaths, type Paths } from '../platform/paths.ts';
import { openSession } from '../platform/session-store.ts';
import { onStopSignal } from '../platform/signals.ts';
import { hallpassVersion } from '../platform/version.ts';
import type { Vault } from '../platform/vault.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { boundYoungHeap } from '../platform/young-heap.ts';
import { StdioClientSide } from '../proxy/client-side/stdio.ts';
import type { Ended } from '../proxy/proxy.ts';
import { StdioPool } from '../proxy/upstream/stdio-pool.ts';
import { drain, StdioUpstream } from '../proxy/upstream/stdio.ts';
import { KeptApprovals } from './compose-approvals.ts';
import type { JobIdentity } from './compose-ci.ts';
import { openDeviceVault } from './compose.ts';
import { enterJob } from './compose-identity.ts';
import { addStoredSecrets, openVariables, storedSecrets } from './compose-credential.ts';
import { openPins } from './compose-definitions.ts';
import { centralFor, ownPolicy } from './compose-policy.ts';
import { recoverOlder } from './compose-recovery.ts';
import { learningScopes, type LearntScopes, placeFor, whyUnrestored } from './compose-place.ts';
import { SessionUpload, type UploadChoice } from './compose-session-upload.ts';
import type { ConnectPresenter } from './present-connect.ts';
import { reapOlder } from './reap-older.ts';
import { surroundingVariables } from './surrounding-variables.ts';
import type { Terminal } from './terminal.ts';

export interface ConnectRequest {
  readonly connection: string;
  readonly target: Connection;
  /** By a hallpass.yaml; else it is called as its program or host is. */
  readonly isNamed: boolean;
  /** SHA-256 of the project's file, where it is from there. */
  readonly projectFile?: string | undefined;
  /** What the client speaks: stdio, or HTTP on a port (undefined: the connection's own; 0: any). */
  readonly client: { readonly kind: 'stdio' } | { readonly kind: 'http'; readonly port: number | undefined };
  readonly upload: UploadChoice;
  /** A shipped policy by name, or a file; undefined: HALLPASS_POLICY, or the user's own. */
  readonly policy: string | undefined;
  /** Whose login; undefined: that of HALLPASS_PROFILE, or the default. */
  readonly profile: string | undefined;
  /** Where somebody can be asked to log in; undefined: nobody is there. */
  readonly person: Terminal | undefined;
}

/** Wires `connect` to this machine and runs it. The session has ended then, and `upload` takes it to the hub. */
export async function runConnect(
  request: ConnectRequest,
  presenter: ConnectPresenter,
): Promise<{ result: ConnectResult; upload: SessionUpload; recover: () => Promise<void> }> {
  boundYoungHeap();
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const workspace = findWorkspace(process.cwd());
  const { profile } = request;
  const named = { environment, paths, profile: profileName(profile ?? environment.profile) };
  const whose = { ...named, ci: await enterJob(named) };
  const openKeys = once(() => openDeviceVault(environment, paths));
  // While questions are asked nothing has begun, and a signal may simply end it.
  if (request.person !== undefined) await askAll(request, { whose, openKeys, person: request.person });
  const upload = new SessionUpload(request.upload, { ...whose, note: presenter.note });
  const stop = onStopSignal();
  const approvals = new KeptApprovals(paths.stateDir, upload);
  const reaped = reapOlder({ ...whose, openKeys, note: presenter.note });
  try {
    const chosen = request.policy ?? environment.policy;
    const sources = { chosen, configDir: paths.configDir, workspace };
    const { layers, ...own } = await ownPolicy(sources, presenter.note);
    const input = { ...inputOf(request, { environment, workspace, note: presenter.note }), ...own };
    const learnt: LearntScopes = { scopes: undefined };
    const opened = { presenter, stopped: stop.stopped, upload, openKeys, approvals, layers, learnt };
    const context = { ...whose, ...opened };
    const result = await connect(input, depsOf(request, context));
    return { result, upload, recover: async () => recoverOlder(paths, (await openKeys()).signer) };
  } catch (error) {
    stop.dispose();
    // What was recorded until then is worth as much.
    presenter.uploaded(await upload.finish());
    throw error;
  } finally {
    stop.dispose();
    await Promise.all([approvals.close(), reaped]);
  }
}

/** The questions there may be: the passphrase, and whether to log in. */
async function askAll(
  request: ConnectRequest,
  input: { whose: Whose; openKeys: () => Promise<Vault>; person: Terminal },
): Promise<void> {
  const keys = await input.openKeys();
  if (!wantsHub(request)) return;
  const [{ offerLogin }, { identityOf }] = await Promise.all([
    import('./offer-login.ts'),
    import('./compose-identity.ts'),
  ]);
  await offerLogin(identityOf(keys, input.whose), input.person);
}

/** Without a login at a hub this can only fail. */
function wantsHub({ target, upload: { mode, required } }: ConnectRequest): boolean {
  if (required || mode === 'end' || mode === 'live') return true;
  return 'url' in target && target.auth?.bearer === 'hub-jwt';
}

// A vault under a passphrase asks for it each time that it is opened.
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => (opened ??= open());
}

function inputOf(
  { connection, target, isNamed, projectFile }: ConnectRequest,
  context: { environment: Environment; workspace: string; note: (line: string) => void },
): Omit<ConnectInput, 'policy'> {
  const { environment, workspace, note } = context;
  const given =
    'command' in target
      ? Object.entries(target.env).map(([name, value]) => ({ name, value, origin: 'connection variable' }))
      : [];
  return {
    connection,
    upstream: 'command' in target ? [target.command, ...target.args].join(' ') : target.url,
    workspace,
    variables: [...surroundingVariables(environment, workspace, note), ...given],
    attended: process.stdin.isTTY === true,
    projectFile,
    unrestored: whyUnrestored({ target, isNamed }),
    origin: 'url' in target ? new URL(target.url).origin : undefined,
  };
}

interface Whose {
  readonly environment: Environment;
  readonly paths: Paths;
  readonly profile: string;
  readonly ci: JobIdentity | undefined;
}

interface Context extends Whose {
  readonly openKeys: () => Promise<Vault>;
  readonly presenter: ConnectPresenter;
  readonly stopped: Promise<Ended>;
  readonly upload: SessionUpload;
  readonly layers: readonly [PolicyLayer, ...PolicyLayer[]];
  readonly approvals: KeptApprovals;
  readonly learnt: LearntScopes;
}

function depsOf(request: ConnectRequest, context: Context): ConnectDeps {
  const { paths, presenter, stopped, upload, approvals } = context;
  return {
    openKeys: async () => {
      const keys = await context.openKeys();
      await upload.open(keys);
      return keys;
    },
    addKnown: (known, keys) => addStoredSecrets(known, keys, context),
    storedSecrets: (keys) => storedSecrets(keys, context),
    openSession: async (start, signer) => {
      const versions = { hallpass: hallpassVersion(), node: process.versions.node };
      const details = { ...start, ...upload.subject, versions };
      const session = await openSession(details, { sessionsDir: paths.sessionsDir, signer });
      await upload.began(session);
      return session;
    },
    openEnds: (session) => openEnds(request, session, context),
    showStderr: () => presenter.openStderr(),
    openPins: (key, about) => openPins(request, paths, { key, ...about }),
    approvals,
    openCentral: () => centralFor(context),
    place: () => placeFor(request, upload.principal, context.learnt),
    onCall: (call) => presenter.call(call),
    note: (line) => presenter.note(line),
    now: () => performance.now(),
    stopped,
  };
}

function openEnds(request: ConnectRequest, session: OpenSession, context: Context): Promise<Ends> {
  const open = (watched: OpenSession): Promise<Ends> => openBoth(request, watched, context);
  return learningScopes({ target: request.target, open }, { session, context });
}

async function openBoth(request: ConnectRequest, session: OpenSession, context: Context): Promise<Ends> {
  const { client, target } = request;
  if (client.kind === 'stdio') return openBehindStdio(request, session, context);
  // `node:http` is a twentieth of the time in which `connect` starts, and who talks on stdio needs none.
  const [{ HttpSessionsClientSide }, { HttpClientSide }] = await Promise.all([
    import('../proxy/client-side/http-sessions.ts'),
    import('../proxy/client-side/streamable-http.ts'),
  ]);
  const http = await httpParts(request, { session, context });
  if ('url' in target) {
    const { openUrl, isOld } = await import('./compose-url.ts');
    const upstream = await openUrl(request, target, { session, context });
    // A server that has no sessions to be told by an id has them from us.
    return { client: isOld(target) ? new HttpSessionsClientSide(http) : new HttpClientSide(http), upstream };
  }
  const pool = new StdioPool({
    startChild: await childStarter(request.connection, target, { session, context }),
    openStderr: () => session.openStderr(),
    pending: session.pending,
  });
  return { client: new HttpSessionsClientSide(http), upstream: pool };
}

async function openBehindStdio(
  request: ConnectRequest,
  session: OpenSession,
  context: Context,
): Promise<Ends> {
  const { connection, target } = request;
  const client = new StdioClientSide({ input: process.stdin, output: process.stdout });
  if ('url' in target) {
    const { openUrl } = await import('./compose-url.ts');
    return { client, upstream: await openUrl(request, target, { session, context }) };
  }
  const start = await childStarter(connection, target, { session, context });
  const child = await start();
  drain(child, session.openStderr());
  return { client, upstream: new StdioUpstream({ child, lane: client.lane }) };
}

type StdioTarget = Extract<Connection, { command: string }>;

interface InSession {
  readonly session: OpenSession;
  readonly context: Context;
}

// What the server gets from elsewhere is had before the first of them starts, and is the same for all.
async function childStarter(
  connection: string,
  target: StdioTarget,
  input: InSession,
): Promise<() => Promise<Child>> {
  const variables = await openVariables(connection, target, input);
  return () => startChild(commandOf(target, variables, input.context));
}

function commandOf(
  target: StdioTarget,
  variables: Readonly<Record<string, string>>,
  { environment, ci }: Context,
): Command {
  const inherited = variablesForServer(environment.variables, { isJob: ci !== undefined });
  return {
    command: target.command,
    args: target.args,
    cwd: target.cwd,
    env: { ...inherited, ...target.env, ...variables },
  };
}

interface HttpParts {
  readonly port: number;
  readonly token: string;
  readonly onReady: (url: string) => void;
}

async function httpParts(request: ConnectRequest, { session, context }: InSession): Promise<HttpParts> {
  const { connection, client } = request;
  const ports = new LocalPorts(context.paths.stateDir);
  const wanted = client.kind === 'http' ? client.port : undefined;
  const slot = slotOf(connection, context.profile);
  const port = wanted ?? ports.recall(slot) ?? 0;
  const token = localToken(slot, session.keys);
  // A client's configuration holds it, and agents send configurations around.
  session.masker.known.add(token, 'the local token of this connection', { sure: true });
  return {
    port,
    token,
    onReady: (url) => {
      // A port somebody asked for by number is theirs to remember.
      if (wanted === undefined) ports.remember(slot, Number(new URL(url).port));
      const { subject, issuer } = context.upload.subject;
      const attestedFor = issuer === undefined ? undefined : subject;
      context.presenter.ready({
        connection,
        url,
        token,
        session: session.id,
        keys: session.keys,
        attestedFor,
      });
    },
  };
}

// A client that was set up for one login is not to act by another. No connection has a slash in its name.
function slotOf(connection: string, profile: string): string {
  return profile === DEFAULT_PROFILE ? connection : `${profile}/${connection}`;
}

// The same in every run, so that a client's configuration stays valid; nothing of it is stored.
function localToken(slot: string, keys: Keys): string {
  const bytes = keys.persistent ? keys.derive(`local token ${slot}`) : randomBytes(32);
  return Buffer.from(bytes).toString('base64url');
}

/**
 * What a URL's connection is called: its host.
 *
 * @throws {HallpassError} ERR_USAGE for what is no URL of an MCP server, and for one with a password in it
 */
export function nameOfUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new HallpassError('ERR_USAGE', `"${visible(url)}" is not an http or https address`, {
      hint: 'Give the whole address: https://host/mcp',
    });
  }
  if (!holdsUserInfo(url)) return new URL(url).host;
  throw new HallpassError('ERR_USAGE', HAS_USER_INFO, {
    hint: 'Other users of this machine can see command lines. Leave it out of the address.',
  });
}
