import { expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { parsePolicy, shippedPolicy } from '../../src/app/policy/policy-file.ts';
import type { Lane } from '../../src/core/lane.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Playbook } from '../helpers/playbook.ts';
import { Wiring } from '../helpers/wiring.ts';

const call = (id: number, sql: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'query', arguments: { sql } },
});
const DROP = call(1, 'DROP TABLE users');
const SELECT = call(2, 'SELECT 1');
const answer = (id: number) => ({ jsonrpc: '2.0', id, result: { content: [] } });

function started(approvals = new MemoryApprovals()): { book: Playbook; approvals: MemoryApprovals } {
  const book = new Playbook({ policy: createPolicy([shippedPolicy('approve')]), approvals });
  void book.start();
  return { book, approvals };
}

const denied = (why: string) => ({
  jsonrpc: '2.0',
  id: 1,
  error: { code: 47_003, message: expect.stringContaining(why) as string },
});

test('what the policy holds goes on once somebody has approved it, and everything else goes on meanwhile', async () => {
  const { book, approvals } = started();
  await book.clientSays(DROP);
  await approvals.askedFor();
  book.logHolds({ body: { kind: 'hold', approval: 'apr_1', rule: 'approve/destructive', tool: 'query' } });
  await book.clientSays(SELECT);
  book.serverGets(SELECT);
  book.logHolds({ body: { kind: 'message', id: '2', verdict: { outcome: 'allow' } } });
  await book.serverSays(answer(2));
  book.clientGets(answer(2));
  book.logHolds({ body: { kind: 'message', direction: 'to_client' } });
  approvals.say('approve');
  await book.serverGetsSoon(DROP);
  book.logHolds({
    body: {
      kind: 'decision',
      state: 'approved',
      by: [{ who: 'al', verdict: 'approve', reason: 'fine', attended: true }],
      unattended_possible: true,
    },
  });
  book.logHolds({ body: { kind: 'message', id: '1', verdict: { outcome: 'allow' } } });
  await book.serverSays(answer(1));
  book.clientGets(answer(1));
});

test('who decides sees the call masked, and the approval is good for these arguments alone', async () => {
  const { book, approvals } = started();
  await book.clientSays(call(1, `DROP TABLE "${book.secret}"`));
  await approvals.askedFor();
  expect(JSON.stringify(approvals.asked)).toContain(book.placeholder);
  expect(JSON.stringify(approvals.asked)).not.toContain(book.secret);
  await book.clientSays(call(2, 'DROP TABLE users '));
  await book.clientSays(call(3, 'DROP TABLE users'));
  await book.clientSays(call(4, 'DROP TABLE users'));
  await approvals.askedFor(3);
  approvals.say('approve', 2);
  await book.serverGetsSoon({ ...DROP, id: 3 });
  expect(approvals.asked).toHaveLength(3);
  expect([0, 1, 2].map((at) => approvals.stateOf(at))).toEqual(['pending', 'pending', 'consumed']);
  await book.clientGetsSoon({ ...denied('used by another call'), id: 4 });
});

test('what somebody denies does not reach the server, and the client is told', async () => {
  const { book, approvals } = started();
  await book.clientSays(DROP);
  await approvals.askedFor();
  approvals.say('deny');
  await book.clientGetsSoon(denied('apr_1 was denied'));
  book.logHolds({ body: { kind: 'hold' } });
  book.logHolds({ body: { kind: 'decision', state: 'denied' } });
  book.logHolds({ body: { kind: 'message', verdict: { outcome: 'hold' } } });
  book.nothingElse();
});

test('a client that cancels takes the question back', async () => {
  const { book, approvals } = started();
  await book.clientSays(DROP);
  await approvals.askedFor();
  await book.clientSays({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
  await book.clientGetsSoon(denied('taken back'));
  expect(approvals.stateOf(0)).toBe('cancelled');
});

test('what waits when the session ends is taken back, and the server never sees it', async () => {
  const { book, approvals } = started();
  await book.clientSays(DROP);
  await approvals.askedFor();
  await book.somebodyStopsIt();
  expect(approvals.stateOf(0)).toBe('cancelled');
  await book.logHoldsSoon({ body: { kind: 'hold' } });
  book.logHolds({ body: { kind: 'decision', state: 'cancelled' } });
});

test('a client that does not read holds up no end', async () => {
  const approvals = new MemoryApprovals();
  const wiring = new Wiring({ policy: createPolicy([shippedPolicy('approve')]), approvals });
  const lane: Lane = {
    scope: 'deaf',
    signal: new AbortController().signal,
    send: () => new Promise(() => undefined),
  };
  const raw = Buffer.from(JSON.stringify(DROP));
  const ended = wiring.run(
    {
      serve: async (pass) => {
        await pass({ direction: 'to_server', raw, lane });
        return new Promise(() => undefined);
      },
      close: () => Promise.resolve(),
    },
    {
      start: () => Promise.resolve(),
      ended: new Promise(() => undefined),
      send: () => Promise.resolve(),
      bare: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
  );
  await approvals.waitedFor(1);
  wiring.stop();
  expect(await ended).toMatchObject({ by: 'signal' });
  expect(approvals.stateOf(0)).toBe('cancelled');
});

test('who can not be asked holds nothing open: the call is refused', async () => {
  const book = new Playbook({ policy: createPolicy([shippedPolicy('approve')]) });
  void book.start();
  await book.clientSays(DROP);
  await book.clientGetsSoon({ jsonrpc: '2.0', id: 1, error: { code: -32_603 } });
});

test('what can not be recorded is not sent, approved or not', async () => {
  const { book, approvals } = started();
  await book.clientSays(DROP);
  await approvals.askedFor();
  book.recordFails(new Error('the disk is full'));
  approvals.say('approve');
  await book.clientGetsSoon({ id: 1, error: { code: -32_603 } });
  expect(book.order).not.toContain('to server');
});

test('who asked for progress hears that it waits, and after a while how to go on', async () => {
  const { book, approvals } = started();
  const params = { ...DROP.params, _meta: { progressToken: 'p' } };
  await book.clientSays({ ...DROP, params });
  const beats = LIMITS.holdOpenMs / LIMITS.holdProgressMs;
  for (let beat = 1; beat < beats; beat += 1) {
    await approvals.waitedFor(beat);
    approvals.timePasses();
    const message = 'waiting for approval apr_1';
    await book.clientGetsSoon({
      method: 'notifications/progress',
      params: { progressToken: 'p', progress: beat / 1_000, message },
    });
  }
  await approvals.waitedFor(beats);
  approvals.timePasses();
  await book.clientGetsSoon(
    denied('apr_1 is not decided yet. Once it is approved, make the same call again'),
  );
  approvals.say('approve');
  await book.clientSays({ ...DROP, id: 2, params: { ...params, _meta: { progressToken: 'q' } } });
  await book.serverGetsSoon({ ...DROP, id: 2 });
  expect(approvals.asked).toHaveLength(1);
  // It was good for one.
  await book.clientSays({ ...DROP, id: 3 });
  await approvals.askedFor(2);
});

test('what nobody there could approve says what it takes, on the terminal and to the client', async () => {
  const { book, approvals } = started(new MemoryApprovals({ lack: '2 people of dba' }));
  await book.clientSays(DROP);
  await approvals.waitedFor(1);
  expect(book.notes).toEqual([
    expect.stringMatching(
      /^query waits for approval, but it takes 2 people of dba\. .*hallpass login.*hallpass approvals deny apr_1$/,
    ),
  ]);
  for (let beat = 1; beat <= LIMITS.holdOpenMs / LIMITS.holdProgressMs; beat += 1) {
    await approvals.waitedFor(beat);
    approvals.timePasses();
  }
  await book.clientGetsSoon(denied('apr_1 can only be denied here: it takes 2 people of dba. Only a hub'));
});

test('an approval outlives the proxy that asked for it', async () => {
  const { approvals } = started();
  const killed = started(approvals).book;
  await killed.clientSays(DROP);
  await approvals.waitedFor(1);
  approvals.say('approve', 0);
  await killed.serverGetsSoon(DROP);
  await killed.clientSays({ ...DROP, id: 2 });
  await approvals.waitedFor(2);
  const later = new Playbook({
    policy: createPolicy([shippedPolicy('approve')]),
    approvals,
    session: 'session-2',
  });
  void later.start();
  await later.clientSays({ ...DROP, id: 1 });
  await approvals.waitedFor(3);
  expect(approvals.asked).toHaveLength(2);
  approvals.say('approve', 1);
  await Promise.race([later.serverGetsSoon(DROP), killed.serverGetsSoon({ ...DROP, id: 2 })]);
  expect(approvals.stateOf(1)).toBe('consumed');
});

test('of two equal calls one may be taken back without the other', async () => {
  const { book, approvals } = started();
  await book.clientSays(DROP);
  await book.clientSays({ ...DROP, id: 2 });
  await approvals.waitedFor(2);
  await book.clientSays({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
  await book.clientGetsSoon(denied('taken back'));
  expect(approvals.stateOf(0)).toBe('pending');
  approvals.say('approve');
  await book.serverGetsSoon({ method: 'notifications/cancelled' });
  await book.serverGetsSoon({ ...DROP, id: 2 });
});

test('what is taken back while its approval is used does not reach the server', async () => {
  const approvals = new MemoryApprovals();
  const { book } = started(approvals);
  const used = approvals.beforeUse(() =>
    book.clientSays({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }),
  );
  await book.clientSays(DROP);
  await approvals.waitedFor(1);
  approvals.say('approve');
  await used;
  await book.clientGetsSoon(denied('left meanwhile'));
  expect(approvals.stateOf(0)).toBe('consumed');
  await book.serverGetsSoon({ method: 'notifications/cancelled' });
});

test('two calls with one id do not both wait', async () => {
  const { book, approvals } = started();
  await book.clientSays(DROP);
  await approvals.askedFor();
  await book.clientSays(call(1, 'DROP TABLE other'));
  await book.clientGetsSoon(denied('a call with this id waits already'));
});

test('a call that nobody could look through is not held but refused', async () => {
  const { book, approvals } = started();
  await book.clientSays(call(1, `DROP TABLE users -- ${'x'.repeat(LIMITS.heldBytes)}`));
  await book.clientGetsSoon(denied('nobody can look through'));
  expect(approvals.asked).toEqual([]);
});

test('who decides gets no more of names and findings than can be kept', async () => {
  const { book, approvals } = started();
  const name = `drop_${'x'.repeat(LIMITS.eventTextChars)}`;
  const all = Array.from({ length: LIMITS.eventFindings + 1 }, () => book.secret);
  await book.clientSays({ ...DROP, params: { name, arguments: { all } } });
  await approvals.askedFor();
  const [{ tool, findings } = { tool: '', findings: [] }] = approvals.asked;
  expect([tool.length, findings.length]).toEqual([LIMITS.eventTextChars, LIMITS.eventFindings]);
});

test('two hundred calls are decided in any order, and each goes its own way once', async () => {
  const { book, approvals } = started();
  const ids = Array.from({ length: 200 }, (_, n) => n + 1);
  for (const id of ids) await book.clientSays(call(id, `DROP TABLE t${id}`));
  await approvals.waitedFor(ids.length);
  // Every third is denied; 77 has no divisor in common with 200, so that this is each of them, far from in order.
  for (const n of ids) {
    const at = (n * 77) % ids.length;
    approvals.say(at % 3 === 0 ? 'deny' : 'approve', at);
  }
  const approved = ids.filter((id) => (id - 1) % 3 !== 0);
  const sent = [];
  for (const _ of approved) sent.push(await book.nextToServer<typeof DROP>());
  expect(sent.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(approved);
  expect(sent.every(({ id, params }) => params.arguments.sql === `DROP TABLE t${id}`)).toBe(true);
  for (const _ of ids.slice(approved.length)) await book.clientGetsSoon({ error: { code: 47_003 } });
  expect(new Set(ids.map((id) => approvals.stateOf(id - 1)))).toEqual(new Set(['denied', 'consumed']));
});

test('calls that wait are not piled up without end, and there is room again when one is decided', async () => {
  const { book, approvals } = started();
  for (let n = 1; n <= LIMITS.openApprovals; n += 1) await book.clientSays(call(n, `DROP TABLE t${n}`));
  await approvals.waitedFor(LIMITS.openApprovals);
  await book.clientSays(call(0, 'DROP TABLE t0'));
  await book.clientGetsSoon({ ...denied('too many calls wait for that already'), id: 0 });
  approvals.say('deny');
  await book.clientGetsSoon({ ...denied('was denied'), id: LIMITS.openApprovals });
  await book.clientSays(call(0, 'DROP TABLE t0'));
  await approvals.askedFor(LIMITS.openApprovals + 1);
});

test('what the decider wrote goes to the client and into the log masked', async () => {
  const { book, approvals } = started();
  await book.clientSays(DROP);
  await approvals.askedFor();
  approvals.say('deny', 0, 'al', `use ${book.secret}`);
  await book.clientGetsSoon(denied(`use ${book.placeholder}`));
  expect(book.told).not.toContain(book.secret);
  expect(book.told).toContain(`use ${book.placeholder}`);
});

const RULE = 'rules: [{ id: q, on: { tool: query }, verdict: hold, reason: Queries wait. }]';
const ANSWERS = 'rules: [{ id: a, on: { direction: to_client }, verdict: hold, reason: Answers wait. }]';

test('an approval covers the answer', async () => {
  const approvals = new MemoryApprovals();
  const book = new Playbook({
    policy: createPolicy([parsePolicy(`version: 1\n${RULE}`, 'p.yaml', 'user')]),
    approvals,
  });
  void book.start();
  await book.clientSays(SELECT);
  await approvals.askedFor();
  approvals.say('approve');
  await book.serverGetsSoon(SELECT);
  await book.serverSays(answer(2));
  book.clientGets(answer(2));
});

test('an answer does not wait: where the policy wants that, it is refused', async () => {
  const approvals = new MemoryApprovals();
  const book = new Playbook({
    policy: createPolicy([parsePolicy(`version: 1\n${ANSWERS}`, 'p.yaml', 'user')]),
    approvals,
  });
  void book.start();
  await book.clientSays(SELECT);
  await book.serverGetsSoon(SELECT);
  await book.serverSays(answer(2));
  book.clientGets({
    id: 2,
    error: { message: expect.stringContaining('what a server says does not') as string },
  });
  expect(approvals.asked).toEqual([]);
});

test('a batch does not wait', async () => {
  const { book } = started();
  await book.clientSays([DROP, SELECT]);
  await book.clientGetsSoon({ error: { message: expect.stringContaining('single request') as string } });
});

test('what a policy denies is refused by its rule, and what it denies always is not listed', async () => {
  const text =
    'version: 1\nrules: [{ id: no-shell, on: { tool: shell }, verdict: deny, reason: No shells. }]';
  const book = new Playbook({ policy: createPolicy([parsePolicy(text, 'p.yaml', 'user')]) });
  void book.start();
  await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  await book.serverSays({ jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'shell' }, { name: 'query' }] } });
  book.clientGets({ jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'query' }] } });
  await book.clientSays({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'shell' } });
  book.clientGets({
    id: 2,
    error: { code: 47_001, message: expect.stringContaining('No shells.') as string },
  });
  expect(book.lastToServer()).toContain('tools/list');
});
