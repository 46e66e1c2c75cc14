import { expect, test } from 'vitest';

import { shippedPolicy } from '../../src/app/policy/policy-file.ts';
import { RPC } from '../../src/core/jsonrpc/replies.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { countEvent, NO_COUNTS } from '../../src/core/session/counts.ts';
import type { MessageBody } from '../../src/core/session/event.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Playbook, type PlaybookOptions } from '../helpers/playbook.ts';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {}, url: {} } },
};
const ADDRESS = 'https://hub.example/approvals';

const call = (id: number, more: object = {}, sql = 'DROP TABLE users') => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'query', arguments: { sql }, _meta: META, ...more },
});

interface Asked {
  readonly result: {
    readonly resultType: string;
    readonly requestState: string;
    readonly inputRequests?: Record<string, unknown>;
  };
}

const accepts = { hallpass_approval: { action: 'accept' } };
const done = (id: number) => ({ jsonrpc: '2.0', id, result: { resultType: 'complete', content: [] } });

function begin(
  approvals = new MemoryApprovals({ url: ADDRESS }),
  options: PlaybookOptions = {},
): { book: Playbook; approvals: MemoryApprovals } {
  const book = new Playbook({ policy: createPolicy([shippedPolicy('approve')]), approvals, ...options });
  void book.start();
  return { book, approvals };
}

/** The first round: what the client is told at once. */
async function firstRound(book: Playbook): Promise<string> {
  await book.clientSays(call(1));
  return (await book.nextToClient<Asked>()).result.requestState;
}

const refused = (id: number, why: string, code: number = RPC.held) => ({
  jsonrpc: '2.0',
  id,
  error: { code, message: expect.stringContaining(why) as string },
});

test('the client is shown where the call is decided, calls again, waits, and the server gets the first call', async () => {
  const { book, approvals } = begin();
  await book.clientSays(call(1));
  const { result } = await book.nextToClient<Asked>();
  expect(result).toEqual({
    resultType: 'input_required',
    inputRequests: {
      hallpass_approval: {
        method: 'elicitation/create',
        params: {
          mode: 'url',
          url: `${ADDRESS}/apr_1`,
          message: 'hallpass holds query (apr_1): It may destroy something.',
        },
      },
    },
    requestState: expect.stringMatching(/^hpr1\.[\w-]+$/) as string,
  });
  const { requestState } = result;
  await book.clientSays(JSON.stringify(call(2, { inputResponses: accepts, requestState })));
  await approvals.waitedFor(1);
  expect(approvals.waits).toEqual([0, LIMITS.holdRoundMs]);
  approvals.say('approve');
  // As the client wrote it at first, but for the id.
  await book.serverGetsSoon(JSON.stringify(call(2)));
  book.logHolds({ body: { kind: 'hold', approval: 'apr_1', rule: 'approve/destructive' } });
  book.logHolds({ body: { kind: 'message', id: '1', verdict: { outcome: 'hold' } } });
  book.logHolds({ body: { kind: 'decision', state: 'approved' } });
  book.logHolds({ body: { kind: 'message', id: '2', verdict: { outcome: 'allow' } } });
  await book.serverSays(done(2));
  book.clientGets(done(2));
});

test('accepting to look is not approving', async () => {
  const { book, approvals } = begin();
  let requestState = await firstRound(book);
  for (let round = 2; round <= LIMITS.holdRounds; round += 1) {
    await book.clientSays(call(round, { inputResponses: accepts, requestState }));
    await approvals.waitedFor(round - 1);
    approvals.timePasses();
    const { result } = await book.nextToClient<Asked>();
    // It is shown once.
    expect(result).not.toHaveProperty('inputRequests');
    ({ requestState } = result);
  }
  await book.clientSays(call(9, { requestState }));
  await approvals.waitedFor(LIMITS.holdRounds);
  approvals.timePasses();
  await book.clientGetsSoon(refused(9, 'apr_1 is not decided yet'));
  expect(book.order).not.toContain('to server');
  approvals.say('approve');
  await book.clientSays(call(10));
  await book.serverGetsSoon(call(10));
  expect(approvals.asked).toHaveLength(1);
});

test('where there is no address to show the client is only asked to call again', async () => {
  const { book, approvals } = begin(new MemoryApprovals());
  await book.clientSays(call(1));
  const { result } = await book.nextToClient<Asked>();
  expect(Object.keys(result)).toEqual(['resultType', 'requestState']);
  await book.clientSays(call(2, { requestState: result.requestState }));
  approvals.say('approve');
  await book.serverGetsSoon(call(2));
});

test('who would not look takes the question back', async () => {
  const { book, approvals } = begin();
  const requestState = await firstRound(book);
  const inputResponses = { hallpass_approval: { action: 'decline' } };
  await book.clientSays(call(2, { inputResponses, requestState }));
  await book.clientGetsSoon(refused(2, 'taken back'));
  expect(approvals.stateOf(0)).toBe('cancelled');
});

test('what was denied between two rounds is not asked for once more', async () => {
  const { book, approvals } = begin();
  const requestState = await firstRound(book);
  approvals.say('deny');
  await book.clientSays(call(2, { requestState }));
  await book.clientGetsSoon(refused(2, 'apr_1 was denied: fine'));
  expect(approvals.asked).toHaveLength(1);
});

test.each([
  ['another argument', (state: string) => call(2, { requestState: state }, 'DROP TABLE users;')],
  ['one byte changed', (state: string) => call(2, { requestState: flipped(state) })],
  ['nothing of ours but the name', () => call(2, { requestState: 'hpr1.AAAA' })],
])('a state that comes with %s is refused', async (_, again) => {
  const { book, approvals } = begin();
  const requestState = await firstRound(book);
  await book.clientSays(again(requestState));
  await book.clientGetsSoon(refused(2, 'requestState', RPC.invalidParams));
  expect(approvals.asked).toHaveLength(1);
  expect(book.order).not.toContain('to server');
});

function flipped(state: string): string {
  const at = Math.floor(state.length / 2);
  return `${state.slice(0, at)}${state[at] === 'A' ? 'B' : 'A'}${state.slice(at + 1)}`;
}

test('a state that comes twice is refused', async () => {
  const { book, approvals } = begin();
  const requestState = await firstRound(book);
  await book.clientSays(call(2, { requestState }));
  await approvals.waitedFor(1);
  await book.clientSays(call(3, { requestState }));
  await book.clientGetsSoon(refused(3, 'requestState', RPC.invalidParams));
  approvals.say('approve');
  await book.serverGetsSoon(call(2));
});

test('a state of another workspace is refused, one of a proxy that was killed is good', async () => {
  const approvals = new MemoryApprovals({ url: ADDRESS });
  const requestState = await firstRound(begin(approvals).book);
  const foreign = begin(approvals, { holdKey: new Uint8Array(32).fill(1) }).book;
  await foreign.clientSays(call(2, { requestState }));
  await foreign.clientGetsSoon(refused(2, 'requestState', RPC.invalidParams));
  const { book } = begin(approvals, { session: 'session-2' });
  approvals.say('approve', 0);
  await book.clientSays(call(3, { requestState }));
  await book.serverGetsSoon(call(3));
  expect(approvals.stateOf(0)).toBe('consumed');
  book.logHolds({ body: { kind: 'hold', approval: 'apr_1' } });
});

test('a proxy that was killed is not asked anew for what was denied meanwhile', async () => {
  const approvals = new MemoryApprovals({ url: ADDRESS });
  const requestState = await firstRound(begin(approvals).book);
  approvals.say('deny', 0);
  const { book } = begin(approvals, { session: 'session-2' });
  await book.clientSays(call(2, { requestState }));
  await book.clientGetsSoon(refused(2, 'is over'));
  expect(approvals.asked.map((_, at) => approvals.stateOf(at))).not.toContain('pending');
});

test('a client that can show no address is held open', async () => {
  const { book, approvals } = begin();
  const _meta = { ...META, 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
  await book.clientSays(call(1, { _meta }));
  await approvals.waitedFor(1);
  approvals.say('approve');
  await book.serverGetsSoon(call(1, { _meta }));
});

/** What the server wants to know of a call that was approved, as its very bytes. */
const WISH = (id: number, state: string) =>
  `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"input_required" ,"inputRequests":{"x":{"method":"roots/list"}}${state}}}`;

async function approvedAndAsked(state: string): Promise<{
  book: Playbook;
  approvals: MemoryApprovals;
  requestState: string;
}> {
  const { book, approvals } = begin();
  const first = await firstRound(book);
  approvals.say('approve');
  await book.clientSays(call(2, { requestState: first }));
  await book.serverGetsSoon(call(2));
  await book.serverSays(WISH(2, state));
  const { result } = await book.nextToClient<Asked>();
  expect(result).toMatchObject({ resultType: 'input_required', inputRequests: { x: {} } });
  return { book, approvals, requestState: result.requestState };
}

test('later rounds of an approved call need no approval, and the server gets its own state byte for byte', async () => {
  const state = String.raw`a\u00e9\/b= "`.replace(' "', String.raw` \"`);
  const { book, approvals, requestState } = await approvedAndAsked(`,"requestState":"${state}"`);
  expect(requestState).toMatch(/^hpr1\./);
  const inputResponses = { x: { roots: [] } };
  const sent = JSON.stringify(call(3, { inputResponses, requestState }));
  await book.clientSays(sent);
  await book.serverGetsSoon(sent.replace(requestState, () => state));
  expect(approvals.asked).toHaveLength(1);
  await book.clientSays(call(4, { inputResponses, requestState }));
  await book.clientGetsSoon(refused(4, 'requestState', RPC.invalidParams));
});

test('a server without a state of its own sees none of ours', async () => {
  const { book, requestState } = await approvedAndAsked('');
  await book.clientSays(JSON.stringify(call(3, { inputResponses: { x: {} }, requestState })));
  await book.serverGetsSoon(JSON.stringify(call(3, { inputResponses: { x: {} } })));
  await book.serverSays(done(3));
  book.clientGets(done(3));
});

test('the state of an approved call is good for that call only, and in its own session only', async () => {
  const { book, approvals, requestState } = await approvedAndAsked(',"requestState":"s"');
  await book.clientSays(call(3, { requestState }, 'DROP TABLE other'));
  await book.clientGetsSoon(refused(3, 'requestState', RPC.invalidParams));
  const later = begin(approvals, { session: 'session-2' }).book;
  await later.clientSays(call(4, { requestState }));
  await later.clientGetsSoon(refused(4, 'requestState', RPC.invalidParams));
  expect(approvals.asked).toHaveLength(1);
});

test('answers for the server are part of what is approved', async () => {
  const { book, approvals } = begin();
  const brings = (id: number, answer: string) =>
    call(id, { inputResponses: { x: { answer } }, requestState: 'the server’s' });
  await book.clientSays(brings(1, 'a'));
  await approvals.waitedFor(1);
  await book.clientSays(brings(2, 'b'));
  await approvals.askedFor(2);
  approvals.say('approve', 0);
  await book.serverGetsSoon(brings(1, 'a'));
  expect(approvals.stateOf(1)).toBe('pending');
});

test('a state that is nobody’s but the server’s passes where nothing is held', async () => {
  const { book } = begin();
  const sent = call(1, { requestState: 'hpr1.made-by-another-hallpass' }, 'SELECT 1');
  await book.clientSays(sent);
  book.serverGets(sent);
});

test('a cancelled wait takes its approval back', async () => {
  const { book, approvals } = begin();
  const requestState = await firstRound(book);
  await book.clientSays(call(2, { requestState }));
  await approvals.waitedFor(1);
  await book.clientSays({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
  await book.clientGetsSoon(refused(2, 'taken back'));
  expect(approvals.stateOf(0)).toBe('cancelled');
});

test.each([
  ['approve', 0],
  ['deny', 1],
] as const)('a call that is asked again counts as one, after somebody says %s', async (word, refusals) => {
  const { book, approvals } = begin();
  let requestState = await firstRound(book);
  for (const id of [2, 3]) {
    await book.clientSays(call(id, { inputResponses: accepts, requestState }));
    await approvals.waitedFor(id - 1);
    approvals.timePasses();
    ({ requestState } = (await book.nextToClient<Asked>()).result);
  }
  approvals.say(word);
  await book.clientSays(call(4, { inputResponses: accepts, requestState }));
  if (word === 'approve') await book.serverGetsSoon(call(4));
  else await book.clientGetsSoon(refused(4, 'was denied'));
  const messages = book.events('message') as unknown as MessageBody[];
  expect(messages.map(({ waits }) => waits)).toEqual([true, true, true, undefined]);
  expect(messages.reduce(countEvent, NO_COUNTS)).toMatchObject({ to_server: 4, refused: refusals });
});
