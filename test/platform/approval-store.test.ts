import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { type ApprovalAsk, stateOf } from '../../src/core/approvals/approval.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { ApprovalStore } from '../../src/platform/approval-store.ts';
import { LocalApprovals } from '../../src/platform/local-approvals.ts';

const CHILD = fileURLToPath(new URL('../helpers/approver-child.ts', import.meta.url));

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

const storeAt = async (now: () => number = Date.now): Promise<ApprovalStore> => {
  const store = await ApprovalStore.open(stateDir, now);
  opened.push(store);
  return store;
};

const started = (verb: string): ChildProcess & { readonly stdout: NodeJS.ReadableStream } => {
  const child = spawn(process.execPath, [CHILD, stateDir, verb], { stdio: ['pipe', 'pipe', 'inherit'] });
  opened.push({ close: () => child.kill('SIGKILL') });
  return child;
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

test('a new database that many open at once is opened by all', async () => {
  const children = Array.from({ length: 4 }, () => started('open'));
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
  for (let round = 0; round < 40; round += 1) {
    const said = Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
    const told = `${Date.now() + 10} ${path.join(stateDir, String(round))}\n`;
    for (const { stdin } of children) stdin?.write(told);
    expect((await said).map(String)).toEqual(children.map(() => 'opened\n'));
  }
});

// Who closes any descriptor of the file drops the locks of the whole process, by which SQLite knows that it is in use.
test.skipIf(process.platform !== 'linux')('opening it once more leaves the locks of the first', async () => {
  await waiter().request(ask());
  const { ino } = statSync(path.join(stateDir, 'approvals/approvals.sqlite'));
  const locks = (): string[] =>
    readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${ino} `))
      // Numbered by what all processes hold.
      .map((line) => line.replace(/^\d+: /, ''))
      .toSorted();
  const before = locks();
  (await ApprovalStore.open(stateDir)).close();
  expect(before).not.toEqual([]);
  expect(locks()).toEqual(before);
});

test('what a newer version has written is left alone', async () => {
  (await ApprovalStore.open(stateDir)).close();
  const database = new DatabaseSync(path.join(stateDir, 'approvals/approvals.sqlite'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(ApprovalStore.open(stateDir)).rejects.toThrow(/written by a newer hallpass/);
});

test.skipIf(process.platform === 'win32')(
  'whoever was killed while waiting leaves nothing for long',
  async () => {
    const killed = started('listen');
    await once(killed.stdout, 'data');
    const waiting = path.join(stateDir, 'approvals/waiting');
    const socket = Buffer.from(readdirSync(waiting)[0] ?? '', 'base64url').toString();
    expect(existsSync(socket)).toBe(true);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const ticket = await waiter().request(ask());
    await elsewhere('approve', ticket.id);
    await expect(ticket.wait(0)).resolves.toBe('approved');
    expect(readdirSync(waiting)).toHaveLength(1);
    expect(existsSync(path.dirname(socket))).toBe(false);
  },
);

test.skipIf(process.platform === 'win32')('whoever is only stopped is told when they go on', async () => {
  const stopped = started('listen');
  await once(stopped.stdout, 'data');
  stopped.kill('SIGSTOP');
  const ticket = await waiter().request(ask());
  await elsewhere('approve', ticket.id);
  const rung = once(stopped.stdout, 'data');
  stopped.kill('SIGCONT');
  expect(String(await rung)).toMatch(/rung/);
});

test('nobody is kept from deciding by what lies where the waiting leave their addresses', async () => {
  const store = await storeAt();
  const { id } = await store.request(ask());
  const waiting = path.join(stateDir, 'approvals/waiting');
  const decision = { by: 'al', groups: [], reason: '', at: Date.now(), attended: false } as const;
  mkdirSync(waiting);
  mkdirSync(path.join(waiting, 'directory'));
  writeFileSync(path.join(waiting, '='), 'x');
  await expect(store.decide(id, { ...decision, verdict: 'approve' })).resolves.toMatchObject({ id });
  rmSync(waiting, { recursive: true });
  writeFileSync(waiting, '');
  await expect(store.decide(id, { ...decision, verdict: 'deny' })).resolves.toMatchObject({ id });
});

test('what ran out stays so when the clock is set back', async () => {
  let now = 1_000;
  const store = await storeAt(() => now);
  const { id } = await store.request(ask({ expiresAt: 2_000 }));
  await store.decide(id, { by: 'al', groups: [], verdict: 'approve', reason: '', at: now, attended: false });
  now = 2_000;
  await expect(store.consume(id)).resolves.toBe(false);
  now = 1_500;
  await expect(store.consume(id)).resolves.toBe(false);
  expect(store.find(id)).toMatchObject({ ended: 'expired' });
});

test('a store that fails is said so, and tried again for the next call', async () => {
  const port = waiter();
  const file = path.join(stateDir, 'approvals/approvals.sqlite');
  mkdirSync(file, { recursive: true });
  await expect(port.request(ask())).rejects.toThrowWithCode('ERR_STATE_DIR');
  rmSync(file, { recursive: true });
  const ticket = await port.request(ask());
  const database = new DatabaseSync(file);
  database.exec('DROP TABLE approvals');
  database.close();
  // No answer is none: it goes on waiting, and the call stays where it is.
  await expect(ticket.wait(1)).resolves.toBe('pending');
  await expect(ticket.consume()).rejects.toThrowWithCode('ERR_STATE_DIR');
  await ticket.cancel();
});

test('on a device who asks is who decides', async () => {
  const ticket = await waiter().request(ask());
  await elsewhere('approve', ticket.id, 'jo');
  await expect(ticket.wait(0)).resolves.toBe('approved');
});

test('what nobody could look through is cut, and no endless number is asked', async () => {
  const store = await storeAt();
  const presented = 'x'.repeat(LIMITS.presentedCharacters + 5);
  const long = await store.request(ask({ presented }));
  expect(long.presented).toMatch(/^x+ … and 5 characters more$/);
  const database = new DatabaseSync(path.join(stateDir, 'approvals/approvals.sqlite'));
  const insert = database.prepare('INSERT INTO approvals VALUES (?, ?, 0, ?, ?)');
  database.exec('BEGIN');
  for (let at = 1; at < LIMITS.approvalsPending; at += 1)
    insert.run(`a${at}`, `x${at}`, Date.now() + 60_000, '{"decisions":[]}');
  database.exec('COMMIT');
  database.close();
  await expect(store.request(ask({ binding: 'one more' }))).rejects.toThrowWithCode('ERR_TOO_MANY_HELD');
  expect((await store.request(ask({ presented }))).id).toBe(long.id);
});

test('what is over is listed only when asked for', async () => {
  let now = 1_000;
  const store = await storeAt(() => now);
  const { id } = await store.request(ask({ expiresAt: 2_000 }));
  await store.request(ask({ binding: 'b2', expiresAt: 9_000 }));
  now = 3_000;
  expect(store.list()).toHaveLength(1);
  const all = store.list({ all: true });
  expect(all).toHaveLength(2);
  expect(stateOf(all.find((one) => one.id === id) ?? expect.fail(), now)).toBe('expired');
});
