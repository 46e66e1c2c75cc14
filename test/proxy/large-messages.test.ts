import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { RPC } from '../../src/core/jsonrpc/replies.ts';
import type { Lane } from '../../src/core/lane.ts';
import { LIMITS } from '../../src/core/limits.ts';
import type { Message } from '../../src/core/message.ts';
import type { Pace } from '../../src/core/slices.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import { runProxy, type ClientSide, type Pass } from '../../src/proxy/proxy.ts';
import { playbook } from '../helpers/playbook.ts';
import { Wiring } from '../helpers/wiring.ts';

const SLICE = 1_000;
const LONG = 'lorem ipsum '.repeat(1_000);
const CANCEL = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };

const call = (id: number, text: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'x', arguments: { text } },
});
const result = (id: number, text: string) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});

/** A pace that stands still between slices until `goOn` is called. */
class Gate implements Pace {
  readonly bytes = SLICE;
  pauses = 0;
  readonly #open = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();

  /** Resolves when something large has been begun and left lying. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  readonly pause = (): Promise<void> => {
    this.pauses += 1;
    this.#reached.resolve();
    return this.#open.promise;
  };

  goOn(): void {
    this.#open.resolve();
  }
}

/** A proxy whose client side hands its messages to `pass`, and what arrived where. */
function proxyAt(pace: Pace, serve?: ClientSide['serve']) {
  const wiring = new Wiring();
  const ready = Promise.withResolvers<Pass>();
  const served = Promise.withResolvers<void>();
  const arrived: string[] = [];
  const client: ClientSide = {
    serve: async (pass, bare, refused) => {
      ready.resolve(pass);
      await serve?.(pass, bare, refused);
      served.resolve();
      return new Promise(() => undefined);
    },
    close: () => Promise.resolve(),
  };
  const upstream = {
    start: () => Promise.resolve(),
    ended: new Promise<never>(() => undefined),
    send: async (_message: Message, bytes: Uint8Array) => {
      arrived.push(summary('server', bytes));
      await Promise.resolve();
    },
    bare: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const lane = (scope: string): Lane => ({
    scope,
    signal: new AbortController().signal,
    send: async (bytes) => {
      arrived.push(summary(scope, bytes));
      await Promise.resolve();
    },
  });
  void runProxy({ client, upstream, deps: { ...wiring.deps, pace }, stopped: new Promise(() => undefined) });
  return { pass: ready.promise, served: served.promise, arrived, lane };
}

function summary(to: string, bytes: Uint8Array): string {
  const { id, method } = JSON.parse(Buffer.from(bytes).toString()) as { id?: number; method?: string };
  return `${to}: ${method ?? 'answer'} ${id ?? ''}`.trim();
}

const raw = (message: object): Uint8Array => Buffer.from(JSON.stringify(message));

test('while one lane’s large message is inspected, the messages of another go through', async () => {
  const gate = new Gate();
  const { pass, arrived, lane } = proxyAt(gate);
  const say = await pass;
  const large = say({ direction: 'to_server', raw: raw(call(1, LONG)), lane: lane('a') });
  await gate.reached;
  await say({ direction: 'to_server', raw: raw(call(2, 'short')), lane: lane('b') });
  await say({ direction: 'to_client', raw: raw(result(2, 'done')), lane: lane('b') });
  expect(arrived).toEqual(['server: tools/call 2', 'b: answer 2']);
  gate.goOn();
  await large;
  expect(arrived.slice(2)).toEqual(['server: tools/call 1']);
});

test('on stdio what was said after a large message goes after it, its cancellation too', async () => {
  const gate = new Gate();
  const input = new PassThrough();
  const stdio = new StdioClientSide({ input, output: new PassThrough() });
  const { arrived, served } = proxyAt(gate, (pass) => stdio.serve(pass));
  const said = [call(1, LONG), CANCEL, call(2, 'short')];
  input.end(said.map((message) => `${JSON.stringify(message)}\n`).join(''));
  await gate.reached;
  await turn();
  expect(arrived).toEqual([]);
  gate.goOn();
  await served;
  expect(arrived).toEqual([
    'server: tools/call 1',
    'server: notifications/cancelled',
    'server: tools/call 2',
  ]);
});

test('over HTTP a cancellation waits for the large requests before it of the same session, and nothing else does', async () => {
  const gate = new Gate();
  const { pass, arrived, lane } = proxyAt(gate);
  const say = await pass;
  const large = say({ direction: 'to_server', raw: raw(call(1, LONG)), lane: lane('session') });
  await gate.reached;
  const cancelling = say({ direction: 'to_server', raw: raw(CANCEL), lane: lane('session') });
  await say({ direction: 'to_server', raw: raw(call(2, 'short')), lane: lane('session') });
  await say({ direction: 'to_server', raw: raw(CANCEL), lane: lane('another') });
  await say({ direction: 'to_server', raw: Buffer.from('no message'), lane: lane('session') });
  expect(arrived).toEqual(['server: tools/call 2', 'server: notifications/cancelled', 'session: answer']);
  gate.goOn();
  await Promise.all([large, cancelling]);
  expect(arrived.slice(3)).toEqual(['server: tools/call 1', 'server: notifications/cancelled']);
});

test('while a large answer is inspected its call can still be cancelled', async () => {
  const gate = new Gate();
  const { pass, arrived, lane } = proxyAt(gate);
  const say = await pass;
  const stdio = lane('stdio');
  await say({ direction: 'to_server', raw: raw(call(1, 'x')), lane: stdio });
  const answer = say({ direction: 'to_client', raw: raw(result(1, LONG)), lane: stdio });
  await gate.reached;
  await say({ direction: 'to_server', raw: raw(CANCEL), lane: stdio });
  expect(arrived).toEqual(['server: tools/call 1', 'server: notifications/cancelled']);
  gate.goOn();
  await answer;
  expect(arrived.slice(2)).toEqual(['stdio: answer 1']);
});

test('what is no larger than a slice waits for nobody', async () => {
  const pause = (): never => {
    throw new Error('there is nothing to wait for');
  };
  const message = JSON.stringify(call(1, LONG));
  const book = playbook({ pace: { bytes: message.length, pause } });
  await book.clientSays(message);
  book.serverGets(message);
});

test('the event loop turns at least twice for each slice of a large message: once to read it, once to mask it', async () => {
  let pauses = 0;
  const count = (): Promise<void> => {
    pauses += 1;
    return Promise.resolve();
  };
  const book = playbook({ pace: { bytes: LIMITS.yieldBytes, pause: count } });
  const message = JSON.stringify(call(1, 'x'.repeat(5 * LIMITS.yieldBytes)));
  await book.clientSays(message);
  book.serverGets(message);
  expect(pauses).toBeGreaterThanOrEqual(10);
});

test('a secret at the end of a large message is masked, and the masked message read in slices too', async () => {
  let pauses = 0;
  const count = (): Promise<void> => {
    pauses += 1;
    return Promise.resolve();
  };
  const book = playbook({ pace: { bytes: SLICE, pause: count } });
  await book.clientSays(call(1, `${LONG}\n${book.secret}`));
  book.serverGets(call(1, `${LONG}\n${book.placeholder}`));
  expect(pauses).toBeGreaterThanOrEqual((3 * LONG.length) / SLICE);
  book.logHolds({ body: { findings: [{ at: '/params/arguments/text', placeholder: book.placeholder }] } });
});

test('a large message that can not be read is recorded masked, and answered', async () => {
  const book = playbook({ pace: { bytes: SLICE, pause: () => turn() } });
  await book.clientSays(call(1, 'x'));
  book.serverGets({ id: 1 });
  book.logHolds({ body: { kind: 'message' } });
  const broken = (text: string): string =>
    `{"result":{"text":"${LONG} key=${text}","n":NaN},"jsonrpc":"2.0","id":1}`;
  await book.serverSays(broken(book.secret));
  book.clientGets({ id: 1, error: { code: RPC.parseError } });
  book.logHolds({ body: { kind: 'refused' }, payload: broken(book.placeholder) });
  book.nothingElse();
});
