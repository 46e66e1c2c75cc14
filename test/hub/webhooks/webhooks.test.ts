import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { WebhookConfig } from '../../../src/hub/config.ts';
import { readSecrets, signedHeaders } from '../../../src/hub/webhooks/signature.ts';
import { assertNoCanary } from '../../helpers/assert-no-canary.ts';
import { ask } from '../helpers/asking.ts';
import { PageVisitor } from '../helpers/page-visitor.ts';
import { TestHub } from '../helpers/test-hub.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody who gets webhooks, and answers with `status`. */
class Receiver {
  readonly received: Received[] = [];
  status = 200;
  url = '';
  readonly #waiting = new Set<() => void>();
  readonly #server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      response.writeHead(this.status).end();
      this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    })();
  });

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}/hook`;
    return receiver;
  }

  async got(count: number): Promise<Received[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const key = randomBytes(32);
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hallpass-webhooks-'));
  writeFileSync(join(directory, 'secret'), `whsec_${key.toString('base64')}\n`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function webhook(url: string, change: Partial<WebhookConfig> = {}): WebhookConfig {
  return {
    name: 'chatops',
    target: { url },
    format: 'standard',
    secretFile: join(directory, 'secret'),
    events: undefined,
    isPrivate: true,
    ...change,
  };
}

// As a receiver checks it (Standard Webhooks 1.0.0, "Verifying signatures"), without our own code.
function isSigned({ headers, body }: Received, by = key): boolean {
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const mac = createHmac('sha256', by).update(content).digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${mac}`);
}

describe('signatures', () => {
  test('are those of the reference implementation', () => {
    // The test vector of standard-webhooks/standard-webhooks, libraries/javascript.
    const secret = ['whsec_', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'].join('');
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: 1_614_265_330, body: '{"test": 2432232314}' };
    expect(signedHeaders(readSecrets(secret, 'file'), message)).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('of a secret that is being replaced there are two', () => {
    const [one, two] = [randomBytes(24), randomBytes(64)];
    const text = [one, two].map((bytes) => `whsec_${bytes.toString('base64')}`).join('\n');
    const keys = readSecrets(text, 'file');
    const headers = signedHeaders(keys, { id: 'msg_1', at: 1, body: '{}' });
    const received = { headers, body: '{}' };
    expect([isSigned(received, one), isSigned(received, two)]).toEqual([true, true]);
  });

  test.each([
    ['nothing', ''],
    ['too short', `whsec_${randomBytes(23).toString('base64')}`],
    ['too long', `whsec_${randomBytes(65).toString('base64')}`],
    ['no base64', `whsec_${'!'.repeat(40)}`],
    ['another kind', `whsk_${randomBytes(32).toString('base64')}`],
  ])('a secret that is none is refused, and not quoted: %s', (_, text) => {
    const read = () => readSecrets(text, '/etc/hallpass/secret');
    expect(read).toThrowWithCode('ERR_CONFIG');
    try {
      read();
    } catch (error) {
      if (text !== '') expect(String(error)).not.toContain(text.slice(6));
    }
  });
});

describe('what is told', () => {
  test('that somebody asks and what was decided; signed, and without arguments', async () => {
    await using receiver = await Receiver.start();
    await using hub = await TestHub.start({ config: { webhooks: [webhook(receiver.url)] } });
    const presented = '{"name":"execute_sql","arguments":{"sql":"select the-argument"}}';
    const { approval: id, url } = await ask(hub, await hub.tokenOf('developer'), { presented });
    await (await PageVisitor.of(hub, 'approver')).decide(id, 'approve', 'fine');
    const received = await receiver.got(2);
    expect(received.map(isSignedByUs)).toEqual([true, true]);
    const [asked, decided] = received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(asked).toMatchObject({
      type: 'approval.requested',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      data: { approval: id, url, state: 'pending', subject: 'developer', tool: 'execute_sql', risk: 'high' },
    });
    expect(decided).toMatchObject({
      type: 'approval.decided',
      data: { state: 'approved', decision: { by: 'approver', verdict: 'approve', reason: 'fine' } },
    });
    expect(JSON.stringify(received)).not.toContain('the-argument');
  });

  test('broken glass, to who wants to hear of that alone', async () => {
    await using receiver = await Receiver.start();
    const webhooks = [webhook(receiver.url, { events: ['approval.break_glass'] })];
    await using hub = await TestHub.start({ config: { webhooks } });
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
    await (await PageVisitor.of(hub, 'approver')).decide(id, 'break_glass', 'it burns');
    const [only] = await receiver.got(1);
    expect(JSON.parse(only?.body ?? '')).toMatchObject({
      type: 'approval.break_glass',
      data: { decision: { break_glass: true, reason: 'it burns' } },
    });
    expect(receiver.received).toHaveLength(1);
  });

  test('in Slack’s words, in which nobody who asks can call or link to anything', async () => {
    await using receiver = await Receiver.start();
    const webhooks = [webhook(receiver.url, { format: 'slack', secretFile: undefined })];
    await using hub = await TestHub.start({ config: { webhooks } });
    const tool = `<!channel> <https://evil.example|ok> & ${'x'.repeat(3000)}\u202e`;
    const { url } = await ask(hub, await hub.tokenOf('developer'), { tool });
    const [only] = await receiver.got(1);
    const body = JSON.parse(only?.body ?? '') as SlackBody;
    checkSlack(body);
    expect(body.text).toContain('developer asks for &lt;!channel&gt; &lt;https://evil.example|ok&gt; &amp; ');
    expect(JSON.stringify(body)).not.toMatch(/\u202e/);
    const marked = body.blocks.flatMap(({ text }) => (text?.type === 'mrkdwn' ? [text.text] : []));
    expect(marked).toEqual([`<${url}|Open it at the hub>`]);
    expect(Object.keys(body).toSorted()).toEqual(['blocks', 'text']);
    expect(only?.headers['webhook-signature']).toBeUndefined();
  });
});

describe('what did not arrive', () => {
  test('is tried again after a restart of the hub, as the same message with a new signature', async () => {
    await using receiver = await Receiver.start();
    receiver.status = 500;
    const config = { webhooks: [webhook(receiver.url)] };
    await using hub = await TestHub.start({ config });
    const noticed = hub.noticed();
    await ask(hub, await hub.tokenOf('developer'));
    await noticed;
    await hub.stop();
    receiver.status = 204;
    hub.ahead = 60_000;
    await hub.start(config);
    const [first, second] = await receiver.got(2);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(Number(second?.headers['webhook-timestamp'])).toBeGreaterThan(
      Number(first?.headers['webhook-timestamp']),
    );
    expect([first, second].map((one) => one !== undefined && isSigned(one))).toEqual([true, true]);
    await hub.stop();
    await hub.start(config);
    expect(receiver.received).toHaveLength(2);
  });

  test('at somebody who wants no more is given up, and so is a redirect for now', async () => {
    await using receiver = await Receiver.start();
    receiver.status = 410;
    await using hub = await TestHub.start({ config: { webhooks: [webhook(receiver.url)] } });
    const token = await hub.tokenOf('developer');
    const noticed = hub.noticed();
    await ask(hub, token);
    expect(await noticed).toMatch(/^webhook chatops: msg_[0-9a-f]{32} is given up: it answers 410$/);
    receiver.status = 302;
    const again = hub.noticed();
    await ask(hub, token);
    expect(await again).toMatch(/is tried again later: it answers 302$/);
  });

  test('holds nobody up: approvals go on', async () => {
    const webhooks = [webhook('http://127.0.0.1:1/nobody')];
    await using hub = await TestHub.start({ config: { webhooks } });
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    expect((await (await PageVisitor.of(hub, 'approver')).decide(id, 'approve')).status).toBe(200);
  });

  test('is forgotten with a webhook that is not there any more', async () => {
    await using receiver = await Receiver.start();
    receiver.status = 500;
    const config = { webhooks: [webhook(receiver.url)] };
    await using hub = await TestHub.start({ config });
    const noticed = hub.noticed();
    await ask(hub, await hub.tokenOf('developer'));
    await noticed;
    await hub.stop();
    await hub.start();
    await hub.stop();
    hub.ahead = 60_000;
    receiver.status = 200;
    await hub.start(config);
    await ask(hub, await hub.tokenOf('developer'));
    const [, next] = await receiver.got(2);
    expect(next?.headers['webhook-id']).not.toBe(receiver.received[0]?.headers['webhook-id']);
  });
});

test('neither secrets nor addresses are in what the hub keeps and says', async () => {
  await using receiver = await Receiver.start();
  receiver.status = 500;
  const part = randomBytes(18).toString('base64url');
  const webhooks = [webhook(`${receiver.url}/${part}`)];
  await using hub = await TestHub.start({ config: { webhooks } });
  const noticed = hub.noticed();
  await ask(hub, await hub.tokenOf('developer'));
  await noticed;
  const canaries = [
    { name: 'webhook secret', value: key.toString('base64') },
    { name: 'webhook address', value: part },
  ];
  const streams = { notices: hub.notices.join('\n'), requests: JSON.stringify(hub.requests) };
  assertNoCanary({ canaries, streams, directories: [hub.dataDir] });
});

test('a hub whose webhook has no secret does not start', async () => {
  const webhooks = [webhook('https://hooks.example.com', { secretFile: join(directory, 'nowhere') })];
  await expect(TestHub.start({ config: { webhooks } })).rejects.toThrowWithCode('ERR_CONFIG');
});

function isSignedByUs(received: Received): boolean {
  return isSigned(received);
}

interface SlackText {
  readonly type: string;
  readonly text: string;
}

interface SlackBody {
  readonly text: string;
  readonly blocks: readonly {
    readonly type: string;
    readonly text?: SlackText;
    readonly fields?: readonly SlackText[];
  }[];
}

// docs.slack.dev/reference/block-kit: what each block may hold, and how much.
function checkSlack({ text, blocks }: SlackBody): void {
  expect(text.length).toBeLessThanOrEqual(4000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const block of blocks) {
    expect(['header', 'section']).toContain(block.type);
    if (block.type === 'header') {
      expect(block.text?.type).toBe('plain_text');
      expect(block.text?.text.length).toBeLessThanOrEqual(150);
    }
    if (block.type === 'section') {
      expect(block.text ?? block.fields).toBeDefined();
      expect(block.text?.text.length ?? 1).toBeLessThanOrEqual(3000);
      expect(block.fields?.length ?? 1).toBeLessThanOrEqual(10);
    }
    for (const part of block.fields ?? []) {
      expect(part.text.length).toBeGreaterThan(0);
      expect(part.text.length).toBeLessThanOrEqual(2000);
    }
  }
}
