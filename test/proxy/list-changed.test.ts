import { expect, test } from 'vitest';

import { parsePolicy } from '../../src/app/policy/policy-file.ts';
import { acceptPending } from '../../src/core/policy/definitions/pins.ts';
import { DefinitionWatch } from '../../src/core/policy/definitions/watch.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { LivePolicy, type PolicyInForce } from '../../src/core/policy/live-policy.ts';
import { MemoryPins } from '../../src/platform/definition-pins.ts';
import { asTool, RULES } from '../helpers/definitions.ts';
import { httpProxy } from '../helpers/http-proxy.ts';
import { Playbook, type PlaybookOptions } from '../helpers/playbook.ts';
import { Wiring } from '../helpers/wiring.ts';

const CHANGED = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';
const SHOWN = inForce('');
const HIDDEN = inForce('{ id: no-drops, on: { tool: drop }, verdict: deny }');
const OTHER = inForce('{ id: none-of-that, on: { tool: other }, verdict: deny }');

function inForce(rule: string): PolicyInForce {
  const policy = createPolicy([parsePolicy(`version: 1\nrules: [${rule}]\n`, 'p.yaml', 'hub')]);
  return { policy, masking: undefined, central: undefined };
}

interface Begun {
  readonly book: Playbook;
  readonly policy: LivePolicy;
  readonly list: (id: number) => Promise<string>;
}

function begun(options: PlaybookOptions = {}, tools: readonly string[] = ['read', 'drop']): Begun {
  const policy = new LivePolicy(SHOWN, () => 0);
  const book = new Playbook({ policy, ...options });
  void book.start();
  const list = async (id: number): Promise<string> => {
    await book.clientSays({ jsonrpc: '2.0', id, method: 'tools/list' });
    await book.serverSays({ jsonrpc: '2.0', id, result: { tools: tools.map(asTool) } });
    return book.lastToClient();
  };
  return { book, policy, list };
}

/** The handshake of the older revisions. */
async function greeted(book: Playbook, capabilities: object): Promise<void> {
  await book.clientSays({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
  await book.serverSays({ jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-11-25', capabilities } });
  expect(book.lastToClient()).toContain('protocolVersion');
}

/** Nothing more has gone to the client. */
function isQuiet(book: Playbook): void {
  expect(() => book.lastToClient()).toThrow('the client got nothing');
}

test('a client is told when another policy hides a tool that it was shown, and when it shows it again', async () => {
  const { book, policy, list } = begun();
  await greeted(book, { tools: { listChanged: true } });
  policy.use(HIDDEN);
  await list(1);
  policy.use(SHOWN);
  await book.clientGetsSoon(CHANGED);
  expect(await list(2)).toContain('"drop"');
  policy.use(HIDDEN);
  await book.clientGetsSoon(CHANGED);
  expect(await list(3)).not.toContain('"drop"');
  policy.use(OTHER);
  await book.clientGetsSoon(CHANGED);
  expect(await list(4)).toContain('"drop"');
});

test('it is not told of a policy that shows the same tools', async () => {
  const { book, policy, list } = begun();
  await greeted(book, { tools: { listChanged: true } });
  await list(1);
  policy.use(OTHER);
  await list(2);
  isQuiet(book);
});

test.each([
  ['does not say that it would tell', { tools: {} }],
  ['says so of other lists', { tools: { listChanged: false }, prompts: { listChanged: true } }],
])('nor where the server %s', async (_case, capabilities) => {
  const { book, policy, list } = begun();
  await greeted(book, capabilities);
  await list(1);
  policy.use(HIDDEN);
  expect(await list(2)).not.toContain('"drop"');
  isQuiet(book);
});

const listen = (id: number | string) => ({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params: {} });
const acknowledged = (id: number | string, notifications: object) => ({
  jsonrpc: '2.0',
  method: 'notifications/subscriptions/acknowledged',
  params: { _meta: { 'io.modelcontextprotocol/subscriptionId': id }, notifications },
});

test('from 2026-07-28 on it is told on each subscription that was acknowledged for that, until it ends', async () => {
  const { book, policy, list } = begun();
  const asked: [number | string, object][] = [
    [7, { toolsListChanged: true }],
    ['a"b', { toolsListChanged: true, promptsListChanged: true }],
    [9, { promptsListChanged: true }],
    [10, { toolsListChanged: true }],
    [11, { toolsListChanged: true }],
    [12, { toolsListChanged: true }],
  ];
  for (const [id, filter] of asked) {
    await book.clientSays(listen(id));
    await book.serverSays(acknowledged(id, filter));
    expect(book.lastToClient()).toContain('acknowledged');
  }
  await list(1);
  const cancelled = (requestId: number) => ({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId },
  });
  await book.clientSays(cancelled(10));
  await book.serverSays(cancelled(11));
  book.clientGets(cancelled(11));
  await book.serverSays({ jsonrpc: '2.0', id: 12, result: {} });
  book.clientGets({ id: 12 });
  policy.use(HIDDEN);
  for (const id of [7, 'a"b'])
    await book.clientGetsSoon({
      method: 'notifications/tools/list_changed',
      params: { _meta: { 'io.modelcontextprotocol/subscriptionId': id } },
    });
  isQuiet(book);
});

test('it is told when somebody accepts what was hidden, and not where nothing is', async () => {
  for (const [rules, isTold] of [
    [RULES.approve, true],
    [RULES.guard, false],
  ] as const) {
    const pins = new SharedPins();
    const definitions = new DefinitionWatch({ key: new Uint8Array(32), store: pins, rules, wall: () => 1 });
    const { book, list } = begun({ definitions });
    await greeted(book, { tools: { listChanged: true } });
    await list(1);
    const changed = { ...asTool('drop'), description: 'Does more.' };
    await book.clientSays({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    await book.serverSays({ jsonrpc: '2.0', id: 2, result: { tools: [asTool('read'), changed] } });
    expect(book.lastToClient().includes('"drop"')).toBe(!isTold);
    pins.update((now) => acceptPending(now, now.pending, 2));
    pins.changedElsewhere();
    if (isTold) await book.clientGetsSoon(CHANGED);
    else isQuiet(book);
    pins.changedElsewhere();
    await book.clientSays({ jsonrpc: '2.0', id: 3, method: 'ping' });
    isQuiet(book);
  }
});

/** Pins that another process writes, too. */
class SharedPins extends MemoryPins {
  changedElsewhere: () => void = () => undefined;

  watch(changed: () => void): () => void {
    this.changedElsewhere = changed;
    return () => undefined;
  }
}

test('over HTTP it is told on the stream that its session has opened', async () => {
  const policy = new LivePolicy(SHOWN, () => 0);
  const capabilities = { tools: { listChanged: true } };
  await using proxy = await httpProxy(
    ({ method, message, response }) => {
      if (method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
        return;
      }
      const result =
        message.method === 'initialize'
          ? { protocolVersion: '2025-11-25', capabilities }
          : { tools: [asTool('drop')] };
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's1' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    },
    { wiring: new Wiring({ policy }) },
  );
  await proxy.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
  const stream = await proxy.bare('GET', { 'mcp-session-id': 's1' });
  await proxy.post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { 'mcp-session-id': 's1' });
  policy.use(HIDDEN);
  let said = '';
  for await (const chunk of stream) {
    said += String(chunk);
    if (said.includes('list_changed')) break;
  }
  expect(said).toBe(`: open\n\nevent: message\ndata: ${CHANGED}\n\n`);
});

test('a list that comes in a batch lacks what is denied, too', async () => {
  const policy = new LivePolicy(HIDDEN, () => 0);
  const { book } = begun({ policy });
  const ask = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/list' });
  await book.clientSays([ask(1), { jsonrpc: '2.0', id: 2, method: 'ping' }, ask(3)]);
  const answer = (id: number, names: readonly string[]) => ({
    jsonrpc: '2.0',
    id,
    result: { tools: names.map(asTool) },
  });
  await book.serverSays([
    answer(1, ['drop', 'read']),
    { jsonrpc: '2.0', id: 2, result: {} },
    answer(3, ['write', 'drop']),
  ]);
  const answers = JSON.parse(book.lastToClient()) as { result: { tools?: { name: string }[] } }[];
  expect(answers.map(({ result }) => result.tools?.map(({ name }) => name))).toEqual([
    ['read'],
    undefined,
    ['write'],
  ]);
  expect(book.notes).toEqual(['1 of 2 tools are hidden: the policy denies them']);
});
