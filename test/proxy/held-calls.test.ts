import { expect, test } from 'vitest';

import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { parsePolicy, shippedPolicy } from '../../src/app/policy/policy-file.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Playbook } from '../helpers/playbook.ts';

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
