/**
 * What recording and verifying cost: appends per second (target 20,000), events verified per second (target 100,000)
 * and the memory verifying takes as the log grows (target: none). `node bench/session.ts [--check]`.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { ephemeralSigner } from '../src/core/session/signer.ts';
import { verifySession } from '../src/core/session/verify.ts';
import { SessionDirectory } from '../src/platform/session-directory.ts';
import { openSession } from '../src/platform/session-store.ts';

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
const MESSAGE = {
  kind: 'message',
  direction: 'to_client',
  method: 'tools/call',
  tool: 'read_text_file',
  findings: [
    {
      rule: 'github_pat',
      at: '/result/content/0/text',
      placeholder: 'hpm_github_pat_a1b2c3d4e5',
      why: 'shape and checksum',
    },
  ],
  verdict: { outcome: 'allow', reason: 'nothing speaks against it', rule: 'guard' },
} as const;
const TARGETS = { append: 20_000, verify: 100_000 };
const EVENTS = 200_000;
const PAYLOAD = Buffer.alloc(512, '{"jsonrpc":"2.0"} ');
const ROUNDS = 3;

const directory = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
try {
  const id = await measureAppend();
  measureVerify(id);
} finally {
  rmSync(directory, { recursive: true });
}

async function measureAppend(): Promise<string> {
  let best = 0;
  let id = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const recorded = await record(EVENTS);
    best = Math.max(best, recorded.perSecond);
    id = recorded.id;
  }
  report('append', best);
  return id;
}

async function record(events: number): Promise<{ id: string; perSecond: number }> {
  const session = await openSession(START, { sessionsDir: directory, signer: ephemeralSigner() });
  const began = performance.now();
  for (let i = 0; i < events; i += 1) {
    session.append({ ...MESSAGE, id: String(i) }, PAYLOAD);
    // As in a proxy: the loop turns, so that the disk is synced meanwhile.
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const { sealed, why } = await session.seal({ reason: 'bench' });
  const seconds = (performance.now() - began) / 1000;
  if (!sealed) throw new Error(why);
  return { id: session.id, perSecond: events / seconds };
}

function measureVerify(id: string): void {
  const sessions = new SessionDirectory(directory, () =>
    Promise.reject(new Error('nothing is to be sealed')),
  );
  const { log } = sessions.files(id);
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) best = Math.max(best, verify(sessions, id));
  report('verify', best);
  process.stdout.write(
    `bytes a line: ${Math.round(statSync(log).size / EVENTS)}, of payload: ${PAYLOAD.length}\n`,
  );
  process.stdout.write(
    `peak memory of the whole run: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`,
  );
}

function verify(sessions: SessionDirectory, id: string): number {
  const opened = sessions.open(id);
  const began = performance.now();
  const { ok, claims } = verifySession(opened, { keys: [], source: 'nobody', explicit: false });
  const seconds = (performance.now() - began) / 1000;
  opened.close();
  if (!ok) throw new Error(JSON.stringify(claims));
  return EVENTS / seconds;
}

function report(what: keyof typeof TARGETS, perSecond: number): void {
  const met = perSecond >= TARGETS[what];
  process.stdout.write(
    `${what}: ${Math.round(perSecond).toLocaleString('en')} events/s, target ${TARGETS[what].toLocaleString('en')}: ${met ? 'met' : 'MISSED'}\n`,
  );
  if (!met && process.argv.includes('--check')) process.exitCode = 1;
}
