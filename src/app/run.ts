import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { collectKnown, type Variable } from '../core/mask/collect-known.ts';
import { KnownValues } from '../core/mask/known-values.ts';
import { maskedString } from '../core/mask/masked-string.ts';
import { createMasker, type LiveMasker, type Masker, type MaskerParts } from '../core/mask/masker.ts';
import { Placeholders } from '../core/mask/placeholders.ts';
import type { CentralRules } from '../core/mask/central/central.ts';
import type { Policy } from '../core/policy/evaluate.ts';
import { LivePolicy } from '../core/policy/live-policy.ts';
import type { ExceptionsWord } from '../core/policy/rule.ts';
import type {
  CommandEnd,
  OutputSink,
  OutputStream,
  RunCommand,
  RunningCommand,
} from '../core/run/command.ts';
import { maskedWords, recorded } from '../core/run/masked-words.ts';
import type { Secret } from '../core/secret.ts';
import type { Counts, RecordBody, StartDetails, TerminalRecord } from '../core/session/event.ts';
import type { ConnectDeps, Keys, SessionLog } from './connect.ts';
import { ephemeralNotice } from './ephemeral-notice.ts';
import { type Governed, underPolicy } from './follow-policy.ts';
import { exceptedIn, type ExceptionsFor, ownInForce } from './in-force.ts';
import type { AskedCommand } from './judge-command.ts';
import { type Leak, RunOutput } from './run-output.ts';

export interface RunInput {
  readonly command: RunCommand;
  /** The project whose placeholders these are. */
  readonly workspace: string;
  /** Variables in which secrets may be: the environment and `.env` files. */
  readonly variables: readonly Variable[];
  readonly attended: boolean;
  /** Of the terminal on which it will run; undefined: on none. */
  readonly terminal?: TerminalRecord | undefined;
  /** Variables that credentials will be in, or the paths of their files. */
  readonly injects: readonly string[];
  /** SHA-256 of the project's file, where what is injected is from there. */
  readonly projectFile: string | undefined;
  readonly policy: Policy;
  /** What the policy adds to what is masked. */
  readonly masking: CentralRules | undefined;
  /** Whether that lets values pass that a person excepts; missing: it does not. */
  readonly mayExcept?: ExceptionsWord;
  /** What the person excepts; undefined: nothing. */
  readonly exceptions?: ExceptionsFor | undefined;
}

export interface CredentialsInput {
  readonly session: string;
  /** Has a value masked from now on; `name` says in findings what it is. */
  readonly makeKnown: (value: string, name: string) => void;
}

/** Credentials for one command, and the end of them. */
export interface RunCredentials {
  readonly env: Readonly<Record<string, string>>;
  readonly descriptors: readonly Secret[];
  /** What was injected, by name. */
  readonly injected: readonly string[];
  /** The command has ended: revokes and wipes. */
  release(): Promise<void>;
}

/** What a judge needs of the session that it judges in. */
export interface Judged extends AskedCommand {
  readonly keys: Keys;
  readonly session: SessionLog;
  readonly policy: Policy;
  readonly mask: (text: string) => string;
}

/** The session of a command, of whose output there may be much. */
export interface RunSession extends SessionLog {
  /** Records a piece of it. A promise: it is recorded when it resolves. Undefined: it is. */
  record(body: RecordBody, payload: Uint8Array | undefined): Promise<void> | undefined;
}

export interface RunDeps extends Pick<ConnectDeps, 'openKeys' | 'addKnown' | 'note'> {
  readonly openSession: (...asked: Parameters<ConnectDeps['openSession']>) => Promise<RunSession>;
  /** Makes the credentials that were asked for. Undefined: none were. */
  readonly openCredentials?: (from: CredentialsInput) => Promise<RunCredentials>;
  /** What the hub of who is logged in has to say; undefined: nobody is, and `policy` of the input is all. */
  readonly openCentral: () => Promise<Governed | undefined>;
  /** Comes back when the command may run; throws when it may not. */
  readonly judge: (asked: Judged) => Promise<void>;
  readonly start: (command: RunCommand, sink: OutputSink) => Promise<RunningCommand>;
  readonly show: (stream: OutputStream, masked: Uint8Array) => Promise<void> | undefined;
  /** Tells the CI system that this is a secret, where it can be told. */
  readonly announce: (value: string) => void;
  /** From now on signals are the command's. Returns how to end that. */
  readonly forwardSignals: (running: RunningCommand) => () => void;
}

export interface RunResult {
  readonly session: string;
  readonly end: CommandEnd;
  /** Distinct secrets masked. */
  readonly secrets: number;
  /** What looked like a secret and had to stay. */
  readonly exposed: number;
  /** Distinct values that passed because somebody excepted them. */
  readonly excepted: number;
  readonly leaks: readonly Leak[];
  readonly leaked: number;
  /** Names of what was injected. */
  readonly injected: readonly string[];
  readonly counts: Counts;
  readonly sealed: boolean;
  readonly why: string | undefined;
}

/** Runs a command, masks what it prints, records it, and seals the record. */
export async function run(input: RunInput, deps: RunDeps): Promise<RunResult> {
  const keys = await deps.openKeys();
  if (keys.why !== undefined) deps.note(ephemeralNotice(keys.why));
  const governed = await deps.openCentral();
  const first = governed?.first ?? ownInForce(input);
  const policy = new LivePolicy(first, Date.now);
  const placeholders = new Placeholders(keys.workspaceKey(input.workspace));
  const connection = nameOf(input.command.argv);
  const excepted = exceptedIn(first, { ...input, connection, placeholders });
  const parts = { placeholders, exceptions: excepted?.exceptions, central: first.masking };
  const masker = maskerFor(input, { keys, parts }, deps);
  const argv = maskedWords(masker.strict, input.command.argv);
  const start = {
    ...startOf({ ...input, policy }, { argv, masker }),
    ...(excepted && { exceptions: excepted.record }),
  };
  const session = await deps.openSession(start, keys.signer);
  try {
    const append = (body: RecordBody): void => session.append(body);
    const ran = await underPolicy(governed, { policy, masker, append, note: deps.note }, async () => {
      const mask = (text: string): string => maskedString(masker.strict, text);
      const asked = { words: input.command.argv, masked: argv, mask };
      await deps.judge({ ...asked, keys, session, policy });
      return runWithCredentials(input, { deps, session, masker, policy });
    });
    const { end } = ran;
    const sealed = await session.seal({ reason: reasonOf(end), exit_code: end.code });
    return { session: session.id, ...ran, ...sealed };
  } catch (error) {
    await session.seal({ reason: error instanceof HallpassError ? error.code : 'ERR_BUG' });
    throw error;
  }
}

interface Open {
  readonly deps: RunDeps;
  readonly session: RunSession;
  readonly masker: Masker;
  readonly policy: Policy;
}

type Ran = Pick<RunResult, 'end' | 'secrets' | 'exposed' | 'excepted' | 'leaks' | 'leaked' | 'injected'>;

async function runWithCredentials(input: RunInput, open: Open): Promise<Ran> {
  const { deps, session, masker } = open;
  const makeKnown = (value: string, name: string): void => {
    masker.known.add(value, name, { sure: true });
    deps.announce(value);
  };
  const credentials = await deps.openCredentials?.({ session: session.id, makeKnown });
  try {
    const { argv, env } = input.command;
    const { descriptors = [] } = credentials ?? {};
    const command = { argv, env: { ...env, ...credentials?.env }, descriptors };
    const ran = await runCommand({ command, terminal: input.terminal }, open);
    return { ...ran, injected: credentials?.injected ?? [] };
  } finally {
    await credentials?.release();
  }
}

async function runCommand(
  { command, terminal }: Pick<RunInput, 'command' | 'terminal'>,
  open: Open,
): Promise<Omit<Ran, 'injected'>> {
  const { deps, session, masker, policy } = open;
  let running: RunningCommand | undefined;
  let failure: HallpassError | undefined;
  const output = new RunOutput({
    masker,
    record: (body, payload) => session.record(body, payload),
    show: deps.show,
    withheld: () => withheldBy(policy),
    terminal: () => running?.terminal?.() ?? terminal,
    note: deps.note,
    onAnnounced: deps.announce,
    onFailure: (error) => {
      failure = error;
      endNow(running);
    },
  });
  running = await deps.start(command, (stream, piece) => output.take(stream, piece));
  if (failure !== undefined) endNow(running);
  const stopForwarding = deps.forwardSignals(running);
  try {
    const end = await running.ended;
    if (failure !== undefined) throw failure;
    return { end, ...output.sums() };
  } finally {
    stopForwarding();
  }
}

// Nobody can say any more what is to be masked in it. What refuses calls keeps back what a command writes.
function withheldBy({ always }: Policy): string | undefined {
  return always?.outcome === 'deny' ? always.reason : undefined;
}

// What it does can't be recorded any more, so it does no more.
function endNow(running: RunningCommand | undefined): void {
  running?.signal('SIGTERM');
  setTimeout(() => running?.signal('SIGKILL'), LIMITS.childTermMs).unref();
}

function reasonOf({ code, signal }: CommandEnd): string {
  return signal === undefined ? `exited with ${code}` : `ended by ${signal}`;
}

function maskerFor(
  { variables }: RunInput,
  { keys, parts }: { readonly keys: Keys; readonly parts: MaskerParts },
  { addKnown }: RunDeps,
): LiveMasker {
  const known = new KnownValues();
  collectKnown(known, variables);
  addKnown(known, keys);
  return createMasker({ ...parts, known });
}

// A command is called as its program is.
function nameOf([program = '']: readonly string[]): string {
  return program.split('/').at(-1)?.slice(0, LIMITS.eventTextChars) ?? '';
}

function startOf(
  { command, workspace, attended, terminal, policy, injects, projectFile }: RunInput,
  { argv, masker }: { argv: readonly string[]; masker: Masker },
): Omit<StartDetails, 'versions' | 'subject'> {
  const mask = (text: string): string => maskedString(masker.strict, text);
  const words = recorded(argv);
  return {
    session_kind: 'run',
    connection: nameOf(words),
    workspace: mask(workspace),
    upstream: words.join(' ').slice(0, LIMITS.eventTextChars),
    argv: words,
    env: recorded([...new Set([...Object.keys(command.env), ...injects])].toSorted().map(mask)),
    ...(terminal && { terminal }),
    policy: policy.version,
    attended,
    ...(projectFile !== undefined && { project_file: projectFile, unattended_possible: true as const }),
  };
}
