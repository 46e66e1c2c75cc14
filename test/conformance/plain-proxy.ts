// hallpass' own proxy without any masking: the same sides, stages and upstreams, a masker that finds nothing, a record
// that nobody keeps. What differs through it differs by the proxy; what differs only through hallpass, by the masking.
//   node plain-proxy.ts [--stdio] --url URL [--transport sse] | -- COMMAND...
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { setImmediate as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { PendingRequests } from '../../src/core/jsonrpc/pending.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { createMasker, type Masker } from '../../src/core/mask/masker.ts';
import { Placeholders } from '../../src/core/mask/placeholders.ts';
import { startChild } from '../../src/platform/child-process.ts';
import { proxyDispatcher } from '../../src/platform/network.ts';
import { onStopSignal } from '../../src/platform/signals.ts';
import { HttpSessionsClientSide } from '../../src/proxy/client-side/http-sessions.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import { HttpClientSide } from '../../src/proxy/client-side/streamable-http.ts';
import { type ClientSide, runProxy, type Upstream } from '../../src/proxy/proxy.ts';
import { HttpForAll, sseUpstream } from '../../src/proxy/upstream/by-url.ts';
import { HttpUpstream } from '../../src/proxy/upstream/http.ts';
import { StdioPool } from '../../src/proxy/upstream/stdio-pool.ts';
import { drain, StdioUpstream } from '../../src/proxy/upstream/stdio.ts';
import { BASELINE, placeOf } from '../../src/core/policy/baseline.ts';
import { NO_HOLDS } from '../helpers/no-approvals.ts';

const { values, positionals } = parseArgs({
  options: {
    url: { type: 'string' },
    transport: { type: 'string' },
    stdio: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const pending = new PendingRequests();
// Whoever started it holds its stdin, which is the client's where that is on stdio.
if (!values.stdio) process.stdin.resume().once('close', () => process.kill(process.pid, 'SIGTERM'));
const { client, upstream } = await openEnds();
await runProxy({
  client,
  upstream,
  deps: {
    masker: blind(),
    policy: BASELINE,
    holds: NO_HOLDS,
    wall: () => 0,
    place: placeOf('server'),
    definitions: undefined,
    pending,
    record: () => undefined,
    note: say,
    onCall: () => undefined,
    now: () => 0,
    pace: { bytes: LIMITS.yieldBytes, pause: () => pause() },
  },
  stopped: onStopSignal().stopped,
});
process.stdin.destroy();

async function openEnds(): Promise<{ client: ClientSide; upstream: Upstream }> {
  if (values.stdio) return behindStdio();
  const token = randomBytes(16).toString('hex');
  const onReady = (url: string): void =>
    void process.stdout.write(`${JSON.stringify({ event: 'ready', url, token })}\n`);
  const http = { port: 0, token, onReady };
  if (values.url !== undefined) {
    const parts = serverParts(values.url);
    if (values.transport === 'sse')
      return { client: new HttpSessionsClientSide(http), upstream: sseUpstream(parts, 'http') };
    return { client: new HttpClientSide(http), upstream: new HttpForAll(parts) };
  }
  const pool = new StdioPool({ startChild: start, openStderr: () => passOn, pending });
  return { client: new HttpSessionsClientSide(http), upstream: pool };
}

async function behindStdio(): Promise<{ client: ClientSide; upstream: Upstream }> {
  const stdio = new StdioClientSide({ input: process.stdin, output: process.stdout });
  if (values.url !== undefined) {
    const parts = serverParts(values.url);
    return {
      client: stdio,
      upstream: values.transport === 'sse' ? sseUpstream(parts, 'stdio') : new HttpUpstream(parts),
    };
  }
  const child = await start();
  drain(child, passOn);
  return { client: stdio, upstream: new StdioUpstream({ child, lane: stdio.lane }) };
}

function serverParts(url: string): ConstructorParameters<typeof HttpForAll>[0] {
  return {
    url,
    pending,
    dispatcher: proxyDispatcher({ connect: { timeout: LIMITS.httpConnectMs } }),
    userAgent: 'hallpass without masking',
    maskText: (bytes) => bytes,
    holdsSecret: () => false,
    onTrouble: say,
    settle: (lane, id) => pending.settle('to_server', lane.scope, id),
  };
}

function start(): ReturnType<typeof startChild> {
  const [command = '', ...args] = positionals;
  return startChild({ command, args, env: process.env });
}

function blind(): Masker {
  const masker = createMasker({ placeholders: new Placeholders(randomBytes(32)), rules: [] });
  const made: Masker = {
    ...masker,
    inspect: () => [],
    maskText: (bytes) => ({ bytes, edits: [], passed: [] }),
    get strict() {
      return made;
    },
  };
  return made;
}

function passOn(chunk: Uint8Array | undefined): void {
  if (chunk !== undefined) process.stderr.write(chunk);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
