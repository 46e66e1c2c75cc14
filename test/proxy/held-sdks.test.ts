import { StdioServerTransport as LegacyLineTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { describe, expect, test } from 'vitest';

import { parsePolicy } from '../../src/app/policy/policy-file.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { createPolicy, type Policy } from '../../src/core/policy/evaluate.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { legacyHandler, modernHandler } from '../helpers/sdk-servers.ts';
import { Setting } from '../helpers/sdk-setting.ts';

const ADDRESS = 'https://hub.example/approvals';

/** Every call waits. */
const held = (): Policy =>
  createPolicy([
    parsePolicy(
      'version: 1\nrules: [{ id: calls, on: { method: tools/call, direction: to_server }, verdict: hold, reason: Calls wait. }]',
      'p.yaml',
      'user',
    ),
  ]);

/** A setting in which every call waits. */
function setting(): { at: Setting; approvals: MemoryApprovals } {
  const approvals = new MemoryApprovals({ url: ADDRESS });
  return { at: new Setting({ policy: held(), approvals }), approvals };
}

const textOf = (answer: object): string => (answer as { content: [{ text: string }] }).content[0].text;

type Fronts = [string, (at: Setting) => Promise<Parameters<Setting['modernClient']>[0]>];
const MODERN_FRONTS: Fronts[] = [
  ['HTTP to HTTP', (at) => at.httpToHttp(modernHandler).then(() => undefined)],
  ['HTTP to stdio', (at) => at.httpToStdio().then(() => undefined)],
  [
    'stdio to HTTP',
    async (at) => {
      const { input, output } = await at.stdioToHttp(modernHandler);
      return new StdioServerTransport(output, input);
    },
  ],
];

describe.each(MODERN_FRONTS)('the SDK’s client of 2026-07-28, %s', (_, front) => {
  test('shows the address, waits round by round, and its call goes through once it is approved', async () => {
    const { at: made, approvals } = setting();
    await using at = made;
    const client = await at.modernClient(await front(at), { url: {} });
    const shown: unknown[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      shown.push(params);
      return { action: 'accept' };
    });
    await client.listTools();
    const called = client.callTool({ name: 'tell', arguments: { word: 'x' } });
    await approvals.waitedFor(1);
    approvals.timePasses();
    await approvals.waitedFor(2);
    expect(at.heard).toEqual([]);
    approvals.say('approve');
    expect(textOf(await called)).toBe(`x is not ${at.wiring.placeholder}`);
    expect(shown).toEqual([
      { mode: 'url', url: `${ADDRESS}/apr_1`, message: expect.stringContaining('Calls wait.') as string },
    ]);
    expect(approvals.asked).toHaveLength(1);
    at.nothingLeaked(shown);
  });

  test('is told how to go on when nobody decides, and the same call goes through later', async () => {
    const { at: made, approvals } = setting();
    await using at = made;
    const client = await at.modernClient(await front(at), { url: {} });
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept' }));
    await client.listTools();
    const refused = expect(client.callTool({ name: 'tell', arguments: { word: 'x' } })).rejects.toThrow(
      'apr_1 is not decided yet',
    );
    for (let round = 1; round <= LIMITS.holdRounds; round += 1) {
      await approvals.waitedFor(round);
      approvals.timePasses();
    }
    await refused;
    approvals.say('approve');
    expect(textOf(await client.callTool({ name: 'tell', arguments: { word: 'x' } }))).toContain('x is not');
    expect(at.heard).toEqual(['x']);
  });

  test('is told why when it is denied', async () => {
    const { at: made, approvals } = setting();
    await using at = made;
    const client = await at.modernClient(await front(at), { url: {} });
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept' }));
    await client.listTools();
    const refused = expect(client.callTool({ name: 'tell', arguments: { word: 'x' } })).rejects.toThrow(
      'apr_1 was denied: fine',
    );
    await approvals.waitedFor(1);
    approvals.say('deny');
    await refused;
    expect(at.heard).toEqual([]);
  });

  test('that can show no address waits, and who aborts has cancelled', async () => {
    const { at: made, approvals } = setting();
    await using at = made;
    const client = await at.modernClient(await front(at));
    await client.listTools();
    const leaving = new AbortController();
    const left = expect(
      client.callTool({ name: 'tell', arguments: { word: 'x' } }, { signal: leaving.signal }),
    ).rejects.toThrow();
    await approvals.waitedFor(1);
    leaving.abort();
    await left;
    const next = client.callTool({ name: 'tell', arguments: { word: 'y' } });
    await approvals.waitedFor(2);
    await approvals.becomes(0, 'cancelled');
    approvals.say('approve', 1);
    expect(textOf(await next)).toContain('y is not');
    expect(at.heard).toEqual(['y']);
  });
});

test('the SDK’s client: a server’s own question in an approved call is answered without another approval', async () => {
  const { at: made, approvals } = setting();
  await using at = made;
  await at.httpToHttp(modernHandler);
  const client = await at.modernClient(undefined, { url: {}, form: {} });
  client.setRequestHandler('elicitation/create', ({ params }) =>
    params.mode === 'url' ? { action: 'accept' } : { action: 'accept', content: { code: 'c' } },
  );
  await client.listTools();
  const called = client.callTool({ name: 'ask' });
  await approvals.waitedFor(1);
  approvals.say('approve');
  expect(textOf(await called)).toBe('thanks for c');
  expect(at.heard).toEqual(['c', 'opaque state / of the server =']);
  expect(approvals.asked).toHaveLength(1);
});

const LEGACY_FRONTS: [string, (at: Setting) => Promise<Parameters<Setting['legacyClient']>[0]>][] = [
  ['HTTP to HTTP', (at) => at.httpToHttp(legacyHandler).then(() => undefined)],
  ['HTTP to stdio', (at) => at.httpToStdio().then(() => undefined)],
  [
    'stdio to HTTP',
    async (at) => {
      const { input, output } = await at.stdioToHttp(legacyHandler);
      return new LegacyLineTransport(output, input);
    },
  ],
];

describe.each(LEGACY_FRONTS)('the SDK’s client of 2025-11-25, %s', (_, front) => {
  test('is asked to open the address, told when that is over, and gets its answer', async () => {
    const { at: made, approvals } = setting();
    await using at = made;
    const client = await at.legacyClient(await front(at), { elicitation: { url: {} } });
    const [shown, over]: unknown[][] = [[], []];
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      shown?.push(params);
      return { action: 'accept' };
    });
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
      over?.push(params);
    });
    const progress: unknown[] = [];
    const called = client.callTool({ name: 'tell', arguments: { word: 'x', steps: 1 } }, undefined, {
      onprogress: (step) => progress.push(step.message),
    });
    await approvals.waitedFor(1);
    approvals.timePasses();
    await approvals.waitedFor(2);
    approvals.say('approve');
    expect(textOf(await called)).toBe(`x is not ${at.wiring.placeholder}`);
    expect(shown).toMatchObject([{ mode: 'url', url: `${ADDRESS}/apr_1`, elicitationId: 'apr_1' }]);
    expect(over).toEqual([{ elicitationId: 'apr_1' }]);
    expect(progress[0]).toBe('waiting for approval apr_1');
    at.nothingLeaked(shown, progress);
  });

  test('that knows nothing of it waits, and others’ calls and its own go on', async () => {
    const { at: made, approvals } = setting();
    await using at = made;
    const client = await at.legacyClient(await front(at));
    const called = client.callTool({ name: 'tell', arguments: { word: 'x' } });
    await approvals.waitedFor(1);
    expect((await client.listTools()).tools).not.toEqual([]);
    approvals.say('approve');
    expect(textOf(await called)).toContain('x is not');
  });

  test('that cancels has taken it back', async () => {
    const { at: made, approvals } = setting();
    await using at = made;
    const client = await at.legacyClient(await front(at));
    const leaving = new AbortController();
    const left = expect(
      client.callTool({ name: 'tell', arguments: { word: 'x' } }, undefined, { signal: leaving.signal }),
    ).rejects.toThrow();
    await approvals.waitedFor(1);
    leaving.abort();
    await left;
    await approvals.becomes(0, 'cancelled');
    expect((await client.listTools()).tools).not.toEqual([]);
    expect(at.heard).toEqual([]);
  });
});
