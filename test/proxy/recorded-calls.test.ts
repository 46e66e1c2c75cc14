import { expect, test } from 'vitest';

import { shippedPolicy } from '../../src/app/policy/policy-file.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import type { RecordBody } from '../../src/core/session/event.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Playbook } from '../helpers/playbook.ts';
import { inShort, type LogRecord, ReviewLog } from '../helpers/review-log.ts';

// What a review makes of what the proxy records: the words and order of its records, not ours.

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {}, url: {} } },
};

const call = (id: number, more: object = {}, sql = 'DROP TABLE users') => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'query', arguments: { sql }, ...more },
});
const done = (id: number) => ({ jsonrpc: '2.0', id, result: { resultType: 'complete', content: [] } });

interface Asked {
  readonly result: { readonly requestState: string };
}

function begin(): { book: Playbook; approvals: MemoryApprovals } {
  const approvals = new MemoryApprovals({ url: 'https://hub.example/approvals' });
  const book = new Playbook({ policy: createPolicy([shippedPolicy('approve')]), approvals });
  void book.start();
  return { book, approvals };
}

/** The rows of what was recorded, but for the start. */
function rows(book: Playbook): string[] {
  const [recorded] = JSON.parse(book.told) as [{ body: RecordBody; payload?: string }[]];
  return inShort(new ReviewLog(recorded satisfies LogRecord[]).index()).slice(1);
}

test('a call that is held, asked again and again, approved, and then asked for more is one', async () => {
  const { book, approvals } = begin();
  await book.clientSays(call(1, { _meta: META }));
  let { requestState } = (await book.nextToClient<Asked>()).result;
  await book.clientSays(call(2, { _meta: META, requestState }));
  await approvals.waitedFor(1);
  approvals.timePasses();
  ({ requestState } = (await book.nextToClient<Asked>()).result);
  // Another one goes on meanwhile.
  await book.clientSays(call(7, { _meta: META }, 'SELECT 1'));
  await book.nextToServer();
  approvals.say('approve');
  await book.clientSays(call(3, { _meta: META, requestState }));
  await book.nextToServer();
  await book.serverSays(
    '{"jsonrpc":"2.0","id":3,"result":{"resultType":"input_required","inputRequests":{"x":{"method":"roots/list"}},"requestState":"s"}}\n',
  );
  ({ requestState } = (await book.nextToClient<Asked>()).result);
  await book.serverSays(done(7));
  await book.clientSays(call(4, { _meta: META, inputResponses: { x: { roots: [] } }, requestState }));
  await book.nextToServer();
  await book.serverSays(done(4));
  expect(rows(book)).toEqual([
    'call | tools/call | 1 2 3 5 6 7 9 10 | allow | held | 9 ms',
    'call | tools/call | 4 8 | allow | 4 ms',
  ]);
});

test('a call that is held open, and one that nobody decided on until it was made again', async () => {
  const { book, approvals } = begin();
  await book.clientSays(call(1));
  for (let beat = 1; beat <= LIMITS.holdOpenMs / LIMITS.holdProgressMs; beat += 1) {
    await approvals.waitedFor(beat);
    approvals.timePasses();
  }
  await book.nextToClient();
  approvals.say('approve');
  await book.clientSays(call(2));
  await book.nextToServer();
  await book.serverSays(done(2));
  await book.clientSays(call(3, {}, 'DROP TABLE others'));
  await approvals.askedFor(2);
  approvals.say('deny');
  await book.nextToClient();
  await book.nextToClient();
  expect(rows(book)).toEqual([
    'call | tools/call | 1 2 3 4 5 | allow | held | 4 ms',
    'call | tools/call | 6 7 8 | deny | held',
  ]);
});

test('a call that its client takes back', async () => {
  const { book } = begin();
  await book.clientSays(call(5, {}, 'SELECT 1'));
  await book.nextToServer();
  await book.clientSays({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
  expect(rows(book)).toEqual(['call | tools/call | 1 2 | allow']);
});
