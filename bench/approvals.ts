/**
 * How long a decision takes until a process that waits for it has heard: 200 decisions, each made in this process and waited
 * for in another (target: every one within 200 ms). `node bench/approvals.ts [--check]`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { ApprovalStore } from '../src/platform/approval-store.ts';
import { LocalApprovals } from '../src/platform/local-approvals.ts';

const DECISIONS = 200;
const TARGET_MS = 200;

const stateDir = process.argv.slice(2).find((word) => !word.startsWith('--'));
if (stateDir === undefined) await decideAll();
else await waitForEach(stateDir);

async function decideAll(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
  const waiter = fork(fileURLToPath(import.meta.url), [directory]);
  const store = await ApprovalStore.open(directory);
  try {
    const took: number[] = [];
    for (let at = 0; at < DECISIONS; at += 1) took.push(await decideOne(store, waiter));
    report(took.toSorted((a, b) => a - b));
  } finally {
    waiter.kill();
    store.close();
    rmSync(directory, { recursive: true });
  }
}

// hrtime is the machine's monotonic clock: the same in both processes.
async function decideOne(store: ApprovalStore, waiter: ReturnType<typeof fork>): Promise<number> {
  const [id] = (await once(waiter, 'message')) as [string];
  const heard = once(waiter, 'message');
  const decision = { by: 'al', groups: [], reason: '', at: Date.now(), attended: false } as const;
  const began = process.hrtime.bigint();
  await store.decide(id, { ...decision, verdict: 'approve' });
  const [at] = (await heard) as [string];
  waiter.send('next');
  return Number(BigInt(at) - began) / 1e6;
}

async function waitForEach(directory: string): Promise<void> {
  const port = new LocalApprovals(directory);
  for (let at = 0; ; at += 1) {
    const ticket = await port.request(question(at));
    const waiting = ticket.wait(60_000);
    process.send?.(ticket.id);
    await waiting;
    process.send?.(String(process.hrtime.bigint()));
    await once(process, 'message');
  }
}

function question(at: number): Parameters<LocalApprovals['request']>[0] {
  return {
    binding: String(at),
    session: 'bench',
    connection: 'db',
    method: 'tools/call',
    tool: 'query',
    subject: 'nobody@nowhere',
    presented: '{"name":"query"}',
    findings: [],
    restores: [],
    rule: 'bench',
    reason: 'It is measured.',
    risk: 'low',
    terms: { approvals: 1, groups: [], self: true, expiresMs: 60_000 },
    policy: 'bench@1',
    expiresAt: Date.now() + 60_000,
  };
}

function report(took: readonly number[]): void {
  const at = (part: number): number => took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? NaN;
  const text = [at(0.5), at(0.99), at(1)].map((ms) => ms.toFixed(1));
  console.log(
    `a decision is heard after (ms): p50 ${text[0]}, p99 ${text[1]}, slowest ${text[2]}; target ${TARGET_MS}`,
  );
  if (process.argv.includes('--check') && at(1) > TARGET_MS) process.exitCode = 1;
}
