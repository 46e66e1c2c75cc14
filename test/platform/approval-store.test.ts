import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ApprovalAsk } from '../../src/core/approvals/approval.ts';
import { ApprovalStore } from '../../src/platform/approval-store.ts';
import { LocalApprovals } from '../../src/platform/local-approvals.ts';

const CHILD = path.join(import.meta.dirname, '../helpers/approver-child.ts');

let stateDir: string;
const opened: { close(): unknown }[] = [];

beforeEach(() => {
  stateDir = mkdtempSync(path.join(tmpdir(), 'approvals-'));
});

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const ask = (more: Partial<ApprovalAsk> = {}): ApprovalAsk => ({
  binding: 'b1',
  session: 's1',
  connection: 'db',
  method: 'tools/call',
  tool: 'query',
  subject: 'jo',
  presented: '{"name":"query"}',
  findings: [],
  restores: [],
  rule: 'approve/destructive',
  reason: 'It may destroy something.',
  risk: 'medium',
  terms: { approvals: 1, groups: [], self: false, expiresMs: 60_000 },
  policy: 'approve@1',
  expiresAt: Date.now() + 60_000,
  ...more,
});

const waiter = (): LocalApprovals => {
  const port = new LocalApprovals(stateDir);
  opened.push(port);
  return port;
};

const elsewhere = async (verb: string, id: string, by = 'al'): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, stateDir, verb, id, by]);
  return JSON.parse(stdout);
};

test('a word said in another process reaches who waits', async () => {
  const ticket = await waiter().request(ask());
  const waiting = ticket.wait(60_000);
  await elsewhere('approve', ticket.id);
  await expect(waiting).resolves.toBe('approved');
  expect(ticket.decisions()).toMatchObject([{ by: 'al', verdict: 'approve' }]);
});

test('one question is asked once, and found again after a restart', async () => {
  const first = waiter();
  const { id } = await first.request(ask());
  await elsewhere('approve', id);
  await first.close();
  const again = await waiter().request(ask());
  expect(again.id).toBe(id);
  await expect(again.wait(0)).resolves.toBe('approved');
});

test('of many processes one uses it up', async () => {
  const ticket = await waiter().request(ask());
  await elsewhere('approve', ticket.id);
  const used = await Promise.all([1, 2, 3, 4].map(() => elsewhere('consume', ticket.id)));
  expect(used.filter((one) => one === true)).toHaveLength(1);
  await expect(ticket.consume()).resolves.toBe(false);
  expect((await waiter().request(ask())).id).not.toBe(ticket.id);
});

test('a call that differs is another question', async () => {
  const port = waiter();
  const { id } = await port.request(ask());
  expect((await port.request(ask({ binding: 'b2' }))).id).not.toBe(id);
});

test('who denies wins over who approved, until it is used', async () => {
  const ticket = await waiter().request(ask());
  await elsewhere('approve', ticket.id);
  await elsewhere('deny', ticket.id, 'bo');
  await expect(ticket.wait(0)).resolves.toBe('denied');
  await expect(ticket.consume()).resolves.toBe(false);
});

test('waiting ends when it is no longer wanted, and when it runs out', async () => {
  const gone = new AbortController();
  const port = waiter();
  const ticket = await port.request(ask());
  const waiting = ticket.wait(60_000, gone.signal);
  gone.abort();
  await expect(waiting).resolves.toBe('pending');
  const short = await port.request(ask({ binding: 'b3', expiresAt: Date.now() + 30 }));
  await expect.poll(() => short.wait(60_000)).toBe('expired');
});

test('two hundred are decided in any order', async () => {
  const port = waiter();
  const tickets = await Promise.all(
    Array.from({ length: 200 }, (_, at) => port.request(ask({ binding: `b${at}` }))),
  );
  const waiting = Promise.all(tickets.map((ticket) => ticket.wait(60_000)));
  const store = await ApprovalStore.open(stateDir);
  opened.push(store);
  const decided = tickets.map(({ id }, at) => ({ id, at })).toSorted((a, b) => (a.at * 7 - b.at * 7) % 13);
  for (const { id, at } of decided) {
    const verdict = at % 2 === 0 ? 'approve' : 'deny';
    await store.decide(id, { by: 'al', groups: [], verdict, reason: '', at: Date.now(), attended: true });
  }
  const states = await waiting;
  expect(states).toEqual(tickets.map((_, at) => (at % 2 === 0 ? 'approved' : 'denied')));
});

test.skipIf(process.platform === 'win32')('nobody else may read or ring', async () => {
  const ticket = await waiter().request(ask());
  expect(ticket.id).toMatch(/^apr_/);
  const directory = path.join(stateDir, 'approvals');
  expect(statSync(directory).mode & 0o077).toBe(0);
  for (const name of readdirSync(directory))
    expect(statSync(path.join(directory, name)).mode & 0o077).toBe(0);
  chmodSync(directory, 0o755);
  (await ApprovalStore.open(stateDir)).close();
  expect(statSync(directory).mode & 0o077).toBe(0);
});
