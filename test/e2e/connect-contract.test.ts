import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';

import { makeCanaries, plantProject } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { puppet } from '../helpers/puppet.ts';
import { lines } from '../helpers/wiretap.ts';
import { converse } from './converse.ts';

const canaries = makeCanaries();
const { value: known, name: knownName } = canaries.envPassword;
const { value: shaped, name: shapedName } = canaries.gitlabToken;

const result = (value: object) => [
  { stdout: `{"jsonrpc":"2.0","id":$ID,"result":${JSON.stringify(value)}}` },
];
const uri = `https://files.example/a?token=${shaped}&p=${encodeURIComponent(known)}`;

test(
  'a masked URI works, for its server gets it as it was; in an argument it stays masked',
  cites('connect.handles'),
  async () => {
    await using hallpass = await sandbox();
    await plantProject(hallpass.project, canaries);
    for (const canary of [knownName, shapedName])
      hallpass.exempt({ canary, where: /^what the server got/, because: 'it said so itself' });
    const talk = converse(hallpass, {
      on: { 'resources/list': result({ resources: [{ name: 'a', uri }] }) },
    });
    const listed = await talk.ask('resources/list');
    const { resources } = (JSON.parse(listed) as { result: { resources: { uri: string }[] } }).result;
    const masked = resources[0]?.uri ?? '';
    expect(masked).toContain('hpm_');
    expect(await talk.ask('resources/read', { uri: masked })).not.toContain(shaped);
    await talk.ask('tools/call', { name: 'fetch', arguments: { uri: masked } });
    await talk.leave();
    const got = lines(talk.server.stdin).map((line) => JSON.parse(line) as { params: object });
    expect(got.map(({ params }) => params)).toEqual([
      {},
      { uri },
      { name: 'fetch', arguments: { uri: masked } },
    ]);
    hallpass.assertNoCanary();
  },
);

test(
  'the official client takes a masked result that no longer fits its schema for what it is: a call that went well',
  cites('connect.unfit'),
  async () => {
    await using hallpass = await sandbox();
    await plantProject(hallpass.project, canaries);
    // What masking can't keep to, whatever the placeholder.
    const pass = { type: 'string', maxLength: known.length, pattern: '^[^_]*$' };
    const outputSchema = { type: 'object', properties: { pass } };
    const tools = [{ name: 'look', inputSchema: { type: 'object' }, outputSchema }];
    const command = puppet(hallpass.directory, {
      on: {
        initialize: result({
          protocolVersion: '2025-11-25',
          capabilities: { tools: {} },
          serverInfo: { name: 'puppet', version: '1' },
        }),
        'tools/list': result({ tools }),
        'tools/call': result({
          content: [{ type: 'text', text: 'done' }],
          structuredContent: { pass: known },
        }),
      },
    });
    const launch = hallpass.command('connect', '--', ...command);
    const client = new Client({ name: 'agent', version: '1' });
    await client.connect(new StdioClientTransport({ ...launch, stderr: 'ignore' }));
    await client.listTools();
    const answer = await client.callTool({ name: 'look', arguments: {} });
    expect(answer).toMatchObject({
      isError: true,
      content: [
        { text: expect.stringContaining('the call succeeded. Do not retry it.') as string },
        { text: expect.stringMatching(/^\{"pass":"hpm_/) as string },
        { text: 'done' },
      ],
    });
    await client.close();
    hallpass.watch(() => ({ streams: { 'what the client got': JSON.stringify(answer) } }));
    hallpass.assertNoCanary();
  },
);

test(
  'a list that was masked is nobody else’s and stale at once, one that was not stays as it came',
  cites('connect.uncached'),
  async () => {
    await using hallpass = await sandbox();
    await plantProject(hallpass.project, canaries);
    const hints = { ttlMs: 300_000, cacheScope: 'public' };
    const talk = converse(hallpass, {
      on: {
        'prompts/list': result({ prompts: [{ name: 'p', description: shaped }], ...hints }),
        'resources/list': result({ resources: [], ...hints }),
      },
    });
    expect(await talk.ask('prompts/list')).toMatch(/"ttlMs":0,"cacheScope":"private"\}\}$/);
    expect(await talk.ask('resources/list')).toContain(JSON.stringify(hints).slice(1, -1));
    await talk.leave();
    hallpass.assertNoCanary();
  },
);
