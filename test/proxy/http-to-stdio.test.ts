import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { HallpassError } from '../../src/core/errors.ts';
import { PROTOCOL_VERSION } from '../../src/core/jsonrpc/envelope.ts';
import { RPC } from '../../src/core/jsonrpc/replies.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { HttpSessionsClientSide } from '../../src/proxy/client-side/http-sessions.ts';
import { StdioPool } from '../../src/proxy/upstream/stdio-pool.ts';
import { FakeChild } from '../helpers/fake-child.ts';
import { type Answer, read, reader, send } from '../helpers/http-proxy.ts';
import { Wiring } from '../helpers/wiring.ts';

type OnMessage = ConstructorParameters<typeof FakeChild>[0];

const call = (id: unknown, text: string, meta?: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text }, ...(meta && { _meta: meta }) },
});
const result = (id: unknown, text: unknown) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A call as a client without sessions makes it. */
const modern = (id: unknown, text: string, meta: object = {}) => call(id, text, { ...META, ...meta });

/** What 2026-07-28 wants in headers. */
function headersOf(message: unknown): Record<string, string> {
  const { method, params } = message as { method?: string; params?: { name?: string; _meta?: object } };
  if (params?._meta === undefined || !(PROTOCOL_VERSION in params._meta)) return {};
  return {
    'mcp-protocol-version': '2026-07-28',
    ...(method !== undefined && { 'mcp-method': method }),
    ...(params.name !== undefined && { 'mcp-name': params.name }),
  };
}

/** Answers every request; the text of a call comes back. */
const echo: OnMessage = ({ id, method, params }, child) => {
  if (id === undefined || method === undefined) return;
  if (method === 'initialize')
    return child.say({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25' } });
  const { text } = (params as { arguments: { text: string } }).arguments;
  return child.say(result(id, text));
};

/** HTTP clients before servers on stdio. */
class Hub {
  readonly wiring = new Wiring();
  readonly token = randomBytes(24).toString('base64url');
  /** Every server that was started, in order. */
  readonly children: FakeChild[] = [];
  readonly stderr: string[] = [];
  readonly ended: Promise<unknown>;
  /** Set to make the start of the next server fail. */
  startFault: Error | undefined;
  url = '';
  readonly #ready = Promise.withResolvers<string>();

  constructor(onMessage: OnMessage) {
    const client = new HttpSessionsClientSide({ port: 0, token: this.token, onReady: this.#ready.resolve });
    const pool = new StdioPool({
      startChild: async () => {
        await Promise.resolve();
        if (this.startFault !== undefined) throw this.startFault;
        const child = new FakeChild(onMessage);
        this.children.push(child);
        return child;
      },
      openStderr: () => (chunk) =>
        void this.stderr.push(chunk === undefined ? 'end' : Buffer.from(chunk).toString()),
      pending: this.wiring.pending,
    });
    this.ended = this.wiring.run(client, pool);
  }

  async ready(): Promise<this> {
    this.url = await this.#ready.promise;
    return this;
  }

  async post(message: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return read(await this.open(message, headers));
  }

  open(message: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    return send(this, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersOf(message), ...headers },
      body,
      signal,
    });
  }

  bare(method: 'GET' | 'DELETE', session?: string) {
    return send(this, { method, headers: session === undefined ? {} : { 'mcp-session-id': session } });
  }

  /** Opens a session of the older revisions; returns its header. */
  async session(id: unknown = 0): Promise<{ 'mcp-session-id': string }> {
    const { headers } = await this.post({ jsonrpc: '2.0', id, method: 'initialize', params: {} });
    return { 'mcp-session-id': String(headers['mcp-session-id']) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wiring.stop();
    await this.ended;
  }
}

async function hub(onMessage: OnMessage = echo): Promise<Hub> {
  return new Hub(onMessage).ready();
}

describe('sessions of the older revisions', () => {
  test('each have their own server, told by the session’s id', async () => {
    await using at = await hub();
    const [a, b] = [await at.session(), await at.session()];
    expect(a['mcp-session-id']).not.toBe(b['mcp-session-id']);
    const answers = await Promise.all([at.post(call(1, 'of a'), a), at.post(call(1, 'of b'), b)]);
    expect(answers.map((answer) => answer.json())).toEqual([result(1, 'of a'), result(1, 'of b')]);
    expect(at.children.map(({ messages }) => messages.map(({ method }) => method))).toEqual([
      ['initialize', 'tools/call'],
      ['initialize', 'tools/call'],
    ]);
  });

  test('mask both ways', async () => {
    await using at = await hub(({ id, method }, child) => {
      if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: {} });
      else child.say(result(id, `have ${at.wiring.secret}`));
    });
    const session = await at.session();
    expect((await at.post(call(1, at.wiring.secret), session)).json()).toEqual(
      result(1, `have ${at.wiring.placeholder}`),
    );
    expect(at.children[0]?.messages.at(-1)).toEqual(call(1, at.wiring.placeholder));
    expect(JSON.stringify(at.wiring.log)).not.toContain(at.wiring.secret);
  });

  test('that nobody opened are not found', async () => {
    await using at = await hub();
    const unknown = { 'mcp-session-id': 'made up' };
    expect(await at.post(call(1, 'x'), unknown)).toMatchObject({ status: 404 });
    expect((await at.bare('GET', 'made up')).statusCode).toBe(404);
    expect((await at.bare('DELETE', 'made up')).statusCode).toBe(404);
    expect((await at.bare('GET')).statusCode).toBe(404);
    const reason = 'HTTP 404: there is no such session; begin with initialize';
    expect(at.wiring.log.map(({ body }) => body)).toEqual(
      Array.from({ length: 4 }, () => ({ kind: 'refused', direction: 'to_server', reason })),
    );
    expect(at.children[0]?.lines).toEqual([]);
  });

  test('end with DELETE: their server is stopped, others go on', async () => {
    await using at = await hub();
    const [a, b] = [await at.session(), await at.session()];
    expect((await at.bare('DELETE', a['mcp-session-id'])).statusCode).toBe(204);
    expect(at.children.map(({ stopped }) => stopped)).toEqual([{ atOnce: false }, undefined]);
    expect((await at.post(call(1, 'x'), a)).status).toBe(404);
    expect((await at.post(call(1, 'x'), b)).json()).toEqual(result(1, 'x'));
  });

  test('end with their server: who waits gets an error, and the session is gone', async () => {
    await using at = await hub(({ id, method }, child) => {
      if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: {} });
      else child.exit(3);
    });
    const session = await at.session();
    expect((await at.post(call(1, 'x'), session)).json()).toMatchObject({
      id: 1,
      error: { code: RPC.upstream, message: expect.stringContaining('exit code 3') as string },
    });
    expect((await at.post(call(2, 'x'), session)).status).toBe(404);
    expect(at.wiring.pending.drain()).toEqual([]);
    // What it left running is ended.
    expect(at.children[0]?.stopped).toEqual({ atOnce: true });
  });

  test('bring what the server says by itself on their stream, also what it said before', async () => {
    await using at = await hub();
    const { 'mcp-session-id': id } = await at.session();
    const [child] = at.children;
    child?.say({ jsonrpc: '2.0', method: 'notifications/one' });
    // A round trip: by then the first has been kept.
    await at.post(call(1, 'x'), { 'mcp-session-id': id });
    const stream = await at.bare('GET', id);
    const next = reader(stream);
    expect(await next('\n\n')).toBe(
      'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/one"}\n\n',
    );
    child?.say(`{"jsonrpc":"2.0","id":5,\r"method":"roots/list"}\r\n`);
    expect(await next('\n\n')).toBe(
      'event: message\ndata: {"jsonrpc":"2.0","id":5, "method":"roots/list"}\n\n',
    );
    expect(
      await at.post({ jsonrpc: '2.0', id: 5, result: { roots: [] } }, { 'mcp-session-id': id }),
    ).toMatchObject({ status: 202, body: '' });
    expect(await child?.when((message) => message.result !== undefined && message.id === 5)).toMatchObject({
      result: { roots: [] },
    });
    stream.destroy();
  });

  test('keep only so much of what nobody listens to', async () => {
    await using at = await hub();
    const { 'mcp-session-id': id } = await at.session();
    for (let i = 0; i < LIMITS.keptMessages + 5; i += 1)
      at.children[0]?.say({ jsonrpc: '2.0', method: 'n', params: { i } });
    await at.post(call(1, 'x'), { 'mcp-session-id': id });
    const stream = await at.bare('GET', id);
    expect(await reader(stream)('\n\n')).toContain('"i":5}');
    stream.destroy();
  });

  test('bring the server’s requests and progress on the response of the call that caused them', async () => {
    await using at = await hub(({ id, method, result: answer }, child) => {
      if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: {} });
      if (method === 'tools/call') {
        child.say({
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progressToken: 'p', progress: 1 },
        });
        child.say({ jsonrpc: '2.0', id: 77, method: 'sampling/createMessage', params: {} });
      }
      if (answer !== undefined) child.say(result(1, 'done'));
    });
    const session = await at.session();
    const response = await at.open(call(1, 'x', { progressToken: 'p' }), session);
    const next = reader(response);
    expect(await next('\n\n')).toContain('notifications/progress');
    expect(await next('\n\n')).toContain('sampling/createMessage');
    await at.post({ jsonrpc: '2.0', id: 77, result: {} }, session);
    expect(await next('\n\n')).toBe(`event: message\ndata: ${JSON.stringify(result(1, 'done'))}\n\n`);
    expect(response.headers['content-type']).toBe('text/event-stream');
    await expect(next('\n\n')).rejects.toThrow('the answer ended');
  });

  test('refuse a second request with an id that is under way', async () => {
    await using at = await hub(({ id, method }, child) => {
      if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: {} });
    });
    const session = await at.session();
    const first = at.post(call(1, 'x'), session);
    await at.children[0]?.when(({ method }) => method === 'tools/call');
    expect((await at.post(call(1, 'y'), session)).status).toBe(409);
    expect(at.wiring.log.at(-1)?.body).toEqual({
      kind: 'refused',
      direction: 'to_server',
      reason: 'HTTP 409: a request with this id is under way',
    });
    at.children[0]?.say(result(1, 'x'));
    expect((await first).json()).toEqual(result(1, 'x'));
  });

  test.each<[string, (child: FakeChild) => void]>([
    [
      'message by message',
      (child) => [result(2, 'b'), result(1, 'a')].forEach((answer) => child.say(answer)),
    ],
    ['as a batch', (child) => child.say([result(2, 'b'), result(1, 'a')])],
  ])('bring the answers to a batch and then end: %s', async (_, answer) => {
    await using at = await hub(({ id, method }, child) => {
      if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: {} });
      else answer(child);
    });
    const session = await at.session();
    const { body, headers } = await at.post(
      [call(1, 'a'), { jsonrpc: '2.0', method: 'n' }, call(2, 'b')],
      session,
    );
    expect(headers['content-type']).toBe('text/event-stream');
    const data = [...body.matchAll(/^data: (.*)$/gm)].flatMap(([, json = '']) => JSON.parse(json) as unknown);
    expect(data).toEqual([result(2, 'b'), result(1, 'a')]);
    expect(at.wiring.pending.drain()).toEqual([]);
  });
});

describe('clients without sessions', () => {
  /** Answers nothing by itself. */
  const silent: OnMessage = () => undefined;

  test('share a server as long as their ids differ', async () => {
    await using at = await hub();
    const answers = await Promise.all(['a', 'b', 'c'].map((id) => at.post(modern(id, `of ${id}`))));
    expect(answers.map((answer) => answer.json())).toEqual([
      result('a', 'of a'),
      result('b', 'of b'),
      result('c', 'of c'),
    ]);
    expect(answers[0]?.headers).not.toHaveProperty('mcp-session-id');
    expect(at.children).toHaveLength(1);
  });

  test('with equal ids at once each get their own answer, and none waits for another', async () => {
    await using at = await hub(silent);
    const asking = ['one', 'two', 'three'].map((text) => at.post(modern(1, text)));
    const texts = await Promise.all(
      [0, 1, 2].map(async (i) => {
        while (at.children[i] === undefined) await new Promise((resolve) => setImmediate(resolve));
        const message = await at.children[i].when(({ method }) => method === 'tools/call');
        return (message.params as { arguments: { text: string } }).arguments.text;
      }),
    );
    // The last one first: nobody waits.
    for (const i of [2, 0, 1]) at.children[i]?.say(result(1, `answer to ${texts[i] ?? ''}`));
    const answers = await Promise.all(asking);
    expect(answers.map((answer) => answer.json())).toEqual(
      ['one', 'two', 'three'].map((text) => result(1, `answer to ${text}`)),
    );
    // And when they are done, the servers are free for anybody.
    const again = at.post(modern(1, 'again'));
    await at.children[0]?.when(
      ({ params }) => (params as { arguments?: { text?: string } }).arguments?.text === 'again',
    );
    at.children[0]?.say(result(1, 'again'));
    expect((await again).json()).toEqual(result(1, 'again'));
    expect(at.children).toHaveLength(3);
  });

  test('all get an error when their server dies, and the next one gets a new server', async () => {
    await using at = await hub(silent);
    const asking = ['a', 'b', 'c'].map((id) => at.post(modern(id, 'x')));
    while ((at.children[0]?.lines.length ?? 0) < 3) await new Promise((resolve) => setImmediate(resolve));
    at.children[0]?.exit(3);
    for (const answer of await Promise.all(asking))
      expect(answer.json()).toMatchObject({
        error: { code: RPC.upstream, message: expect.stringContaining('exit code 3') as string },
      });
    expect(at.wiring.pending.drain()).toEqual([]);
    expect(at.children[0]?.stopped).toEqual({ atOnce: true });
    const next = at.post(modern('d', 'x'));
    while (at.children[1] === undefined) await new Promise((resolve) => setImmediate(resolve));
    await at.children[1].when(({ id }) => id === 'd');
    at.children[1].say(result('d', 'x'));
    expect((await next).json()).toEqual(result('d', 'x'));
  });

  test('are not so many that they start servers without end', async () => {
    await using at = await hub(silent);
    const waiting = Array.from({ length: LIMITS.sharedServers }, () => at.post(modern(1, 'x')));
    while (at.children.length < LIMITS.sharedServers) await new Promise((resolve) => setImmediate(resolve));
    expect((await at.post(modern(1, 'x'))).status).toBe(409);
    for (const child of at.children) child.say(result(1, 'x'));
    await Promise.all(waiting);
  });

  // Server and ids are shared: without care the next client with this id would get the answer of the one that left.
  test('never get the answer to the request of one that left', async () => {
    await using at = await hub(silent);
    const leaving = new AbortController();
    const left = at.open(modern(1, 'private'), {}, leaving.signal).catch(() => 'left');
    await at.children[0]?.when(({ method }) => method === 'tools/call');
    leaving.abort();
    expect(await left).toBe('left');
    const other = at.post(modern(1, 'mine'));
    while (at.children.length < 2) await new Promise((resolve) => setImmediate(resolve));
    at.children[0]?.say(result(1, 'answer to private'));
    for (const child of at.children.slice(1)) child.say(result(1, 'answer to mine'));
    expect((await other).json()).toEqual(result(1, 'answer to mine'));
  });

  test('cancel a request by leaving: their server is told, once, and the id is free when it has answered', async () => {
    await using at = await hub(silent);
    const leaving = new AbortController();
    const left = at.open(modern('a "b"', 'x'), {}, leaving.signal).catch(() => 'left');
    const [child] = at.children;
    await child?.when(({ method }) => method === 'tools/call');
    leaving.abort();
    expect(await left).toBe('left');
    expect(await child?.when(({ method }) => method === 'notifications/cancelled')).toMatchObject({
      params: { requestId: 'a "b"' },
    });
    // A race lost: it had answered before.
    child?.say(result('a "b"', 'too late'));
    const again = at.post(modern('a "b"', 'again'));
    await child?.when(
      ({ params }) => (params as { arguments?: { text?: string } }).arguments?.text === 'again',
    );
    child?.say(result('a "b"', 'in time'));
    expect((await again).json()).toEqual(result('a "b"', 'in time'));
    expect(child?.messages.map(({ method }) => method)).toEqual([
      'tools/call',
      'notifications/cancelled',
      'tools/call',
    ]);
    expect(at.children).toHaveLength(1);
  });

  test('get progress by its token, what belongs to their subscription, and nothing that may be another’s', async () => {
    await using at = await hub(silent);
    const [child] = at.children;
    const a = at.open(modern('a', 'x', { progressToken: 'token of a' }));
    const b = at.post(modern('b', 'x', { progressToken: 'token of b' }));
    for (const id of ['a', 'b']) await child?.when((message) => message.id === id);
    const progress = {
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 'token of a', progress: 1 },
    };
    const update = {
      jsonrpc: '2.0',
      method: 'notifications/x',
      params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 'a' } },
    };
    for (const said of [
      progress,
      { jsonrpc: '2.0', method: 'notifications/message', params: { data: 'whose?' } },
      update,
      result('b', 'y'),
      result('a', 'z'),
    ])
      child?.say(said);
    expect((await b).body).toBe(`${JSON.stringify(result('b', 'y'))}\n`);
    const { body } = await read(await a);
    expect([...body.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as unknown)).toEqual([
      progress,
      update,
      result('a', 'z'),
    ]);
  });

  test('get what a server says by itself while they are alone with it', async () => {
    await using at = await hub(({ id }, child) => {
      child.say({ jsonrpc: '2.0', method: 'notifications/message', params: { data: 'for you' } });
      child.say(result(id, 'x'));
    });
    expect((await at.post(modern(1, 'x'))).body).toContain('for you');
  });

  // A server that is shared would take the first of these as a word of the older revisions, and stay with them.
  test.each([
    ['a request', call(7, 'x')],
    ['a notification', { jsonrpc: '2.0', method: 'notifications/x' }],
    ['an answer', result(7, 'x')],
  ])('are told to begin with initialize where they claim no revision: %s', async (_, message) => {
    await using at = await hub(silent);
    const refused = await at.post(message);
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({ error: { code: RPC.invalidRequest } });
    expect(at.children[0]?.lines).toEqual([]);
  });

  test.each([
    ['nothing', {}],
    ['no version', { 'io.modelcontextprotocol/clientCapabilities': {} }],
    ['no capabilities', { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }],
    ['capabilities that are none', { ...META, 'io.modelcontextprotocol/clientCapabilities': 1 }],
  ])('are refused where a header names their revision and the body claims %s', async (_, meta) => {
    await using at = await hub(silent);
    const refused = await at.post(call(7, 'x', meta), {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'echo',
    });
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({ id: 7, error: { code: RPC.invalidParams } });
    expect(at.children[0]?.lines).toEqual([]);
  });

  test.each([
    [RPC.methodNotFound, 404],
    [RPC.headerMismatch, 400],
    [RPC.missingCapability, 400],
    [RPC.unsupportedVersion, 400],
    [RPC.invalidParams, 200],
    [RPC.internalError, 200],
  ])('get the error %i with the status %i', async (code, status) => {
    const answer = (id: unknown): object => ({ jsonrpc: '2.0', id, error: { code, message: 'no' } });
    await using at = await hub(({ id }, child) => child.say(answer(id)));
    const refused = await at.post(modern(1, 'x'));
    expect([refused.status, refused.json()]).toEqual([status, answer(1)]);
  });

  test('need no session, whatever session they name', async () => {
    await using at = await hub();
    const answer = await at.post(modern(1, 'x'), { 'mcp-session-id': 'made up' });
    expect(answer.json()).toEqual(result(1, 'x'));
    expect(answer.headers).not.toHaveProperty('mcp-session-id');
  });

  test('are refused where their headers name another tool than their body', async () => {
    await using at = await hub(silent);
    const refused = await at.post(modern(1, 'x'), { 'mcp-name': 'other' });
    expect([refused.status, refused.json()]).toMatchObject([
      400,
      { id: 1, error: { code: RPC.headerMismatch } },
    ]);
    expect(at.children[0]?.lines).toEqual([]);
  });

  test('can not cancel by an id, which says nothing about whose it is', async () => {
    await using at = await hub(silent);
    const waiting = at.post(modern(1, 'x'));
    await at.children[0]?.when(({ id }) => id === 1);
    expect(
      (await at.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } })).status,
    ).toBe(400);
    at.children[0]?.say(result(1, 'x'));
    expect((await waiting).json()).toEqual(result(1, 'x'));
    expect(at.children[0]?.messages).toHaveLength(1);
  });
});

describe('what goes to a server that reads lines', () => {
  test('is one line, however the client wrote it', async () => {
    await using at = await hub();
    const session = await at.session();
    expect((await at.post(JSON.stringify(call(1, 'a\nb'), null, 2), session)).json()).toEqual(
      result(1, 'a\nb'),
    );
    expect((await at.post(`${JSON.stringify(call(2, 'x'), null, '\r\n')}\n\n`, session)).json()).toEqual(
      result(2, 'x'),
    );
    expect(at.children[0]?.lines).toHaveLength(3);
    for (const line of at.children[0]?.lines ?? []) expect(line).toMatch(/^[^\r\n]+\n$/);
  });

  test('holds no second message between the lines of the first', async () => {
    await using at = await hub();
    const hidden = JSON.stringify(call(66, 'smuggled'));
    await at.post(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x","y":\n${hidden}\n}}}`,
      await at.session(),
    );
    expect(at.children[0]?.messages.map(({ id }) => id)).toEqual([0, 1]);
  });
});

describe('the first server', () => {
  test('is there before any client, and what it says on stderr is read at once', async () => {
    await using at = await hub();
    expect(at.children).toHaveLength(1);
    at.children[0]?.stderr.write('listening');
    while (at.stderr.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(at.stderr).toEqual(['listening']);
    await at.post(modern(1, 'x'));
    at.children[0]?.stderr.write('more');
    while (at.stderr.length === 1) await new Promise((resolve) => setImmediate(resolve));
    expect(at.stderr).toEqual(['listening', 'more']);
    expect(at.children).toHaveLength(1);
  });

  test('that ends before any client came ends it all', async () => {
    await using at = await hub();
    at.children[0]?.exit(5);
    expect(await at.ended).toMatchObject({
      by: 'server',
      exitCode: 5,
      reason: expect.stringContaining('before any client') as string,
    });
    expect(at.children[0]?.stopped).toEqual({ atOnce: true });
  });

  test('that does not start at all is an error', async () => {
    const at = new Hub(echo);
    at.startFault = new HallpassError('ERR_UPSTREAM_NOT_FOUND', 'the server command "x" was not found');
    await expect(at.ended).rejects.toThrowWithCode('ERR_UPSTREAM_NOT_FOUND');
  });
});

test('a client of the older revisions that leaves has not cancelled', async () => {
  await using at = await hub(({ id, method }, child) => {
    if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: {} });
    if (method === 'ping') child.say({ jsonrpc: '2.0', id, result: {} });
  });
  const session = await at.session();
  const leaving = new AbortController();
  const left = at.open(call(1, 'x'), session, leaving.signal).catch(() => 'left');
  await at.children[0]?.when(({ method }) => method === 'tools/call');
  leaving.abort();
  expect(await left).toBe('left');
  await at.post({ jsonrpc: '2.0', id: 2, method: 'ping' }, session);
  expect(at.children[0]?.messages.map(({ method }) => method)).toEqual(['initialize', 'tools/call', 'ping']);
});

test('a server that does not start for a session is an error for who asked, and others go on', async () => {
  await using at = await hub();
  const first = await at.session();
  at.startFault = new HallpassError('ERR_UPSTREAM_NOT_FOUND', 'the server command "x" was not found');
  const refused = await at.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
  expect(refused.json()).toMatchObject({
    id: 0,
    error: { code: RPC.upstream, message: expect.stringContaining('"x" was not found') as string },
  });
  expect((await at.post(call(1, 'x'), first)).json()).toEqual(result(1, 'x'));
  at.startFault = undefined;
  expect((await at.post(call(1, 'x'), await at.session())).json()).toEqual(result(1, 'x'));
});

test('what is refused frees its id', async () => {
  await using at = await hub();
  const session = await at.session();
  for (let i = 0; i < 2; i += 1) {
    const refused = await at.post({ ...call(1, 'x'), params: { requestState: at.wiring.secret } }, session);
    expect(refused.json()).toMatchObject({ id: 1, error: { code: RPC.denied } });
  }
  expect((await at.post(call(1, 'x'), session)).json()).toEqual(result(1, 'x'));
});

test('a notification is accepted, what is no message is not', async () => {
  await using at = await hub();
  const session = await at.session();
  expect(await at.post({ jsonrpc: '2.0', method: 'notifications/x' }, session)).toMatchObject({
    status: 202,
    body: '',
  });
  expect((await at.post('no JSON')).json()).toMatchObject({ id: null, error: { code: RPC.parseError } });
  expect(at.children[0]?.messages).toHaveLength(2);
});

test('at the end every server is stopped', async () => {
  const at = await hub();
  await at.session();
  await at.session();
  await at[Symbol.asyncDispose]();
  expect(at.children.map(({ stopped }) => stopped)).toEqual([{ atOnce: true }, { atOnce: true }]);
});
