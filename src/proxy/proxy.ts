import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../core/errors.ts';
import { OutputSchemas } from '../core/jsonrpc/output-schemas.ts';
import { ParamHeaders } from '../core/jsonrpc/param-headers.ts';
import { errorReply, RPC } from '../core/jsonrpc/replies.ts';
import { TaskTools } from '../core/jsonrpc/task-tools.ts';
import type { HeaderFields } from '../core/lane.ts';
import { LIMITS } from '../core/limits.ts';
import { heldMemory } from '../core/hold/held-memory.ts';
import { Restoring } from '../core/mask/restoring.ts';
import { ReturnToSender } from '../core/mask/return-to-sender.ts';
import { KnownTools } from '../core/policy/known-tools.ts';
import { ListListeners } from '../core/policy/list-listeners.ts';
import type {
  BareRequest,
  Memory,
  Message,
  Outcome,
  Passage,
  Settled,
  StageDeps,
  Wait,
} from '../core/message.ts';
import { tellOfLists } from './list-changes.ts';
import { Overtaking } from './overtaking.ts';
import { inspectBare, recordRefusal } from './stages/bare.ts';
import { STAGES } from './stages/order.ts';

/**
 * hallpass in one page. A client side (stdio or HTTP) hands in what the MCP client says, an upstream (stdio or HTTP) what
 * the server says, each as the bytes it came in. Every message, whichever way it goes, passes the same five stages:
 *
 *     inspect → policy → approve → record → deliver
 *
 * `inspect` finds the secrets and makes the masked view; `policy` and `approve` decide on that view; `record` writes it
 * to the session log; only then `deliver` sends it on. Whatever goes wrong on the way is a refusal, never a passage.
 */
export async function runProxy(parts: ProxyParts): Promise<Ended> {
  const { client, upstream, stopped } = parts;
  const deps: StageDeps = {
    ...parts.deps,
    params: new ParamHeaders(),
    schemas: new OutputSchemas(),
    tasks: new TaskTools(),
    handles: new ReturnToSender(),
    restoring: restoringFor(parts.deps),
    tools: new KnownTools(),
    listeners: new ListListeners(),
    ...heldMemory(parts.deps),
    toServer: (message, bytes, headers) => upstream.send(message, bytes, headers),
  };
  const overtaking = new Overtaking(deps.pace.bytes);
  const pass: Pass = (message) => overtaking.pass(message, () => passStages(message, deps));
  const bare = async (request: BareRequest): Promise<void> => {
    const fit = inspectBare(request, deps);
    if (fit === undefined) return;
    if (fit.method === 'GET') deps.listeners.opened(fit.lane);
    await upstream.bare(fit);
  };
  let first: Ended | undefined;
  const tellNoMore = tellOfLists(deps);
  try {
    await upstream.start(pass);
    const refused = (reason: string): void => recordRefusal(reason, deps);
    first = await Promise.race([client.serve(pass, bare, refused), upstream.ended, stopped]);
    if (first.by === 'server') await answerWaiting(deps, first);
  } finally {
    tellNoMore();
    // At once, those who no longer read hold nothing up; else the last answers have yet to go out.
    const atOnce = first === undefined || first.by === 'signal';
    await endWaiting(deps);
    if (atOnce) await client.close();
    await upstream.close({ atOnce });
    if (first?.by === 'client') first = await whoseFault(first, parts, deps);
    await client.close();
  }
  return first;
}

function restoringFor({ masker, stored, note }: ProxyParts['deps']): Restoring {
  return new Restoring({ known: masker.known, placeholders: masker.placeholders, stored, note });
}

export interface ProxyParts {
  readonly client: ClientSide;
  readonly upstream: Upstream;
  readonly deps: Omit<StageDeps, 'toServer' | keyof Memory>;
  /** Resolves when somebody outside wants it all to end (a signal). */
  readonly stopped: Promise<Ended>;
}

/** Takes one message through all stages. Never throws; resolves when the next one may come. */
export type Pass = (message: Message) => Promise<void>;

/** What an MCP client talks to. */
export interface ClientSide {
  /**
   * Hands in messages, and requests without one, until the client has gone away. Of what it does not let in it says why,
   * in words that hold nothing of it.
   */
  serve(
    pass: Pass,
    bare: (request: BareRequest) => Promise<void>,
    refused: (reason: string) => void,
  ): Promise<Ended>;
  close(): Promise<void>;
}

/** What stands before the MCP server. */
export interface Upstream {
  start(pass: Pass): Promise<void>;
  /** Resolves when the server is gone, whoever wanted that. */
  readonly ended: Promise<Ended>;
  /** Never throws: a request that can't be sent is answered with an error on its lane. */
  send(message: Message, bytes: Uint8Array, headers: HeaderFields): Promise<void>;
  /** Takes a GET or DELETE of the HTTP transport and answers on its lane. */
  bare(request: BareRequest): Promise<void>;
  /** Once it is closed: how the server ended, if that was an error of its own. */
  fault?(): Ended | undefined;
  /** Lets the server finish what it has (unless `atOnce`), then makes sure that it is gone. */
  close(options: { atOnce: boolean }): Promise<void>;
}

/** Who ended it, and how. */
export interface Ended {
  readonly by: 'client' | 'server' | 'signal';
  readonly reason: string;
  readonly exitCode?: number;
}

// A hub may be out of reach, and a client may not read what it is told.
async function endWaiting({ waiting }: StageDeps): Promise<void> {
  const over = new AbortController();
  const enough = delay(LIMITS.holdEndMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([waiting.close(), enough]);
  over.abort();
}

function passStages(message: Message, deps: StageDeps): Promise<void> {
  return passFrom(0, { message }, deps);
}

async function passFrom(first: number, passage: Passage, deps: StageDeps): Promise<void> {
  for (const [at, stage] of STAGES.entries()) {
    if (at < first || (passage.refusal !== undefined && !stage.always)) continue;
    const outcome = attempt(stage, passage, deps);
    // Most stages have nothing to wait for, and waiting for nothing takes time, too.
    const settled = outcome instanceof Promise ? await outcome : outcome;
    // A person is waited for beside all else: what comes after it on its lane goes on now.
    if (settled.kind === 'wait') return deps.waiting.track(passLater(settled, { at, passage, deps }));
    if (settled.kind !== 'pass') passage.refusal ??= settled;
  }
}

async function passLater(
  wait: Wait,
  { at, passage, deps }: { at: number; passage: Passage; deps: StageDeps },
): Promise<void> {
  const said = await wait.until.catch((error: unknown) => undone({ name: 'approve' }, error, deps));
  // From here to the next thing that is waited for, which is that it is sent, nobody can take it back.
  const left = wait.end();
  const settled = said.kind === 'pass' ? (left ?? said) : said;
  if (settled.kind !== 'pass') passage.refusal ??= settled;
  await passFrom(at + 1, passage, deps);
}

function attempt(stage: Named, passage: Passage, deps: StageDeps): Outcome | Promise<Outcome> {
  try {
    const outcome = stage.run(passage, deps);
    if (!(outcome instanceof Promise)) return outcome;
    return outcome.catch((error: unknown) => undone(stage, error, deps));
  } catch (error) {
    return undone(stage, error, deps);
  }
}

type Named = (typeof STAGES)[number];

// Fail closed: what a stage could not do has not been done, so the message does not go on.
function undone({ name }: { name: string }, error: unknown, deps: StageDeps): Settled {
  const reason = error instanceof HallpassError ? error.message : `an unforeseen fault in "${name}"`;
  if (!(error instanceof HallpassError))
    deps.note(`${reason}: ${error instanceof Error ? error.name : typeof error}`);
  return { kind: 'reject', rule: `stage/${name}`, reason, code: RPC.internalError };
}

// A server that dies owing answers is to blame, also where the client was the first that was seen to leave: which of two
// ends at the same moment is noticed first is chance.
async function whoseFault(first: Ended, { upstream }: ProxyParts, deps: StageDeps): Promise<Ended> {
  const fault = upstream.fault?.();
  if (fault === undefined) return first;
  return (await answerWaiting(deps, fault)) > 0 ? fault : first;
}

/** Returns how many there were. */
async function answerWaiting(deps: StageDeps, { reason }: Ended): Promise<number> {
  const waiting = deps.pending.drain();
  for (const { lane, id } of waiting) {
    await lane.send(errorReply(id, RPC.upstream, `the MCP server is gone: ${reason}`));
  }
  return waiting.length;
}
