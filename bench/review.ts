/**
 * What looking at a long session costs: 100,000 events of about 512 bytes, each with a payload. Time until all are in the
 * index, memory it takes, a row of the timeline, an event with its payload, a search of everything, and the rows with a
 * word. `node bench/review.ts [--check]`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { LocalSession } from '../src/app/review/local-session.ts';
import { ephemeralSigner } from '../src/core/session/signer.ts';
import type { MessageBody } from '../src/core/session/event.ts';
import { SessionPages } from '../src/platform/session-pages.ts';
import { sessionFiles, type SessionFiles } from '../src/platform/session-files.ts';
import { openSession } from '../src/platform/session-store.ts';

const EVENTS = 100_000;
const ROUNDS = 5;
const LOOKS = 20_000;
const TARGETS = { index: 600, memory: 100 };
const { signal } = new AbortController();

const START = {
  session_kind: 'connect',
  connection: 'bench',
  subject: 'nobody@nowhere',
  workspace: '/workspace',
  upstream: 'mcp-server-everything',
  policy: 'guard',
  attended: false,
  versions: { hallpass: '0', node: process.versions.node },
} as const;
const VERDICT = { outcome: 'allow', reason: 'nothing in the policy is against it', rule: 'guard' } as const;
const FINDING = {
  rule: 'github_pat',
  at: '/result/content/0/text',
  placeholder: 'hpm_github_pat_a1b2c3d4e5',
  why: 'shape and checksum',
};

const [, , recorded, id] = process.argv;
if (recorded !== undefined && id !== undefined) await measure(sessionFiles(recorded, id));
else await all();

async function all(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
  try {
    const files = await record(directory);
    say('log and payloads', `${megabytes(files.log)} MB, ${megabytes(files.payloads)} MB`);
    // In a process of its own: recording leaves its memory behind.
    const { status } = spawnSync(process.execPath, [import.meta.filename, directory, files.id], {
      stdio: 'inherit',
    });
    if (process.argv.includes('--check')) process.exitCode = status ?? 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function record(directory: string): Promise<SessionFiles> {
  const session = await openSession(START, { sessionsDir: directory, signer: ephemeralSigner() });
  for (let i = 0; i < EVENTS / 2; i += 1) {
    const tool = `read_text_file_${i % 50}`;
    session.append(
      body({ direction: 'to_server', method: 'tools/call', id: String(i), tool }),
      Buffer.from(
        `{"jsonrpc":"2.0","id":${i},"method":"tools/call","params":{"name":"${tool}","arguments":{"path":"/srv/${i}"}}}`,
      ),
    );
    const text = `line ${i} of a file, as long as such lines are. `.repeat(20);
    session.append(
      body({ direction: 'to_client', id: String(i), findings: [FINDING, FINDING] }),
      Buffer.from(`{"jsonrpc":"2.0","id":${i},"result":{"content":[{"type":"text","text":"${text}"}]}}`),
    );
    // As in a proxy: the loop turns, so that the disk is synced meanwhile.
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const { sealed, why } = await session.seal({ reason: 'bench' });
  if (!sealed) throw new Error(why);
  return sessionFiles(directory, session.id);
}

function body(changes: Partial<MessageBody>): MessageBody {
  return { kind: 'message', direction: 'to_server', findings: [], verdict: VERDICT, ...changes };
}

async function measure(files: SessionFiles): Promise<void> {
  const before = process.memoryUsage().rss;
  const session = open(files);
  const first = await timed(() => session.readOn(signal));
  check('index, cold', first, 'index', 'ms');
  check('resident memory that it adds', (process.memoryUsage().rss - before) / 1e6, 'memory', 'MB');
  const again = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const other = open(files);
    again.push(await timed(() => other.readOn(signal)));
    other.close();
  }
  say('index, best of more', `${Math.min(...again).toFixed(0)} ms`);
  await look(session, files);
  session.close();
}

async function look(session: LocalSession, files: SessionFiles): Promise<void> {
  const { index } = session;
  const row = await timed(() => {
    for (let i = 0; i < LOOKS; i += 1) index.row((i * 7_919) % index.rows);
  });
  say('a row of the timeline', `${((row / LOOKS) * 1_000).toFixed(1)} µs`);
  const event = await timed(() => {
    for (let i = 0; i < LOOKS; i += 1) {
      session.event((i * 7_919) % index.events);
      session.payload((i * 7_919) % index.events, 4_096);
    }
  });
  say('an event and its payload, anywhere', `${((event / LOOKS) * 1_000).toFixed(1)} µs`);
  const bytes = Number(megabytes(files.log)) + Number(megabytes(files.payloads));
  const search = await timed(() => session.search('nowhere to be found', { from: 0, signal }));
  say('searching all of it', `${search.toFixed(0)} ms, ${((bytes * 1_000) / search).toFixed(0)} MB/s`);
  const word = await timed(() => index.rowsWith('file_7'));
  say('the rows with a word', `${word.toFixed(1)} ms`);
  say('resident memory in the end', `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
}

function open(files: SessionFiles): LocalSession {
  const pages = new SessionPages(files);
  return new LocalSession(files.id, {
    pages,
    closing: pages,
    verify: () => Promise.reject(new Error('nobody verifies here')),
    watch: () => ({ close: () => undefined }),
    isRecording: () => false,
  });
}

// Of the processor: what else the machine does meanwhile says nothing of this.
async function timed(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

function megabytes(path: string): string {
  return (statSync(path).size / 1e6).toFixed(0);
}

function check(what: string, found: number, target: keyof typeof TARGETS, unit: string): void {
  const isMet = found <= TARGETS[target];
  say(what, `${found.toFixed(0)} ${unit}, target ${TARGETS[target]} ${unit}: ${isMet ? 'met' : 'MISSED'}`);
  if (!isMet) process.exitCode = 1;
}

function say(what: string, found: string): void {
  process.stdout.write(`${what}: ${found}\n`);
}
