import process from 'node:process';

import { judgeCommand, type JudgeDeps } from '../app/judge-command.ts';
import { type Judged, run, type RunDeps, type RunInput, type RunResult } from '../app/run.ts';
import { ciSystemOf } from '../core/run/ci-masks.ts';
import type { OutputSink, OutputStream, RunCommand, RunningCommand } from '../core/run/command.ts';
import type { RecordBody } from '../core/session/event.ts';
import { profileName } from '../identity/profile.ts';
import { type Environment, readEnvironment } from '../platform/environment.ts';
import { requireCommand } from '../platform/find-command.ts';
import { hallpassPaths, type Paths } from '../platform/paths.ts';
import { forwardSignals } from '../platform/run-signals.ts';
import { openSession } from '../platform/session-store.ts';
import { onStopSignal } from '../platform/signals.ts';
import { sizeOfTerminal } from '../platform/terminal-size.ts';
import { hallpassVersion } from '../platform/version.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { boundYoungHeap } from '../platform/young-heap.ts';
import { openDeviceVault } from './compose.ts';
import { enterJob } from './compose-identity.ts';
import { addStoredSecrets } from './compose-credential.ts';
import { KeptApprovals } from './compose-approvals.ts';
import { centralFor, ownPolicy } from './compose-policy.ts';
import { recoverOlder } from './compose-recovery.ts';
import type { CommandCredentials, credentialsFor } from './compose-run-credentials.ts';
import { SessionUpload, type UploadChoice } from './compose-session-upload.ts';
import { JsonPresenter, OutputPresenter, type RunPresenter } from './present-run.ts';
import { reapOlder } from './reap-older.ts';
import { surroundingVariables } from './surrounding-variables.ts';
import type { Terminal } from './terminal.ts';

export interface RunRequest {
  readonly argv: readonly [string, ...string[]];
  readonly upload: UploadChoice;
  /** A shipped policy by name, or a file; undefined: HALLPASS_POLICY, or the user's own. */
  readonly policy: string | undefined;
  /** Whose login; undefined: that of HALLPASS_PROFILE, or the default. */
  readonly profile: string | undefined;
  readonly json: boolean;
  /** Credentials for it, as CONNECTION[:SCOPES]. */
  readonly with: readonly string[];
}

/** The session has ended; `upload` takes it to the hub. */
export interface Done {
  readonly result: RunResult;
  readonly upload: SessionUpload;
  readonly presenter: RunPresenter;
  readonly recover: () => Promise<void>;
}

/** Wires `run` to this machine and runs it. */
export async function runRun(request: RunRequest, terminal: Terminal): Promise<Done> {
  boundYoungHeap();
  const environment = readEnvironment();
  requireCommand(request.argv[0], environment.variables['PATH']);
  const paths = hallpassPaths(environment);
  const workspace = findWorkspace(process.cwd());
  const whose = await whoRuns(request, { environment, paths });
  let running: RunningCommand | undefined;
  const presenter = presenterFor(request, terminal, (stream) => running?.stopReading(stream));
  const note = (line: string): void => presenter.note(line);
  const upload = new SessionUpload(request.upload, { ...whose, note });
  const keys = await openDeviceVault(environment, paths);
  const reaped = reapOlder({ ...whose, openKeys: () => keys, note });
  const chosen = request.policy ?? environment.policy;
  const { layers, ...own } = await ownPolicy({ chosen, configDir: paths.configDir, workspace }, note);
  const credentials = await commandCredentials(request.with, { ...whose, keys, note });
  const approvals = new KeptApprovals(paths.stateDir, upload);
  const onTerminal = !request.json && terminal.stdinIsTty && terminal.stdoutIsTty;
  const deps: RunDeps = {
    openKeys: async () => {
      await upload.open(keys);
      return keys;
    },
    addKnown: (known) => addStoredSecrets(known, keys, whose),
    openSession: (start, signer) => beginSession(start, { upload, sessionsDir: paths.sessionsDir, signer }),
    start: async (command, sink) => (running = await startCommand(command, { sink, onTerminal })),
    show: (stream, masked) => presenter.show(stream, masked),
    openCentral: () => centralFor({ upload, layers, presenter: { note } }),
    judge: (asked) => judged(asked, { workspace, approvals, principal: upload.principal, note }),
    announce: (value) => presenter.announce(value),
    note,
    forwardSignals: (started) => {
      const stop = forwardSignals(started, { onTerminal });
      credentials?.started(started);
      return stop;
    },
    ...(credentials && { openCredentials: credentials.open }),
  };
  const input = inputOf(request, { environment, workspace, onTerminal, credentials, note });
  try {
    const result = await run({ ...input, ...own }, deps);
    return { result, upload, presenter, recover: () => recoverOlder(paths, keys.signer) };
  } catch (error) {
    // What was recorded until then is worth as much.
    presenter.uploaded(await upload.finish());
    throw error;
  } finally {
    await Promise.all([approvals.close(), reaped]);
  }
}

async function whoRuns(
  { profile: wanted }: RunRequest,
  { environment, paths }: { environment: Environment; paths: Paths },
): Promise<Omit<Parameters<typeof credentialsFor>[1], 'keys' | 'note'>> {
  const profile = profileName(wanted ?? environment.profile);
  return { environment, paths, profile, ci: await enterJob({ environment, paths, profile }) };
}

async function beginSession(
  start: Parameters<RunDeps['openSession']>[0],
  { upload, ...place }: { upload: SessionUpload } & Parameters<typeof openSession>[1],
): ReturnType<RunDeps['openSession']> {
  const versions = { hallpass: hallpassVersion(), node: process.versions.node };
  const session = await openSession({ ...start, ...upload.subject, versions }, place);
  await upload.began(session);
  return session;
}

// What reads hallpass.yaml and mints is nothing for a command without credentials to wait for.
async function commandCredentials(
  words: readonly string[],
  context: Parameters<typeof credentialsFor>[1],
): Promise<CommandCredentials | undefined> {
  if (words.length === 0) return undefined;
  return (await import('./compose-run-credentials.ts')).credentialsFor(words, context);
}

function presenterFor(
  { json }: RunRequest,
  terminal: Terminal,
  onGone: (stream: OutputStream) => void,
): RunPresenter {
  if (json) return new JsonPresenter(terminal);
  return new OutputPresenter(terminal, { ci: ciSystemOf(readEnvironment().variables), onGone });
}

async function judged(
  { keys, session, ...asked }: Judged,
  { workspace, ...deps }: Pick<JudgeDeps, 'approvals' | 'principal' | 'note'> & { workspace: string },
): Promise<void> {
  // Whoever ends hallpass while it waits has taken the question back.
  const aborted = new AbortController();
  const stop = onStopSignal();
  void stop.stopped.then(() => aborted.abort());
  try {
    const record = (body: RecordBody): void => session.append(body);
    const about = { session: session.id, key: keys.derive(`approval binding ${workspace}`) };
    await judgeCommand(asked, { ...deps, ...asked, ...about, record, now: Date.now, signal: aborted.signal });
  } finally {
    stop.dispose();
  }
}

async function startCommand(
  command: RunCommand,
  { sink, onTerminal }: { sink: OutputSink; onTerminal: boolean },
): Promise<RunningCommand> {
  if (!onTerminal) {
    const { runPiped } = await import('../platform/run-piped.ts');
    return runPiped(command, sink);
  }
  const { runOnTerminal } = await import('../platform/run-on-terminal.ts');
  return runOnTerminal(command, sink);
}

interface Around {
  readonly environment: Environment;
  readonly workspace: string;
  readonly onTerminal: boolean;
  readonly credentials: CommandCredentials | undefined;
  readonly note: (line: string) => void;
}

function inputOf(
  { argv }: RunRequest,
  { environment, workspace, onTerminal, credentials, note }: Around,
): Omit<RunInput, 'policy' | 'masking'> {
  const set = Object.entries(environment.variables).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  const variables = surroundingVariables(environment, workspace, note);
  const attended = process.stdin.isTTY === true;
  const terminal = onTerminal ? sizeOfTerminal() : undefined;
  const { injects = [], projectFile } = credentials ?? {};
  const command = { argv, env: childEnvironment(set) };
  return { command, workspace, variables, attended, terminal, injects, projectFile };
}

/**
 * The passphrase opens the vault of this device, which is nothing for a command to have; without it there is no use in naming
 * the kind of vault that wants one: a hallpass within has keys for its session. All else is the command's as it is ours.
 */
const OURS = new Set(['HALLPASS_PASSPHRASE']);
const OURS_WITH_IT = new Set(['HALLPASS_PASSPHRASE', 'HALLPASS_KEYCHAIN']);

function childEnvironment(set: readonly { name: string; value: string }[]): Record<string, string> {
  const hasPassphrase = set.some(({ name, value }) => OURS.has(name) && value !== '');
  const ours = hasPassphrase ? OURS_WITH_IT : OURS;
  return Object.fromEntries(
    set.filter(({ name }) => !ours.has(name)).map(({ name, value }) => [name, value]),
  );
}
