import { setImmediate as pause } from 'node:timers/promises';

import type { ApprovalPort } from '../core/approvals/port.ts';
import { HallpassError } from '../core/errors.ts';
import { PendingRequests } from '../core/jsonrpc/pending.ts';
import { LIMITS } from '../core/limits.ts';
import { collectKnown, type Variable } from '../core/mask/collect-known.ts';
import { KnownValues } from '../core/mask/known-values.ts';
import type { CentralRules } from '../core/mask/central/central.ts';
import { maskedString } from '../core/mask/masked-string.ts';
import type { StoredSecrets } from '../core/mask/restoring.ts';
import { createMasker, type LiveMasker, type Masker, type MaskerParts } from '../core/mask/masker.ts';
import { Placeholders } from '../core/mask/placeholders.ts';
import type { CallSummary } from '../core/message.ts';
import type { PinStore } from '../core/policy/definitions/pins.ts';
import type { DefinitionRules } from '../core/policy/definitions/definition.ts';
import { DefinitionWatch } from '../core/policy/definitions/watch.ts';
import type { Policy, ToolPlace } from '../core/policy/evaluate.ts';
import { LivePolicy } from '../core/policy/live-policy.ts';
import type { ExceptionsWord } from '../core/policy/rule.ts';
import type { Counts, RecordBody, StartDetails } from '../core/session/event.ts';
import { Refusals } from '../core/session/refusals.ts';
import type { Signer } from '../core/session/signer.ts';
import type { Secret } from '../core/secret.ts';
import { runProxy, type ClientSide, type Ended, type Upstream } from '../proxy/proxy.ts';
import { drainStderr } from './drain-stderr.ts';
import { ephemeralNotice } from './ephemeral-notice.ts';
import { type Governed, underPolicy } from './follow-policy.ts';
import { exceptedIn, type ExceptionsFor, ownInForce } from './in-force.ts';

export interface ConnectInput {
  /** The connection's name, or what stands for it in lists. */
  readonly connection: string;
  /** The command line or URL behind it, unmasked. */
  readonly upstream: string;
  /** The project whose placeholders these are. */
  readonly workspace: string;
  /** Variables in which secrets may be: the environment and `.env` files. */
  readonly variables: readonly Variable[];
  readonly attended: boolean;
  /** SHA-256 of the project's file that names the connection; undefined: the user's own, or the command line. */
  readonly projectFile?: string | undefined;
  /** Why no secret is put back here; undefined: what a policy names is. */
  readonly unrestored?: string | undefined;
  /** Of the server's address, if it has one: secrets that are stored for it may be put back. */
  readonly origin?: string | undefined;
  readonly policy: Policy;
  /** What that has masked beside what always is. */
  readonly masking?: CentralRules | undefined;
  /** Whether that lets values pass that a person excepts; missing: it does not. */
  readonly mayExcept?: ExceptionsWord;
  /** What the person excepts; undefined: nothing. */
  readonly exceptions?: ExceptionsFor | undefined;
}

/** This device's keys, as far as connecting goes. */
export interface Keys {
  readonly persistent: boolean;
  readonly why: string | undefined;
  readonly signer: Signer;
  workspaceKey(workspace: string): Uint8Array;
  derive(purpose: string): Uint8Array;
}

export interface SessionLog {
  readonly id: string;
  readonly append: (body: RecordBody, payload?: Uint8Array) => void;
  seal(end: {
    reason: string;
    exit_code?: number;
  }): Promise<{ sealed: boolean; why: string | undefined; counts: Counts }>;
}

/** Both ends of the proxy, opened once the session is. */
export interface Ends {
  readonly client: ClientSide;
  readonly upstream: Upstream;
}

/** What the ends need of the session they belong to. */
export interface OpenSession {
  readonly id: string;
  readonly keys: Keys;
  readonly masker: Masker;
  readonly pending: PendingRequests;
  /** A sink for the stderr of one server process. */
  readonly openStderr: () => (chunk: Uint8Array | undefined) => void;
  /** Something went wrong that person and log should know; holds nothing unmasked. */
  readonly onTrouble: (what: string) => void;
  /** The server is going to be shown this. */
  readonly onCredential?: (credential: Secret) => void;
}

export interface ConnectDeps {
  readonly openKeys: () => Promise<Keys>;
  /** Adds the secrets that the person stored on this device. */
  readonly addKnown: (known: KnownValues, keys: Keys) => void;
  /** Those of them that a policy may name to have them put back. */
  readonly storedSecrets?: (keys: Keys) => StoredSecrets | undefined;
  readonly openSession: (
    start: Omit<StartDetails, 'versions' | 'subject'>,
    signer: Signer,
  ) => Promise<SessionLog>;
  readonly openEnds: (session: OpenSession) => Promise<Ends>;
  /** Opens a view of one server's masked stderr: takes it as it comes, and `undefined` at its end. */
  readonly showStderr: () => (masked: Uint8Array | undefined) => void;
  /** Where what the server says of itself is pinned; `persistent`: beyond this session. */
  readonly openPins: (
    key: Uint8Array,
    about: { readonly connection: string; readonly upstream: string; readonly persistent: boolean },
  ) => PinStore;
  /** Where held calls are approved. Opened for the first of them. */
  readonly approvals: ApprovalPort;
  /** What a hub has to say, once the keys are open; undefined: nobody is logged in, and `policy` of the input is all. */
  readonly openCentral?: () => Promise<Governed | undefined>;
  /** Where calls go and whose they are, for the policy, once the keys are open. */
  readonly place: () => ToolPlace;
  readonly onCall: (call: CallSummary) => void;
  readonly note: (line: string) => void;
  readonly now: () => number;
  readonly stopped: Promise<Ended>;
}

export interface ConnectResult {
  readonly session: string;
  /** Distinct secrets masked. */
  readonly secrets: number;
  /** What looked like a secret and had to stay. */
  readonly exposed: number;
  /** Distinct values that passed because somebody excepted them. */
  readonly excepted: number;
  readonly ended: Ended;
  readonly counts: Counts;
  readonly sealed: boolean;
  readonly why: string | undefined;
}

/** Puts the proxy between a client and a server, records what passes, and seals the record. */
export async function connect(input: ConnectInput, deps: ConnectDeps): Promise<ConnectResult> {
  const keys = await deps.openKeys();
  if (keys.why !== undefined) deps.note(ephemeralNotice(keys.why));
  const governed = await deps.openCentral?.();
  const first = governed?.first ?? ownInForce(input);
  const policy = new LivePolicy(first, Date.now);
  const placeholders = new Placeholders(keys.workspaceKey(input.workspace));
  const excepted = exceptedIn(first, { ...input, placeholders });
  const masker = maskerFor({ ...input, placeholders, exceptions: excepted?.exceptions }, keys, deps);
  masker.use(first.masking, first.exceptions);
  const tally: Tally = { secrets: new Set(), exposed: 0, excepted: new Set() };
  const start = {
    ...startOf({ ...input, policy }, masker),
    ...(excepted && { exceptions: excepted.record }),
  };
  const opened = withRefusals(await deps.openSession(start, keys.signer));
  const session = counted(opened, tally);
  try {
    const append = (body: RecordBody): void => session.append(body);
    const ended = await underPolicy(governed, { policy, masker, append, note: deps.note }, () =>
      run({ session, masker, keys, input: { ...input, policy } }, deps),
    );
    const sealed = await session.seal({
      reason: ended.reason,
      ...(ended.exitCode !== undefined && { exit_code: ended.exitCode }),
    });
    const { secrets, exposed } = tally;
    const sums = { secrets: secrets.size, exposed, excepted: tally.excepted.size };
    return { session: session.id, ...sums, ended, ...sealed };
  } catch (error) {
    await session.seal({ reason: error instanceof HallpassError ? error.code : 'ERR_BUG' });
    throw error;
  }
}

interface Tally {
  readonly secrets: Set<string>;
  readonly excepted: Set<string>;
  exposed: number;
}

function counted(session: SessionLog, tally: Tally): SessionLog {
  return {
    id: session.id,
    seal: (end) => session.seal(end),
    append(body, payload) {
      session.append(body, payload);
      const passed = body.kind === 'stderr' || (body.kind === 'message' && body.verdict.outcome === 'allow');
      for (const { placeholder } of passed ? body.findings : []) {
        if (placeholder === '') tally.exposed += 1;
        else tally.secrets.add(placeholder);
      }
      for (const { placeholder } of passed ? (body.excepted ?? []) : []) tally.excepted.add(placeholder);
    },
  };
}

function withRefusals(session: SessionLog): SessionLog {
  const refusals = new Refusals((body, payload) => session.append(body, payload));
  return {
    id: session.id,
    append: (body, payload) =>
      body.kind === 'refused' ? refusals.add(body, payload) : session.append(body, payload),
    async seal(end) {
      try {
        refusals.end();
      } catch (error) {
        // A log that takes no more says so when it is sealed.
        if (!(error instanceof HallpassError)) throw error;
      }
      return session.seal(end);
    },
  };
}

async function run(
  parts: { session: SessionLog; masker: Masker; keys: Keys; input: ConnectInput },
  deps: ConnectDeps,
): Promise<Ended> {
  const { session, masker, keys, input } = parts;
  const record = (body: RecordBody, payload?: Uint8Array): void => session.append(body, payload);
  const pending = new PendingRequests();
  const onTrouble = (what: string): void => {
    // The server may have had its say in it.
    const message = maskedString(masker.strict, what);
    deps.note(message);
    try {
      record({ kind: 'error', code: 'ERR_UPSTREAM', message });
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      // Nothing was delivered by it; the next message fails for the same reason.
      deps.note(error.message);
    }
  };
  const openStderr = (): ReturnType<typeof drainStderr> =>
    drainStderr({ masker, record, show: deps.showStderr(), note: deps.note });
  const { note, onCall, now } = deps;
  const pace = { bytes: LIMITS.yieldBytes, pause: () => pause() };
  const { policy } = input;
  const place = deps.place();
  const holds = {
    port: deps.approvals,
    key: keys.derive(`approval binding ${input.workspace}`),
    session: session.id,
  };
  const definitions = watchFor({ input, keys, masker }, deps);
  const wall = Date.now;
  const world = { record, note, onCall, now, wall, pace };
  const stored = deps.storedSecrets?.(keys);
  const { unrestored, origin } = input;
  const restoring = { stored, unrestored, origin };
  const stages = { masker, policy, place, holds, definitions, pending, ...restoring, ...world };
  try {
    const ends = await deps.openEnds({ id: session.id, keys, masker, pending, openStderr, onTrouble });
    return await runProxy({ ...ends, deps: stages, stopped: deps.stopped });
  } catch (error) {
    if (error instanceof HallpassError)
      record({ kind: 'error', code: error.code, message: maskedString(masker.strict, error.message) });
    throw error;
  }
}

// Digests are keyed by the workspace. Under a key of one session only nothing could be compared with an earlier one.
function watchFor(
  { input, keys, masker }: { input: ConnectInput; keys: Keys; masker: Masker },
  { openPins }: ConnectDeps,
): DefinitionWatch {
  const key = keys.derive(`definitions ${input.workspace}`);
  const about = {
    connection: maskedString(masker.strict, input.connection),
    upstream: maskedString(masker.strict, input.upstream),
  };
  const store = openPins(key, { ...about, persistent: keys.persistent });
  return new DefinitionWatch({ key, store, rules: definitionRules(input.policy), wall: Date.now });
}

// As they are at any time: a policy may change.
function definitionRules(policy: Policy): DefinitionRules {
  return {
    get changed() {
      return policy.definitions.changed;
    },
    get suspicious() {
      return policy.definitions.suspicious;
    },
  };
}

function maskerFor(
  {
    variables,
    placeholders,
    exceptions,
  }: Pick<ConnectInput, 'variables'> & Pick<MaskerParts, 'placeholders' | 'exceptions'>,
  keys: Keys,
  { addKnown }: ConnectDeps,
): LiveMasker {
  const known = new KnownValues();
  collectKnown(known, variables);
  addKnown(known, keys);
  return createMasker({ known, placeholders, exceptions });
}

function startOf(input: ConnectInput, masker: Masker): Omit<StartDetails, 'versions' | 'subject'> {
  return {
    session_kind: 'connect',
    connection: maskedString(masker.strict, input.connection),
    workspace: maskedString(masker.strict, input.workspace),
    upstream: maskedString(masker.strict, input.upstream),
    policy: input.policy.version,
    attended: input.attended,
    // What trusts it is a command on this machine: an agent with a shell has it, too.
    ...(input.projectFile !== undefined && {
      project_file: input.projectFile,
      unattended_possible: true as const,
    }),
  };
}
