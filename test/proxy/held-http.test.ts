import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { describe, expect, test } from 'vitest';

import { shippedPolicy } from '../../src/app/policy/policy-file.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { HttpSessionsClientSide } from '../../src/proxy/client-side/http-sessions.ts';
import { StdioPool } from '../../src/proxy/upstream/stdio-pool.ts';
import { FakeChild } from '../helpers/fake-child.ts';
import { type Answer, httpProxy, read, reader, send } from '../helpers/http-proxy.ts';
import { events, json } from '../helpers/http-upstream.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Wiring } from '../helpers/wiring.ts';

const ADDRESS = 'https://hub.example/approvals';
const CALL = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'query', arguments: { sql: 'DROP TABLE users' } },
};
const withProgress = { ...CALL, params: { ...CALL.params, _meta: { progressToken: 'p' } } };
const MODERN = {
  ...CALL,
  params: {
    ...CALL.params,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};
const MODERN_HEADERS = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'query',
};
const result = (id: unknown) => ({ jsonrpc: '2.0', id, result: { content: [] } });

/** A proxy on HTTP, whatever stands behind it. */
interface At {
  readonly approvals: MemoryApprovals;
  /** Methods that reached a server, in order. */
  readonly heard: string[];
  readonly wiring: Wiring;
  /** The header of a session that was begun. */
  readonly session: Record<string, string>;
  open(message: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<IncomingMessage>;
  [Symbol.asyncDispose](): Promise<void>;
}

const post = async (at: At, message: unknown, headers = at.session): Promise<Answer> =>
  read(await at.open(message, headers));

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: { elicitation: { url: {} } } },
};
const GREETED = { protocolVersion: '2025-11-25', capabilities: {} };

function wired(url?: string): { approvals: MemoryApprovals; wiring: Wiring } {
  const approvals = new MemoryApprovals(url === undefined ? {} : { url });
  return { approvals, wiring: new Wiring({ policy: createPolicy([shippedPolicy('approve')]), approvals }) };
}

async function toHttp(url?: string): Promise<At> {
  const { approvals, wiring } = wired(url);
  const heard: string[] = [];
  const proxy = await httpProxy(
    ({ message: { id, method = 'an answer' }, response }) => {
      heard.push(method);
      if (id === undefined) return response.writeHead(202).end();
      if (method === 'initialize')
        return json(response, { jsonrpc: '2.0', id, result: GREETED }, 200, { 'mcp-session-id': 's-1' });
      events(response)(`data: ${JSON.stringify(result(id))}\n\n`);
      return response.end();
    },
    { wiring },
  );
  const open = proxy.open.bind(proxy);
  await read(await open(INITIALIZE));
  const end = (): Promise<void> => proxy[Symbol.asyncDispose]();
  return { approvals, heard, wiring, open, session: { 'mcp-session-id': 's-1' }, [Symbol.asyncDispose]: end };
}

async function toStdio(url?: string): Promise<At> {
  const { approvals, wiring } = wired(url);
  const heard: string[] = [];
  const ready = Promise.withResolvers<string>();
  const token = randomBytes(24).toString('base64url');
  const client = new HttpSessionsClientSide({ port: 0, token, onReady: ready.resolve });
  const startChild = async (): Promise<FakeChild> => {
    await Promise.resolve();
    return new FakeChild(({ id, method = 'an answer' }, child) => {
      heard.push(method);
      if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: GREETED });
      else if (id !== undefined) child.say(result(id));
    });
  };
  const pool = new StdioPool({ startChild, openStderr: () => () => undefined, pending: wiring.pending });
  const ended = wiring.run(client, pool);
  const to = { url: await ready.promise, token };
  const open: At['open'] = (message, headers = {}, signal) =>
    send(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(message),
      signal,
    });
  const { headers } = await read(await open(INITIALIZE));
  const session = { 'mcp-session-id': String(headers['mcp-session-id']) };
  const end = async (): Promise<void> => {
    wiring.stop();
    await ended;
  };
  return { approvals, heard, wiring, open, session, [Symbol.asyncDispose]: end };
}

describe.each([
  ['a server on HTTP', toHttp],
  ['a server on stdio', toStdio],
])('before %s', (_, start) => {
  test('a refusal after signs of life ends the stream on which they came', async () => {
    await using at = await start();
    const opening = at.open(withProgress, at.session);
    await at.approvals.waitedFor(1);
    at.approvals.timePasses();
    const next = reader(await opening);
    expect(await next('\n\n')).toContain('waiting for approval apr_1');
    at.approvals.say('deny');
    expect(await next('\n\n')).toContain('was denied');
    // The end, not only the answer.
    await expect(next('more')).rejects.toThrow('the answer ended');
    expect(at.heard).toEqual(['initialize']);
  });

  test('an answer after signs of life does too', async () => {
    await using at = await start();
    const opening = at.open(withProgress, at.session);
    await at.approvals.waitedFor(1);
    at.approvals.timePasses();
    const response = await opening;
    at.approvals.say('approve');
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect((await read(response)).body).toContain(JSON.stringify(result(1)));
  });

  test('without signs of life the answer is one message, and its id is free for the next', async () => {
    await using at = await start();
    for (const verdict of ['deny', 'approve'] as const) {
      const answer = post(at, CALL);
      await at.approvals.askedFor(verdict === 'deny' ? 1 : 2);
      at.approvals.say(verdict);
      const { status, body } = await answer;
      expect(status).toBe(200);
      expect(body).toContain(verdict === 'deny' ? '"code":47003' : JSON.stringify(result(1)));
    }
    expect(at.heard).toEqual(['initialize', 'tools/call']);
  });

  test('a client of 2025-11-25 that disconnects may come back and go on', async () => {
    await using at = await start();
    const leaving = new AbortController();
    const gone = at.open(CALL, at.session, leaving.signal).catch(() => 'gone');
    await at.approvals.waitedFor(1);
    leaving.abort();
    expect(await gone).toBe('gone');
    // Nobody is there who could get the answer.
    await at.wiring.recorded(({ body }) => body.kind === 'message' && body.verdict.outcome === 'hold');
    expect(at.approvals.stateOf(0)).toBe('pending');
    at.approvals.say('approve');
    expect((await post(at, { ...CALL, id: 2 })).body).toContain(JSON.stringify(result(2)));
    expect(at.approvals.asked).toHaveLength(1);
    expect(at.approvals.stateOf(0)).toBe('consumed');
    expect(at.heard).toEqual(['initialize', 'tools/call']);
  });

  test('one of 2026-07-28 that disconnects has cancelled', async () => {
    await using at = await start();
    const leaving = new AbortController();
    const gone = at.open(MODERN, MODERN_HEADERS, leaving.signal).catch(() => 'gone');
    await at.approvals.waitedFor(1);
    leaving.abort();
    expect(await gone).toBe('gone');
    await at.approvals.becomes(0, 'cancelled');
    const again = at.open(MODERN, MODERN_HEADERS);
    await at.approvals.askedFor(2);
    at.approvals.say('approve');
    expect((await read(await again)).status).toBe(200);
    expect(at.heard.filter((method) => method === 'tools/call')).toHaveLength(1);
  });

  test('what a client answers to us is accepted, and its server hears nothing of it', async () => {
    await using at = await start(ADDRESS);
    const response = await at.open(CALL, at.session);
    const next = reader(response);
    const [, text = ''] = /data: (.*)\n/.exec(await next('\n\n')) ?? [];
    const asked = JSON.parse(text) as { id: string; method: string };
    expect(asked.method).toBe('elicitation/create');
    const accepted = await post(at, { jsonrpc: '2.0', id: asked.id, result: { action: 'accept' } });
    expect([accepted.status, accepted.body]).toEqual([202, '']);
    at.approvals.say('approve');
    expect(await next('\n\n')).toContain('notifications/elicitation/complete');
    expect(await next('\n\n')).toContain(JSON.stringify(result(1)));
    expect(at.heard).toEqual(['initialize', 'tools/call']);
  });

  test('another client may not answer for it', async () => {
    await using at = await start(ADDRESS);
    const response = await at.open(CALL, at.session);
    const next = reader(response);
    const [, text = ''] = /data: (.*)\n/.exec(await next('\n\n')) ?? [];
    const { id } = JSON.parse(text) as { id: string };
    const greeted = await read(await at.open({ ...INITIALIZE, id: 7 }));
    const other = { 'mcp-session-id': String(greeted.headers['mcp-session-id']) };
    if (other['mcp-session-id'] === at.session['mcp-session-id']) other['mcp-session-id'] = 's-2';
    await post(at, { jsonrpc: '2.0', id, result: { action: 'decline' } }, other);
    expect(at.approvals.stateOf(0)).toBe('pending');
    at.approvals.say('approve');
    expect(await next('complete')).toBeDefined();
  });
});

describe('a server on HTTP that fails after its client was told to wait', () => {
  test.each([
    [
      'an error that is no message',
      (response: ServerResponse) => response.writeHead(404).end('no such session'),
      '404',
    ],
    ['nothing', (response: ServerResponse) => response.writeHead(202).end(), 'no answer'],
    ['a broken connection', (response: ServerResponse) => response.destroy(), 'can not be reached'],
  ])('with %s is an error on the stream that has begun, which ends', async (_, answer, why) => {
    const { approvals, wiring } = wired();
    await using proxy = await httpProxy(({ response }) => answer(response), { wiring });
    const opening = proxy.open(withProgress, { 'mcp-session-id': 's-1' });
    await approvals.waitedFor(1);
    approvals.timePasses();
    const response = await opening;
    approvals.say('approve');
    const { body } = await read(response);
    const [, last = ''] = /data: (.*)\n\n$/.exec(body) ?? [];
    expect(JSON.parse(last)).toMatchObject({
      id: 1,
      error: { code: 47_002, message: expect.stringContaining(why) as string },
    });
    // What has been sent needs a new approval, whatever came of it.
    expect(approvals.stateOf(0)).toBe('consumed');
  });
});
