import { expect, test } from 'vitest';

import { shippedPolicy } from '../../src/app/policy/policy-file.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Playbook } from '../helpers/playbook.ts';

const ADDRESS = 'https://hub.example/approvals';
const DROP = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'query', arguments: { sql: 'DROP TABLE users' } },
};

interface Question {
  readonly id: string;
  readonly method: string;
  readonly params: Record<string, string>;
}

async function greeted({ url = ADDRESS, elicitation = { url: {} }, agreed = '2025-11-25' } = {}): Promise<{
  book: Playbook;
  approvals: MemoryApprovals;
}> {
  const approvals = new MemoryApprovals({ url });
  const book = new Playbook({ policy: createPolicy([shippedPolicy('approve')]), approvals });
  void book.start();
  const params = { protocolVersion: '2025-11-25', capabilities: { elicitation }, clientInfo: {} };
  await book.clientSays({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  await book.serverSays({ jsonrpc: '2.0', id: 0, result: { protocolVersion: agreed, capabilities: {} } });
  book.lastToServer();
  book.lastToClient();
  return { book, approvals };
}

async function asked(): Promise<{ book: Playbook; approvals: MemoryApprovals; question: Question }> {
  const { book, approvals } = await greeted();
  await book.clientSays(DROP);
  return { book, approvals, question: await book.nextToClient<Question>() };
}

const complete = { method: 'notifications/elicitation/complete', params: { elicitationId: 'apr_1' } };

test('a client of 2025-11-25 is asked to open the address, and its answer is for hallpass alone', async () => {
  const { book, approvals, question } = await asked();
  expect(question).toEqual({
    jsonrpc: '2.0',
    id: expect.stringMatching(/^hallpass-/) as string,
    method: 'elicitation/create',
    params: {
      mode: 'url',
      elicitationId: 'apr_1',
      url: `${ADDRESS}/apr_1`,
      message: 'hallpass holds query (apr_1): It may destroy something.',
    },
  });
  await book.clientSays({ jsonrpc: '2.0', id: question.id, result: { action: 'accept' } });
  expect(approvals.stateOf(0)).toBe('pending');
  approvals.say('approve');
  await book.clientGetsSoon(complete);
  await book.serverGetsSoon(DROP);
  book.logHolds({ body: { method: 'initialize' } });
  book.logHolds({ body: { id: '0' } });
  book.logHolds({ body: { kind: 'hold' } });
  book.logHolds({ body: { id: `"${question.id}"`, verdict: { outcome: 'allow', rule: 'hallpass' } } });
  book.logHolds({ body: { kind: 'decision', state: 'approved' } });
  book.logHolds({ body: { kind: 'message', id: '1' } });
  book.nothingElse();
});

test('who declines has taken the call back', async () => {
  const { book, approvals, question } = await asked();
  await book.clientSays({ jsonrpc: '2.0', id: question.id, result: { action: 'decline' } });
  await book.clientGetsSoon({ id: 1, error: { message: expect.stringContaining('taken back') as string } });
  expect(approvals.stateOf(0)).toBe('cancelled');
});

test.each([
  ['closes it', { result: { action: 'cancel' } }],
  ['can not open it', { error: { code: -32_602, message: 'no' } }],
  ['says nothing that is known', { result: {} }],
])('who %s still waits', async (_, answer) => {
  const { book, approvals, question } = await asked();
  await book.clientSays({ jsonrpc: '2.0', id: question.id, ...answer });
  approvals.say('approve');
  await book.clientGetsSoon(complete);
  await book.serverGetsSoon(DROP);
});

test('a question that nobody has answered when it is over is taken back, and a late answer goes nowhere', async () => {
  const { book, approvals, question } = await asked();
  approvals.say('deny');
  await book.clientGetsSoon({ method: 'notifications/cancelled', params: { requestId: question.id } });
  await book.clientGetsSoon(complete);
  await book.clientGetsSoon({ id: 1, error: { message: expect.stringContaining('was denied') as string } });
  await book.clientSays({ jsonrpc: '2.0', id: question.id, result: { action: 'accept' } });
  expect(() => book.lastToServer()).toThrow('got nothing');
});

test('after a while the call is answered, and what was asked is not said to be over', async () => {
  const { book, approvals, question } = await asked();
  await book.clientSays({ jsonrpc: '2.0', id: question.id, result: { action: 'accept' } });
  for (let wait = 1; wait <= LIMITS.holdOpenMs / LIMITS.holdProgressMs; wait += 1) {
    await approvals.waitedFor(wait);
    approvals.timePasses();
  }
  await book.clientGetsSoon({
    id: 1,
    error: { message: expect.stringContaining('same call again') as string },
  });
  approvals.say('approve');
  await book.clientSays({ ...DROP, id: 2 });
  await book.serverGetsSoon({ ...DROP, id: 2 });
});

test.each([
  ['has only forms', { elicitation: { form: {} } as object as { url: object } }],
  ['agreed on an older revision', { agreed: '2025-06-18' }],
  ['could be shown no address', { url: '' }],
])('a client that %s is asked nothing', async (_, how) => {
  const { book, approvals } = await greeted(how);
  await book.clientSays(DROP);
  await approvals.waitedFor(1);
  approvals.say('approve');
  await book.serverGetsSoon(DROP);
  expect(() => book.lastToClient()).toThrow('got nothing');
});

test('an answer to a question of the server’s goes to the server', async () => {
  const { book } = await greeted();
  await book.serverSays({ jsonrpc: '2.0', id: 'hallpass-1', method: 'elicitation/create', params: {} });
  await book.clientSays({ jsonrpc: '2.0', id: 'hallpass-1', result: { action: 'accept' } });
  await book.serverGetsSoon({ id: 'hallpass-1' });
});
