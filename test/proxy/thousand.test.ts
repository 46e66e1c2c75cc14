import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { HttpSessionsClientSide } from '../../src/proxy/client-side/http-sessions.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import { StdioPool } from '../../src/proxy/upstream/stdio-pool.ts';
import { StdioUpstream } from '../../src/proxy/upstream/stdio.ts';
import { FakeChild } from '../helpers/fake-child.ts';
import { httpProxy, httpUpstream, read, send } from '../helpers/http-proxy.ts';
import { FakeUpstream, json } from '../helpers/http-upstream.ts';
import { lineReader } from '../helpers/lines.ts';
import { Wiring } from '../helpers/wiring.ts';

const COUNT = 1_000;
const IDS = Array.from({ length: COUNT }, (_, n) => n + 1);
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const ERAS = ['2025-11-25', '2026-07-28'] as const;
type Era = (typeof ERAS)[number];

const call = (id: number, era: Era): object => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text: `text ${id}` }, ...(era === '2026-07-28' && { _meta: META }) },
});
const result = (id: unknown, text: unknown): object => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});
const headersOf = (era: Era): Record<string, string> => ({
  'content-type': 'application/json',
  'mcp-protocol-version': era,
  ...(era === '2026-07-28' && { 'mcp-method': 'tools/call', 'mcp-name': 'echo' }),
});
const INITIALIZE = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } };

/** Takes what is to be done for each of a thousand, and does it for all at once, the last first. */
function whenAllAreThere(): (answer: () => void) => void {
  const answers: (() => void)[] = [];
  return (answer) => {
    answers.push(answer);
    if (answers.length === COUNT) for (const one of answers.toReversed()) one();
  };
}

interface Called {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
}

const textOf = ({ params }: Called): unknown =>
  (params as { arguments?: { text?: unknown } } | undefined)?.arguments?.text;

const overHttp = (gather = whenAllAreThere()): Promise<FakeUpstream> =>
  FakeUpstream.start(({ message, response }) => {
    if (message.method === 'tools/call')
      return gather(() => json(response, result(message.id, textOf(message))));
    if (message.method !== 'initialize')
      return response.writeHead(message.id === undefined ? 202 : 405).end();
    const initialized = { jsonrpc: '2.0', id: message.id, result: { protocolVersion: '2025-11-25' } };
    return json(response, initialized, 200, { 'mcp-session-id': 's' });
  });

const overStdio = (): FakeChild => {
  const gather = whenAllAreThere();
  return new FakeChild((message, child) => {
    const { id, method } = message;
    if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25' } });
    if (method === 'tools/call') gather(() => child.say(result(id, textOf(message))));
  });
};

const expected = IDS.map((id) => result(id, `text ${id}`));

/** Asks a thousand times at once on stdio; the answers in the order of their ids. */
async function askOnStdio(
  era: Era,
  streams: { input: PassThrough; output: PassThrough },
): Promise<unknown[]> {
  const nextLine = lineReader(streams.output);
  const next = async (): Promise<{ id: number }> => JSON.parse(await nextLine()) as { id: number };
  const say = (message: object): void => void streams.input.write(`${JSON.stringify(message)}\n`);
  if (era === '2025-11-25') {
    say(INITIALIZE);
    expect(await next()).toMatchObject({ id: 0 });
  }
  for (const id of IDS) say(call(id, era));
  const answers: { id: number }[] = [];
  for (const _ of IDS) answers.push(await next());
  return answers.toSorted((a, b) => a.id - b.id);
}

describe.each(ERAS)('a thousand requests at once, of %s', (era) => {
  test('from stdio to stdio: each gets its answer', async () => {
    const wiring = new Wiring();
    const streams = { input: new PassThrough(), output: new PassThrough() };
    const client = new StdioClientSide(streams);
    const ended = wiring.run(client, new StdioUpstream({ child: overStdio(), lane: client.lane }));
    expect(await askOnStdio(era, streams)).toEqual(expected);
    wiring.stop();
    await ended;
  });

  test('from stdio to HTTP: each gets its answer', async () => {
    const wiring = new Wiring();
    const upstream = await overHttp();
    const streams = { input: new PassThrough(), output: new PassThrough() };
    const ended = wiring.run(new StdioClientSide(streams), httpUpstream(upstream.url, wiring));
    expect(await askOnStdio(era, streams)).toEqual(expected);
    wiring.stop();
    await upstream.close();
    await ended;
  });

  test.each([1, COUNT])('from HTTP to HTTP, of %d clients: each gets its answer', async (clients) => {
    const gather = whenAllAreThere();
    await using proxy = await httpProxy(({ message, response }) =>
      gather(() => json(response, result(message.id, textOf(message)))),
    );
    // Clients know nothing of each other, and may all begin with the same id.
    const idOf = (n: number): number => (clients === 1 ? n : 1);
    const session = (n: number): Record<string, string> =>
      era === '2025-11-25' ? { 'mcp-session-id': clients === 1 ? 's' : `s${n}` } : {};
    const answers = await Promise.all(
      IDS.map(async (n) => {
        const message = { ...call(n, era), id: idOf(n) };
        return (await proxy.post(message, { ...headersOf(era), ...session(n) })).json();
      }),
    );
    expect(answers).toEqual(IDS.map((n) => result(idOf(n), `text ${n}`)));
  });

  test('from HTTP to stdio: each gets its answer', async () => {
    const wiring = new Wiring();
    const token = randomBytes(24).toString('base64url');
    const ready = Promise.withResolvers<string>();
    const ended = wiring.run(
      new HttpSessionsClientSide({ port: 0, token, onReady: ready.resolve }),
      new StdioPool({
        startChild: () => Promise.resolve(overStdio()),
        openStderr: () => () => undefined,
        pending: wiring.pending,
      }),
    );
    const to = { url: await ready.promise, token };
    const post = async (message: object, headers: Record<string, string>) =>
      read(await send(to, { method: 'POST', headers, body: JSON.stringify(message) }));
    const headers = headersOf(era);
    if (era === '2025-11-25')
      headers['mcp-session-id'] = String((await post(INITIALIZE, headers)).headers['mcp-session-id']);
    const answers = await Promise.all(IDS.map(async (id) => (await post(call(id, era), headers)).json()));
    expect(answers).toEqual(expected);
    wiring.stop();
    await ended;
  });
});
