import { StdioServerTransport as LegacyLineTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { describe, expect, test } from 'vitest';

import { legacyHandler, modernHandler } from '../helpers/sdk-servers.ts';
import { MODERN, Setting } from '../helpers/sdk-setting.ts';

const textOf = (answer: object): string => (answer as { content: [{ text: string }] }).content[0].text;

describe('HTTP client, HTTP server, 2026-07-28', () => {
  test('tools are listed and called, masked both ways, headers as masked as the body', async () => {
    await using at = new Setting();
    await at.httpToHttp(modernHandler);
    const client = await at.modernClient();
    const { secret, placeholder } = at.wiring;
    const { tools } = await client.listTools();
    expect(tools.map(({ name, description }) => [name, description])).toEqual([
      ['tell', `Tells ${placeholder}`],
      ['ask', 'Asks'],
    ]);
    const answer = await client.callTool({ name: 'tell', arguments: { word: `é ${secret}` } });
    expect(textOf(answer)).toBe(`é ${placeholder} is not ${placeholder}`);
    expect(at.heard).toEqual([`é ${placeholder}`]);
    expect(client.getNegotiatedProtocolVersion()).toBe(MODERN);
    at.nothingLeaked(tools, answer);
  });

  test('progress comes while the call runs, masked', async () => {
    await using at = new Setting();
    await at.httpToHttp(modernHandler);
    const client = await at.modernClient();
    const progress: unknown[] = [];
    await client.listTools();
    await client.callTool(
      { name: 'tell', arguments: { word: 'x', steps: 3 } },
      { onprogress: (step) => progress.push(step) },
    );
    expect(progress).toEqual(
      [1, 2, 3].map((step) => ({ progress: step, message: `step ${step} of ${at.wiring.placeholder}` })),
    );
  });

  test('a call that needs to ask first is asked, answered and called again, its state untouched', async () => {
    await using at = new Setting();
    await at.httpToHttp(modernHandler);
    const client = await at.modernClient();
    const { secret, placeholder } = at.wiring;
    const asked: unknown[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params);
      return { action: 'accept', content: { code: `code ${secret}` } };
    });
    const answer = await client.callTool({ name: 'ask' });
    expect(textOf(answer)).toBe(`thanks for code ${placeholder}`);
    expect(asked).toMatchObject([
      {
        message: `What is the code? Not ${placeholder}.`,
        requestedSchema: { properties: { code: { description: `not ${placeholder}` } } },
      },
    ]);
    expect(at.heard).toEqual([`code ${placeholder}`, 'opaque state / of the server =']);
    at.nothingLeaked(asked, answer);
  });

  test('two clients at once, their ids equal, each get their own', async () => {
    await using at = new Setting();
    await at.httpToHttp(modernHandler);
    const clients = [await at.modernClient(), await at.modernClient()];
    const answers = await Promise.all(
      clients.map((client, i) => client.callTool({ name: 'tell', arguments: { word: `of ${i}` } })),
    );
    expect(answers.map(textOf)).toEqual([0, 1].map((i) => `of ${i} is not ${at.wiring.placeholder}`));
  });

  test('a call that is aborted is one error for its client, and no trouble for the next', async () => {
    await using at = new Setting();
    await at.httpToHttp(modernHandler);
    const client = await at.modernClient();
    await client.listTools();
    const leaving = new AbortController();
    const call = client.callTool(
      { name: 'tell', arguments: { word: 'x', steps: 1_000 } },
      { signal: leaving.signal, onprogress: () => leaving.abort() },
    );
    await expect(call).rejects.toThrow();
    await expect(client.callTool({ name: 'tell', arguments: { word: 'y' } })).resolves.toBeDefined();
  });
});

describe('HTTP client, HTTP server, 2025-11-25', () => {
  test('a session is opened, tools are called with progress, masked both ways', async () => {
    await using at = new Setting();
    await at.httpToHttp(legacyHandler);
    const client = await at.legacyClient();
    const { secret, placeholder } = at.wiring;
    expect((await client.listTools()).tools[0]?.description).toBe(`Tells ${placeholder}`);
    const progress: unknown[] = [];
    const answer = await client.callTool({ name: 'tell', arguments: { word: secret, steps: 2 } }, undefined, {
      onprogress: (step) => progress.push(step),
    });
    expect(textOf(answer)).toBe(`${placeholder} is not ${placeholder}`);
    expect(progress).toHaveLength(2);
    at.nothingLeaked(answer, progress);
  });

  test('the server may ask the client’s model in the middle of a call', async () => {
    await using at = new Setting();
    await at.httpToHttp(legacyHandler);
    const client = await at.legacyClient();
    const { secret, placeholder } = at.wiring;
    const asked: string[] = [];
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
      asked.push(JSON.stringify(params.messages));
      return { model: 'm', role: 'assistant', content: { type: 'text', text: `think of ${secret}` } };
    });
    const answer = await client.callTool({ name: 'think' });
    expect(textOf(answer)).toBe(`the model says think of ${placeholder}`);
    expect(asked).toEqual([expect.stringContaining(`What of ${placeholder}?`)]);
    expect(at.heard).toEqual([`think of ${placeholder}`]);
    at.nothingLeaked(asked, answer);
  });
});

describe('stdio client, HTTP server', () => {
  test('2025-11-25: session, calls, and the server’s questions', async () => {
    await using at = new Setting();
    const { input, output } = await at.stdioToHttp(legacyHandler);
    const client = await at.legacyClient(new LegacyLineTransport(output, input));
    const { placeholder, secret } = at.wiring;
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'm',
      role: 'assistant',
      content: { type: 'text', text: secret },
    }));
    expect((await client.listTools()).tools).toHaveLength(2);
    expect(textOf(await client.callTool({ name: 'tell', arguments: { word: secret } }))).toBe(
      `${placeholder} is not ${placeholder}`,
    );
    expect(textOf(await client.callTool({ name: 'think' }))).toBe(`the model says ${placeholder}`);
    at.nothingLeaked();
  });

  test('2026-07-28: the headers that the client on stdio knows nothing of are there', async () => {
    await using at = new Setting();
    const { input, output } = await at.stdioToHttp(modernHandler);
    const client = await at.modernClient(new StdioServerTransport(output, input));
    client.setRequestHandler('elicitation/create', () => ({
      action: 'accept',
      content: { code: at.wiring.secret },
    }));
    await client.listTools();
    expect(textOf(await client.callTool({ name: 'ask' }))).toBe(`thanks for ${at.wiring.placeholder}`);
    // Its argument is to be repeated in a header, which the server checks.
    const { secret, placeholder } = at.wiring;
    const answer = await client.callTool({ name: 'tell', arguments: { word: `é ${secret}` } });
    expect(textOf(answer)).toBe(`é ${placeholder} is not ${placeholder}`);
    at.nothingLeaked(answer);
  });
});

describe('HTTP clients, servers on stdio', () => {
  test('two of 2025-11-25 at once, ids equal, each with a server of its own', async () => {
    await using at = new Setting();
    await at.httpToStdio();
    const clients = [await at.legacyClient(), await at.legacyClient()];
    const progress = [0, 0];
    const answers = await Promise.all(
      clients.map((client, i) =>
        client.callTool({ name: 'tell', arguments: { word: `of ${i}`, steps: i + 1 } }, undefined, {
          onprogress: () => (progress[i] = (progress[i] ?? 0) + 1),
        }),
      ),
    );
    expect(answers.map(textOf)).toEqual([0, 1].map((i) => `of ${i} is not ${at.wiring.placeholder}`));
    expect(progress).toEqual([1, 2]);
    expect(at.children).toHaveLength(2);
    at.nothingLeaked(answers);
  });

  test('two of 2026-07-28 at once, ids equal', async () => {
    await using at = new Setting();
    await at.httpToStdio();
    const clients = [await at.modernClient(), await at.modernClient()];
    const progress = [0, 0];
    const calls = clients.flatMap((client, i) =>
      [1, 2, 3].map(async (n) =>
        textOf(
          await client.callTool(
            { name: 'tell', arguments: { word: `${i} ${n} ${at.wiring.secret}`, steps: 1 } },
            { onprogress: () => (progress[i] = (progress[i] ?? 0) + 1) },
          ),
        ),
      ),
    );
    const { placeholder } = at.wiring;
    expect(await Promise.all(calls)).toEqual(
      [0, 1].flatMap((i) => [1, 2, 3].map((n) => `${i} ${n} ${placeholder} is not ${placeholder}`)),
    );
    expect(progress).toEqual([3, 3]);
    at.nothingLeaked();
  });

  test('one of each era', async () => {
    await using at = new Setting();
    await at.httpToStdio();
    const [legacy, modern] = [await at.legacyClient(), await at.modernClient()];
    modern.setRequestHandler('elicitation/create', () => ({
      action: 'accept',
      content: { code: at.wiring.secret },
    }));
    expect(textOf(await legacy.callTool({ name: 'tell', arguments: { word: 'x' } }))).toBe(
      `x is not ${at.wiring.placeholder}`,
    );
    expect(textOf(await modern.callTool({ name: 'ask' }))).toBe(`thanks for ${at.wiring.placeholder}`);
    at.nothingLeaked();
  });
});
