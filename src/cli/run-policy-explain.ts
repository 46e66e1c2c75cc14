import process from 'node:process';

import type { CallFacts } from '../app/policy/call-facts.ts';
import type { RecordedCall } from '../app/policy/session-call.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { PolicyCall } from '../core/policy/call.ts';
import { traceCall } from '../core/policy/trace.ts';
import { visible } from '../core/visible.ts';
import type { LayersInForce } from './compose-policy.ts';
import { layerJson, presentLayer, presentLayers, presentTrace, traceJson } from './present-policy.ts';
import { layersHere } from './policy-layers.ts';
import type { Terminal } from './terminal.ts';

export interface ExplainRequest {
  /** A shipped policy, or a file; undefined: what is in force here. */
  readonly policy: string | undefined;
  /** What the flags say of a call; undefined: no call is asked about. */
  readonly call: Partial<CallFacts> | undefined;
  /** The call stands on stdin, as JSON. */
  readonly stdin: boolean;
  /** The call stands in a session's record. */
  readonly recorded: { readonly session: string; readonly seq: number } | undefined;
  readonly json: boolean;
}

/** Says which policy is in force, or which rule decides a call, and how it came to that. */
export async function explainPolicy(request: ExplainRequest, terminal: Terminal): Promise<void> {
  const layers = await layersFor(request, terminal);
  const asked = await callFor(request, terminal);
  if (asked === undefined) return showLayers(layers, request, terminal);
  const [first, ...others] = layers;
  const trace = traceCall([first.layer, ...others.map(({ layer }) => layer)], asked.call);
  const { recorded } = asked;
  if (request.json) {
    const then = recorded && { recorded: { ...recorded.verdict, policy: recorded.policy } };
    return terminal.json({ ...traceJson(trace), ...then });
  }
  presentTrace(trace, terminal);
  if (recorded === undefined) return;
  const { outcome, rule } = recorded.verdict;
  terminal.result('');
  terminal.result(visible(`recorded: ${outcome} by ${rule}, under ${recorded.policy}`, { oneLine: true }));
  terminal.note(
    'hallpass: groups, claims, environment and scopes are in no record: --group and --environment say what those two were',
  );
}

// A policy that is named is looked at alone; a project adds to what is in force.
async function layersFor({ policy }: ExplainRequest, terminal: Terminal): Promise<LayersInForce> {
  if (policy === undefined) return layersHere((line) => terminal.note(line));
  const { loadPolicy } = await import('./compose-policy.ts');
  return [{ layer: await loadPolicy(policy), from: 'named here; nothing says that it is in force' }];
}

function showLayers(layers: LayersInForce, { policy, json }: ExplainRequest, terminal: Terminal): void {
  if (json) for (const layer of layers) terminal.json(layerJson(layer));
  else if (policy === undefined) presentLayers(layers, terminal);
  else presentLayer(layers[0], terminal);
}

async function callFor(
  { call, stdin, recorded }: ExplainRequest,
  terminal: Terminal,
): Promise<{ readonly call: PolicyCall; readonly recorded?: RecordedCall['recorded'] } | undefined> {
  if (recorded !== undefined) return callRecorded(recorded, call ?? {}, terminal);
  if (call === undefined && !stdin) return undefined;
  const { callOf, readCall } = await import('../app/policy/call-facts.ts');
  const given = stdin ? await readStdin() : '{}';
  return { call: callOf(readCall(given, call ?? {})) };
}

async function callRecorded(
  { session, seq }: { session: string; seq: number },
  besides: Partial<CallFacts>,
  terminal: Terminal,
): Promise<RecordedCall> {
  const [{ findSession }, { readEvents }, { sessionsDeps }, { callInSession }, { callOf, readCall }] =
    await Promise.all([
      import('../app/sessions.ts'),
      import('../app/show-session.ts'),
      import('./compose-sessions.ts'),
      import('../app/policy/session-call.ts'),
      import('../app/policy/call-facts.ts'),
    ]);
  const deps = sessionsDeps(terminal);
  const id = await findSession(session, deps);
  const events = readEvents(() => deps.sessions.open(id), LIMITS.explainedBytes);
  return callInSession(events, seq, callOf(readCall('{}', besides)));
}

async function readStdin(): Promise<string> {
  const { text } = await import('node:stream/consumers');
  const given = await text(process.stdin);
  if (given.length <= LIMITS.explainedBytes) return given;
  throw new HallpassError('ERR_USAGE', 'the call on stdin is larger than any message may be');
}
