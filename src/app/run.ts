import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { collectKnown, type Variable } from '../core/mask/collect-known.ts';
import { KnownValues } from '../core/mask/known-values.ts';
import { createMasker, type Masker } from '../core/mask/masker.ts';
import { Placeholders } from '../core/mask/placeholders.ts';
import type { Decision } from '../core/policy/decision.ts';
import type {
  CommandEnd,
  OutputSink,
  OutputStream,
  RunCommand,
  RunningCommand,
} from '../core/run/command.ts';
import { maskedWords, recorded } from '../core/run/masked-words.ts';
import type { Counts, StartDetails } from '../core/session/event.ts';
import type { ConnectDeps, Keys, SessionLog } from './connect.ts';
import { type Leak, RunOutput } from './run-output.ts';

export interface RunInput {
  readonly command: RunCommand;
  /** The project whose placeholders these are. */
  readonly workspace: string;
  /** Variables in which secrets may be: the environment and `.env` files. */
  readonly variables: readonly Variable[];
  readonly attended: boolean;
  /** Names and digests of the policy in force. */
  readonly policy: string;
}

/** Credentials for one command, and the end of them. */
export interface RunCredentials {
  readonly env: Readonly<Record<string, string>>;
  /** What was injected. `name` says in findings what it is. */
  readonly known: readonly { readonly value: string; readonly name: string }[];
  /** The command has ended: revokes and wipes. */
  release(): Promise<void>;
}

/** What a command looks like to who decides about it; masked. */
export interface AskedCommand {
  readonly argv: readonly string[];
  readonly session: string;
}

export interface RunDeps extends Pick<ConnectDeps, 'openKeys' | 'addKnown' | 'openSession' | 'note'> {
  /** Makes the credentials that were asked for. Undefined: none were. */
  readonly openCredentials?: (keys: Keys, session: string) => Promise<RunCredentials>;
  /** What the policy says; it comes back when who has to has decided. Undefined: nothing is in force that could object. */
  readonly judge?: (asked: AskedCommand, session: SessionLog, keys: Keys) => Promise<Decision>;
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
  if (keys.why !== undefined) deps.note(`${keys.why}: the keys of this session end with it`);
  const masker = maskerFor(input, keys, deps);
  const argv = maskedWords(masker, input.command.argv);
  const session = await deps.openSession(startOf(input, { argv, masker }), keys.signer);
  try {
    await judged({ argv, session: session.id }, { deps, session, keys });
    const ran = await runWithCredentials(input, { deps, session, keys, masker });
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
  readonly session: SessionLog;
  readonly keys: Keys;
}

async function judged(asked: AskedCommand, { deps, session, keys }: Open): Promise<void> {
  const decision = await deps.judge?.(asked, session, keys);
  if (decision === undefined || decision.outcome === 'allow') return;
  const { reason, rule } = decision;
  session.append({ kind: 'refused', direction: 'to_server', reason: `${reason} [${rule}]`, method: 'run' });
  throw new HallpassError('ERR_DENIED', `the command was not run: ${reason} [${rule}]`, {
    hint: 'hallpass policy explain says which rule decides, and why.',
  });
}

type Ran = Pick<RunResult, 'end' | 'secrets' | 'exposed' | 'leaks' | 'leaked' | 'injected'>;

async function runWithCredentials(input: RunInput, open: Open & { masker: Masker }): Promise<Ran> {
  const { deps, keys, session, masker } = open;
  const credentials = await deps.openCredentials?.(keys, session.id);
  try {
    for (const { value, name } of credentials?.known ?? []) {
      masker.known.add(value, name, { sure: true });
      deps.announce(value);
    }
    const { argv, env } = input.command;
    const command = { argv, env: { ...env, ...credentials?.env } };
    const ran = await runCommand(command, open);
    return { ...ran, injected: credentials?.known.map(({ name }) => name) ?? [] };
  } finally {
    await credentials?.release();
  }
}

async function runCommand(
  command: RunCommand,
  open: Open & { masker: Masker },
): Promise<Omit<Ran, 'injected'>> {
  const { deps, session, masker } = open;
  let running: RunningCommand | undefined;
  let failure: HallpassError | undefined;
  const output = new RunOutput({
    masker,
    record: (body, payload) => session.append(body, payload),
    show: deps.show,
    onAnnounced: deps.announce,
    onFailure: (error) => {
      failure = error;
      endNow(running);
    },
  });
  running = await deps.start(command, (stream, chunk) => output.take(stream, chunk));
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

// What it does can't be recorded any more, so it does no more.
function endNow(running: RunningCommand | undefined): void {
  running?.signal('SIGTERM');
  setTimeout(() => running?.signal('SIGKILL'), LIMITS.childTermMs).unref();
}

function reasonOf({ code, signal }: CommandEnd): string {
  return signal === undefined ? `exited with ${code}` : `ended by ${signal}`;
}

function maskerFor({ workspace, variables }: RunInput, keys: Keys, { addKnown }: RunDeps): Masker {
  const known = new KnownValues();
  collectKnown(known, variables);
  addKnown(known, keys);
  return createMasker({ known, placeholders: new Placeholders(keys.workspaceKey(workspace)) });
}

function startOf(
  { command, workspace, attended, policy }: RunInput,
  { argv, masker }: { argv: readonly string[]; masker: Masker },
): Omit<StartDetails, 'versions' | 'subject'> {
  const mask = (text: string): string =>
    Buffer.from(masker.maskText(Buffer.from(text)).bytes).toString('utf8');
  const words = recorded(argv);
  return {
    session_kind: 'run',
    connection: (words[0] ?? '').split('/').at(-1)?.slice(0, LIMITS.eventTextChars) ?? '',
    workspace: mask(workspace),
    upstream: words.join(' ').slice(0, LIMITS.eventTextChars),
    argv: words,
    env: recorded(Object.keys(command.env).toSorted().map(mask)),
    policy,
    attended,
  };
}
