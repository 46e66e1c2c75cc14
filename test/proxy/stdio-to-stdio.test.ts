import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { RPC } from '../../src/core/jsonrpc/replies.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import type { Ended } from '../../src/proxy/proxy.ts';
import { StdioUpstream } from '../../src/proxy/upstream/stdio.ts';
import { FakeChild } from '../helpers/fake-child.ts';
import { lineReader } from '../helpers/lines.ts';
import { Wiring } from '../helpers/wiring.ts';

const call = (id: unknown, text: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text } },
});
const result = (id: unknown, text: string) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});

/** A client on stdio, the proxy, and a server on stdio. */
class Pipes {
  readonly wiring = new Wiring();
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly child: FakeChild;
  readonly ended: Promise<Ended>;

  constructor(onMessage?: ConstructorParameters<typeof FakeChild>[0]) {
    this.child = new FakeChild(onMessage);
    const client = new StdioClientSide({ input: this.input, output: this.output });
    this.ended = this.wiring.run(client, new StdioUpstream({ child: this.child, lane: client.lane }));
  }

  says(said: unknown): void {
    this.input.write(typeof said === 'string' ? said : `${JSON.stringify(said)}\n`);
  }
}

test('lines pass byte for byte both ways, whatever they end in', async () => {
  const pipes = new Pipes();
  const lines = [
    '{"jsonrpc":"2.0","id":1,"method":"a"}\n',
    '{ "jsonrpc" : "2.0","id":1.50,"method":"b" }\r\n',
    '{"jsonrpc":"2.0","method":"c"}',
  ];
  pipes.input.end(lines.join(''));
  await pipes.ended;
  expect(pipes.child.lines).toEqual([...lines.slice(0, 2), `${lines[2]}\n`]);
});

test('a line break within a message is a space for whoever reads lines', async () => {
  const pipes = new Pipes();
  const next = lineReader(pipes.output);
  pipes.says(`{"jsonrpc":"2.0","id":1,\r"method":"x"}\n`);
  await pipes.child.when(({ method }) => method === 'x');
  expect(pipes.child.lines).toEqual(['{"jsonrpc":"2.0","id":1, "method":"x"}\n']);
  pipes.child.say(`{"jsonrpc":"2.0","id":1,\r"result":{}}\r\n`);
  expect(await next()).toBe('{"jsonrpc":"2.0","id":1, "result":{}}');
  pipes.input.end();
  await pipes.ended;
});

describe('the end', () => {
  test('of the client lets the server finish, and its last answer go out', async () => {
    const pipes = new Pipes();
    const next = lineReader(pipes.output);
    pipes.says(call(1, 'x'));
    await pipes.child.when(({ id }) => id === 1);
    pipes.child.say(result(1, 'late'));
    pipes.input.end();
    expect(await pipes.ended).toMatchObject({ by: 'client' });
    expect(JSON.parse(await next())).toEqual(result(1, 'late'));
    expect(pipes.child.stopped).toEqual({ atOnce: false });
  });

  test('of the server answers who waits, after all that it still said', async () => {
    const pipes = new Pipes();
    const next = lineReader(pipes.output);
    pipes.says(call(1, 'x'));
    pipes.says(call(2, 'x'));
    await pipes.child.when(({ id }) => id === 2);
    pipes.child.say(result(1, 'last words'));
    pipes.child.exit(9);
    expect(await pipes.ended).toMatchObject({
      by: 'server',
      exitCode: 9,
      reason: 'it ended with exit code 9',
    });
    expect(JSON.parse(await next())).toEqual(result(1, 'last words'));
    expect(JSON.parse(await next())).toMatchObject({ id: 2, error: { code: RPC.upstream } });
  });

  test('of the client’s reading is the end of the client', async () => {
    const pipes = new Pipes();
    pipes.output.destroy(new Error('EPIPE'));
    expect(await pipes.ended).toMatchObject({ by: 'client' });
  });

  test('by a signal waits for no client that does not read', async () => {
    const pipes = new Pipes();
    pipes.says(call(1, 'x'));
    await pipes.child.when(({ id }) => id === 1);
    for (let i = 0; i < 100; i += 1)
      pipes.child.say({ jsonrpc: '2.0', method: 'n', params: { filler: 'x'.repeat(10_000) } });
    pipes.wiring.stop();
    expect(await pipes.ended).toMatchObject({ by: 'signal' });
  });
});

test('a server that reads slowly slows the client down, and nothing is lost', async () => {
  const pipes = new Pipes();
  pipes.child.stdin.pause();
  const count = 2_000;
  for (let id = 0; id < count; id += 1) pipes.says(call(id, 'x'.repeat(100)));
  await new Promise((resolve) => setImmediate(resolve));
  pipes.child.stdin.resume();
  await pipes.child.when(({ id }) => id === count - 1);
  expect(pipes.child.messages.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, id) => id));
  pipes.input.end();
  await pipes.ended;
});
