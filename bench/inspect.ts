/**
 * What inspecting a message costs: envelope, secrets and masked view, beside JSON.parse and JSON.stringify of the same
 * bytes in the same run. "json" is our part of it, with a masker that finds nothing and takes no time. Target: 8 KB of
 * ordinary text in 40 µs. `node bench/inspect.ts [--check] [--json]`; JSON, in one line, comes last.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { OutputSchemas } from '../src/core/jsonrpc/output-schemas.ts';
import { ParamHeaders } from '../src/core/jsonrpc/param-headers.ts';
import { Restoring } from '../src/core/mask/restoring.ts';
import { ReturnToSender } from '../src/core/mask/return-to-sender.ts';
import { PendingRequests } from '../src/core/jsonrpc/pending.ts';
import { TaskTools } from '../src/core/jsonrpc/task-tools.ts';
import { LIMITS } from '../src/core/limits.ts';
import { createMasker, type Masker } from '../src/core/mask/masker.ts';
import { Placeholders } from '../src/core/mask/placeholders.ts';
import type { Lane } from '../src/core/lane.ts';
import type { Message, Passage, StageDeps } from '../src/core/message.ts';
import { inspect } from '../src/proxy/stages/inspect.ts';
import { BASELINE, placeOf } from '../src/core/policy/baseline.ts';
import { KnownTools } from '../src/core/policy/known-tools.ts';
import { ListListeners } from '../src/core/policy/list-listeners.ts';
import { NO_HOLDS } from '../test/helpers/no-approvals.ts';
import { heldMemory } from '../src/core/hold/held-memory.ts';

const TARGET = 40;
const ROUNDS = 7;
const ROUND_MS = 150;

const root = path.join(import.meta.dirname, '..');
const markdown = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8').repeat(4);
const json = JSON.stringify(JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')), undefined, 2);
const data = Array.from({ length: 400 }, (_, n) => ({
  path: `src/file-${n}.ts`,
  line: n * 7,
  open: n % 2 > 0,
}));

const lane: Lane = { scope: 'bench', signal: new AbortController().signal, send: () => Promise.resolve() };
const placeholders = new Placeholders(randomBytes(32));
const masker = createMasker({ placeholders });
const blind: Masker = {
  ...masker,
  inspect: () => [],
  screen: () => undefined,
  maskText: (bytes) => ({ bytes, edits: [], passed: [] }),
  current: () => blind,
  get strict() {
    return blind;
  },
};

const seeing = depsWith(masker);
const unseeing = depsWith(blind);

const result = (value: object): Message => message({ jsonrpc: '2.0', id: 1, result: value }, 'to_client');
const text = (content: string): Message => result({ content: [{ type: 'text', text: content }] });
const call = (content: string): Message =>
  message(
    {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'write', arguments: { path: '/src/a', content } },
    },
    'to_server',
  );

const messages: Readonly<Record<string, Message>> = {
  '8 KB markdown': text(markdown.slice(0, 8_000)),
  '8 KB JSON as text': text(json.repeat(20).slice(0, 7_000)),
  '8 KB structured': result({ content: [], structuredContent: { data: data.slice(0, 160) } }),
  '1 KB call': call(markdown.slice(0, 850)),
  '1 KB result': text(markdown.slice(0, 900)),
};

const seen: Record<string, number> = {};
for (const [name, said] of Object.entries(messages)) {
  const spent = measureAll({
    whole: () => look(said, seeing),
    ours: () => look(said, unseeing),
    bare: () => JSON.stringify(JSON.parse(Buffer.from(said.raw).toString())),
  });
  seen[name] = spent.whole;
  const ratio = (spent.whole / spent.bare).toFixed(1);
  console.log(
    `${name.padEnd(18)} ${String(said.raw.length).padStart(6)} bytes: ${micros(spent.whole)} µs, json ${micros(spent.ours)} µs; ` +
      `parse + stringify ${micros(spent.bare)} µs, ratio ${ratio}`,
  );
}
const met = (seen['8 KB markdown'] ?? 0) <= TARGET;
console.log(`8 KB markdown in ${TARGET} µs: ${met ? 'met' : 'MISSED'}`);
if (!met && process.argv.includes('--check')) process.exitCode = 1;
if (process.argv.includes('--json'))
  console.log(JSON.stringify({ markdown: seen['8 KB markdown'], structured: seen['8 KB structured'] }));

function message(body: object, direction: Message['direction']): Message {
  return { direction, raw: Buffer.from(JSON.stringify(body)), lane };
}

function look(said: Message, with_: StageDeps): void {
  // A view of its own, since bytes that have been read are not read again.
  const passage: Passage = { message: { ...said, raw: said.raw.subarray(0) } };
  void inspect(passage, with_);
  if (passage.view === undefined) throw new Error('not inspected');
}

function depsWith(with_: Masker): StageDeps {
  const nothing = (): void => undefined;
  const pending = new PendingRequests();
  pending.add('to_server', { id: '1', lane, method: 'tools/call', target: undefined, masked: 0, since: 0 });
  return {
    masker: with_,
    policy: BASELINE,
    holds: NO_HOLDS,
    wall: () => 0,
    ...heldMemory({ holds: NO_HOLDS, place: placeOf('server') }),
    place: placeOf('server'),
    definitions: undefined,
    tools: new KnownTools(),
    listeners: new ListListeners(),
    pending,
    params: new ParamHeaders(),
    schemas: new OutputSchemas(),
    tasks: new TaskTools(),
    handles: new ReturnToSender(),
    restoring: new Restoring({ ...with_, stored: undefined, note: nothing }),
    record: nothing,
    note: nothing,
    onCall: nothing,
    now: () => 0,
    pace: { bytes: LIMITS.yieldBytes, pause: () => Promise.resolve() },
    toServer: () => Promise.resolve(),
  };
}

/** The best of several rounds, the contestants taking turns; microseconds each. */
function measureAll<T extends string>(contestants: Record<T, () => void>): Record<T, number> {
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, run] of Object.entries<() => void>(contestants))
      best[name] = Math.min(best[name] ?? Infinity, measure(run));
  }
  return best;
}

// Of this thread's processor time: what others do meanwhile does not count.
function measure(run: () => void): number {
  const began = process.threadCpuUsage();
  for (let count = 1; ; count += 1) {
    for (let i = 0; i < 10; i += 1) run();
    const { user, system } = process.threadCpuUsage(began);
    if (user + system >= ROUND_MS * 1000) return (user + system) / (10 * count);
  }
}

function micros(value: number): string {
  return value.toFixed(1).padStart(6);
}
