import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { PROTOCOL_VERSION } from '../../src/core/jsonrpc/envelope.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { HttpSessionsClientSide } from '../../src/proxy/client-side/http-sessions.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import { HttpUpstream } from '../../src/proxy/upstream/http.ts';
import { StdioPool } from '../../src/proxy/upstream/stdio-pool.ts';
import { FakeChild } from '../helpers/fake-child.ts';
import { read, send, serverParts } from '../helpers/http-proxy.ts';
import { FakeUpstream, json } from '../helpers/http-upstream.ts';
import { lineReader } from '../helpers/lines.ts';
import { Wiring } from '../helpers/wiring.ts';

const MEGABYTE = 1024 * 1024;
const META = { [PROTOCOL_VERSION]: '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
const HEADERS = {
  'content-type': 'application/json',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'x',
};

const call = (id: number, progressToken?: string): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'x', _meta: { ...META, ...(progressToken !== undefined && { progressToken }) } },
  });
const result = (id: unknown, text = 'done'): object => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});

/** Until nothing moves any more. */
async function settled(progress: () => number): Promise<void> {
  for (let seen = -1, still = 0; still < 300; still += 1, seen = progress()) {
    if (progress() !== seen) still = 0;
    await turn();
  }
}

describe('a client that does not read its stdout', () => {
  test('makes an HTTP server wait, not hallpass hold its answers; once it reads it gets them all', async () => {
    const wiring = new Wiring();
    const large = 'lorem ipsum '.repeat(20_000);
    const upstream = await FakeUpstream.start(({ message, response }) =>
      json(response, result(message.id, large)),
    );
    const [input, output] = [new PassThrough(), new PassThrough()];
    const ended = wiring.run(
      new StdioClientSide({ input, output }),
      new HttpUpstream({ ...serverParts(upstream.url, wiring), intakeLimit: MEGABYTE }),
    );
    const ids = Array.from({ length: 100 }, (_, n) => n);
    for (const id of ids) input.write(`${call(id)}\n`);
    await upstream.when(() => upstream.asked.length === ids.length);
    await settled(() => wiring.log.length);
    // Each answer in the hands of a stage is recorded; those beyond the limit have not even been read.
    expect(wiring.log.length - ids.length).toBeLessThan(10);
    expect(output.writableLength + output.readableLength).toBeLessThan(MEGABYTE);
    const nextLine = lineReader(output);
    const got: unknown[] = [];
    for (const _ of ids) got.push((JSON.parse(await nextLine()) as { id: unknown }).id);
    expect(got.toSorted((a, b) => Number(a) - Number(b))).toEqual(ids);
    wiring.stop();
    await upstream.close();
    await ended;
  });
});

test('a client that does not read its stdout does not hold up the end', async () => {
  const wiring = new Wiring();
  const large = 'lorem ipsum '.repeat(20_000);
  const upstream = await FakeUpstream.start(({ message, response }) =>
    json(response, result(message.id, large)),
  );
  const [input, output] = [new PassThrough(), new PassThrough()];
  const ended = wiring.run(
    new StdioClientSide({ input, output }),
    new HttpUpstream({ ...serverParts(upstream.url, wiring), intakeLimit: MEGABYTE }),
  );
  for (let id = 0; id < 20; id += 1) input.write(`${call(id)}\n`);
  await upstream.when(() => upstream.asked.length === 20);
  await settled(() => wiring.log.length);
  wiring.stop();
  expect(await ended).toMatchObject({ by: 'signal' });
  await upstream.close();
});

/** HTTP clients without sessions before one server on stdio. */
class Shared {
  readonly wiring = new Wiring();
  readonly token = randomBytes(24).toString('base64url');
  readonly children: FakeChild[] = [];
  readonly #ready = Promise.withResolvers<string>();
  readonly #ended: Promise<unknown>;
  url = '';

  constructor(onMessage: ConstructorParameters<typeof FakeChild>[0]) {
    const client = new HttpSessionsClientSide({ port: 0, token: this.token, onReady: this.#ready.resolve });
    const pool = new StdioPool({
      startChild: () => {
        const child = new FakeChild(onMessage);
        this.children.push(child);
        return Promise.resolve(child);
      },
      openStderr: () => () => undefined,
      pending: this.wiring.pending,
    });
    this.#ended = this.wiring.run(client, pool);
  }

  async ready(): Promise<this> {
    this.url = await this.#ready.promise;
    return this;
  }

  post(body: string, headers: Record<string, string> = HEADERS) {
    return send(this, { method: 'POST', headers, body });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wiring.stop();
    await this.#ended;
  }
}

const progress = (text: string): object => ({
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken: 'slow', progress: 1, message: text },
});

describe('a client that does not read its stream of events', () => {
  const chunk = 'lorem ipsum '.repeat(MEGABYTE / 12);

  test('holds up no other client of its server, and is cut off when it is too far behind', async () => {
    await using at = await new Shared(({ id, method, params }, child) => {
      const meta = params?.['_meta'] as { progressToken?: string } | undefined;
      if (method !== 'tools/call') return;
      if (meta?.progressToken === undefined) return child.say(result(id));
      child.say(progress('begun'));
    }).ready();
    const slow = await at.post(call(1, 'slow'));
    slow.on('error', () => undefined);
    const gone = new Promise((resolve) => slow.once('close', resolve));
    const [child] = at.children;
    // Another is there all the time.
    for (let n = 0; n < 64; n += 1) {
      child?.say(progress(chunk));
      expect((await read(await at.post(call(100 + n)))).json()).toEqual(result(100 + n));
      if (child?.messages.some(({ method }) => method === 'notifications/cancelled') === true) break;
    }
    await child?.when(({ method }) => method === 'notifications/cancelled');
    slow.resume();
    await gone;
    expect((await read(await at.post(call(3)))).json()).toEqual(result(3));
  });

  test('and is alone with its server has that wait, and loses nothing', async () => {
    const messages = 40;
    await using at = await new Shared(({ id, method }, child) => {
      if (method !== 'tools/call') return;
      for (let n = 0; n < messages; n += 1) child.say(progress(chunk));
      child.say(result(id));
    }).ready();
    const slow = await at.post(call(1, 'slow'));
    await settled(() => at.wiring.log.length);
    expect(at.wiring.log.length).toBeLessThan(messages);
    const { body } = await read(slow);
    expect(body.split('"method":"notifications/progress"')).toHaveLength(messages + 1);
    expect(body).toContain('"done"');
  });
});

describe('sessions', () => {
  const initialize = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
  const ask = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ask', params: {} });
  const open = async (at: Shared): Promise<{ status: number; id: string }> => {
    const { status, headers } = await read(await at.post(initialize, { 'content-type': 'application/json' }));
    return { status, id: String(headers['mcp-session-id']) };
  };
  const inSession = (at: Shared, id: string) =>
    at.post(ask, { 'content-type': 'application/json', 'mcp-session-id': id });

  test('that rest make room for new ones, the longest unused first; when none rests no new one begins', async () => {
    await using at = await new Shared(({ id, method }, child) => {
      if (method === 'initialize') child.say({ jsonrpc: '2.0', id, result: {} });
    }).ready();
    const ids: string[] = [];
    for (let n = 0; n < LIMITS.httpSessions; n += 1) ids.push((await open(at)).id);
    // The first is used again, and has a request under way.
    void inSession(at, ids[0] ?? '').catch(() => undefined);
    await at.children[0]?.when(({ method }) => method === 'ask');
    const next = await open(at);
    expect(next.status).toBe(200);
    expect((await inSession(at, ids[1] ?? '')).statusCode).toBe(404);
    expect(at.children[1]?.stopped).toBeDefined();
    expect(at.children[0]?.stopped).toBeUndefined();
    for (const [n, id] of [...ids.slice(2), next.id].entries()) {
      void inSession(at, id).catch(() => undefined);
      await at.children[n + 2]?.when(({ method }) => method === 'ask');
    }
    expect((await open(at)).status).toBe(503);
    expect(at.wiring.log.at(-1)?.body).toMatchObject({ kind: 'refused' });
  });
});
