import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { makeCanaries, plantProject } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type Launch, sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { lines, tap, type Tapped } from '../helpers/wiretap.ts';
import { converse, nothingLeaked } from './converse.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const canaries = makeCanaries();
const planted = Object.values(canaries);

interface Wire {
  readonly agent: Tapped;
  readonly server: Tapped;
  readonly launch: Launch & { stderr: 'ignore' };
}

/** An SDK's client ↔ tap ↔ hallpass ↔ tap ↔ server. */
function wire(hallpass: Sandbox, command: readonly string[], env: Record<string, string> = {}): Wire {
  const wires = join(hallpass.directory, 'wires');
  const server = tap(wires, 'server', command);
  const launch = hallpass.command('connect', '--', server.command);
  hallpass.watch(() => ({ streams: { 'what the server got': server.stdin } }));
  return {
    agent: launch.said,
    server,
    launch: { ...launch, env: { ...launch.env, ...env }, stderr: 'ignore' },
  };
}

function official(name: 'filesystem' | 'everything'): string {
  return join(root, 'node_modules/.bin', `mcp-server-${name}`);
}

function leaving({ agent, server }: Wire): Record<string, Buffer> {
  return {
    'what the client got': agent.stdout,
    'stderr of hallpass': agent.stderr,
    'what the server got': server.stdin,
  };
}

describe('the official servers and SDK behind hallpass', () => {
  test(
    'files of a project reach the client with placeholders',
    cites('connect.stdio.result-masked'),
    async () => {
      await using hallpass = await sandbox();
      const paths = await plantProject(hallpass.project, canaries);
      const all = wire(hallpass, [official('filesystem'), '.']);
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StdioClientTransport(all.launch));
      const results = await client.callTool({ name: 'read_multiple_files', arguments: { paths } });
      const text = JSON.stringify(results.content);
      for (const path of paths) expect(text).toContain(path);
      expect(new Set(text.match(/hpm_[a-z0-9]+(?:_[a-z0-9]+)*/g)).size).toBe(planted.length);
      expect(text).toContain('550e8400-e29b-41d4-a716-446655440000');
      await client.close();
      nothingLeaked(hallpass, planted, leaving(all));
    },
  );

  test(
    'a secret in a call reaches the server as a placeholder, and the same one every time',
    cites('connect.stdio.call-masked'),
    async () => {
      await using hallpass = await sandbox();
      const all = wire(hallpass, [official('everything')]);
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StdioClientTransport(all.launch));
      for (const message of [`use ${canaries.gitlabToken.value}`, `again ${canaries.gitlabToken.value}!`])
        await client.callTool({ name: 'echo', arguments: { message } });
      await client.close();
      const [first, second] = [
        ...all.server.stdin
          .toString()
          .matchAll(/"message":"(?:use|again) (hpm_gitlab_pat_[a-z0-9]{10,})!?"/g),
      ];
      expect(first?.[1]).toBeTruthy();
      expect(second?.[1]).toBe(first?.[1]);
      nothingLeaked(hallpass, planted, leaving(all));
    },
  );

  test(
    'requests of the server reach the client, and its answers the server',
    cites('connect.stdio.legacy-era'),
    async () => {
      await using hallpass = await sandbox();
      const all = wire(hallpass, [official('everything')]);
      const client = new Client(
        { name: 'test', version: '1' },
        { capabilities: { elicitation: {}, sampling: {}, roots: {} } },
      );
      client.setRequestHandler(ListRootsRequestSchema, () => ({
        roots: [{ uri: 'file:///work', name: 'work' }],
      }));
      client.setRequestHandler(ElicitRequestSchema, () => ({
        action: 'accept',
        content: { name: canaries.slackToken.value },
      }));
      client.setRequestHandler(CreateMessageRequestSchema, () => ({
        model: 'none',
        role: 'assistant',
        content: { type: 'text', text: `I know ${canaries.jwt.value}` },
      }));
      await client.connect(new StdioClientTransport(all.launch));
      const elicited = await client.callTool({ name: 'trigger-elicitation-request' });
      expect(JSON.stringify(elicited.content)).toMatch(/Name: hpm_slack_token_/);
      const sampled = await client.callTool({
        name: 'trigger-sampling-request',
        arguments: { prompt: 'hello', maxTokens: 10 },
      });
      expect(JSON.stringify(sampled.content)).toMatch(/I know hpm_jwt_/);
      const progress: number[] = [];
      await client.callTool(
        { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } },
        undefined,
        {
          onprogress: (at) => progress.push(at.progress),
        },
      );
      // The SDK drops the last one when it comes in one read with the result, with or without us.
      expect(progress.slice(0, 3)).toEqual([1, 2, 3]);
      await client.close();
      expect(all.server.stdin.toString()).toMatch(/"protocolVersion":"2025-/);
      nothingLeaked(hallpass, planted, leaving(all));
    },
  );

  test(
    'the protocol of 2026-07-28 is spoken from end to end',
    cites('connect.stdio.modern-era'),
    async () => {
      await using hallpass = await sandbox();
      await plantProject(hallpass.project, canaries);
      const all = wire(hallpass, [process.execPath, join(root, 'test/demo/two-era-server.ts')]);
      class InPlace extends ModernTransport {}
      const client = new ModernClient(
        { name: 'test', version: '1' },
        { versionNegotiation: { mode: { pin: '2026-07-28' } } },
      );
      await client.connect(new InPlace(all.launch));
      expect(client.getProtocolEra()).toBe('modern');
      const { content } = await client.callTool({ name: 'chat-settings' });
      expect(JSON.stringify(content)).toMatch(/slack_token: hpm_slack_token_/);
      await client.close();
      expect(lines(all.server.stdin)[0]).toContain('"server/discover"');
      expect(all.server.stdin.toString()).not.toContain('"initialize"');
      nothingLeaked(hallpass, planted, leaving(all));
    },
  );

  test(
    'secrets of the environment are masked whatever they look like',
    cites('connect.known-values'),
    async () => {
      await using hallpass = await sandbox();
      const pass = { name: 'passphrase of the environment', value: 'correct horse battery staple rabbit' };
      const all = wire(hallpass, [official('everything')], { DATABASE_PASSWORD: pass.value });
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StdioClientTransport(all.launch));
      const env = await client.callTool({ name: 'get-env' });
      expect(JSON.stringify(env.content)).toMatch(/DATABASE_PASSWORD\\": \\"hpm_known_/);
      await client.close();
      // That the server itself has the value is what makes its being masked worth something.
      expect(all.server.stdout.toString()).toContain(pass.value);
      nothingLeaked(hallpass, [pass], leaving(all));
    },
  );

  test("hallpass' own settings, the passphrase above all, are not handed to a server", async () => {
    await using hallpass = await sandbox();
    const all = wire(hallpass, [official('everything')]);
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StdioClientTransport(all.launch));
    await client.callTool({ name: 'get-env' });
    await client.close();
    expect(all.server.stdout.toString()).toContain('SANDBOX_MARK');
    expect(all.server.stdout.toString()).not.toContain('HALLPASS_');
  });
});

describe('bytes', () => {
  const odd = [
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"big":12345678901234567890,"f":1.0,"e":1E+2,"z":-0.0}}}',
    '{ "jsonrpc" : "2.0",  "id":"two","method":"x/y", "params":{"b":1,"a":"\\u00e9\\/\\uD83D\\uDE00 é","":[ ],"\\t":null}}',
    '{"jsonrpc":"2.0","id":3,"method":"x","params":{"nested":"{\\"a\\": [1, 2.50]}","_meta":{"x.y/z":true}},"unknown":{"kept":[]}}',
  ];

  test(
    'a message without a secret goes through byte for byte, both ways, in order',
    cites('connect.stdio.untouched'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass, {
        on: {
          'x/y': [
            {
              stdout:
                '{"id":$ID, "result":{"n":0.10,"m":9007199254740993,"t":"\\u0041\\/"} ,"jsonrpc":"2.0"}',
            },
          ],
        },
      });
      for (const line of odd) talk.say(line);
      await talk.answer('two');
      await talk.answer(3);
      const { bytes } = await talk.leave();
      expect(talk.server.stdin.toString()).toBe(`${odd.join('\n')}\n`);
      expect(bytes.stdout.equals(talk.server.stdout)).toBe(true);
      expect(lines(bytes.stdout)).toHaveLength(3);
    },
  );

  test(
    'around a secret every other byte stays',
    cites('connect.stdio.untouched', 'connect.stdio.call-masked'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass);
      const line = (text: string) =>
        `{"jsonrpc":"2.0",  "id":7,"method":"x","params":{"n":1.50,"t":"\\u0041 ${text} \\/","u":0}}`;
      talk.say(line(canaries.stripeKey.value));
      await talk.answer(7);
      await talk.leave();
      const [got = ''] = lines(talk.server.stdin);
      const placeholder = /hpm_stripe_key_[a-z0-9]+/.exec(got)?.[0] ?? 'none';
      expect(got).toBe(line(placeholder));
      nothingLeaked(hallpass, planted, { 'what the server got': talk.server.stdin });
    },
  );

  test(
    'stdout carries the protocol only, whatever server and hallpass have to say besides',
    cites('connect.stdio.stdout-is-protocol', 'connect.summary'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass, {
        start: [{ stderr: `starting with ${canaries.npmToken.value}\n` }],
        on: {
          noisy: [
            { stdout: 'Listening on port 3000' },
            { stderr: 'still here\n' },
            { stdout: '{"jsonrpc":"2.0","id":$ID,"result":{}}' },
          ],
        },
      });
      await talk.ask('noisy', { token: canaries.githubToken.value });
      const { stdout, stderr, code } = await talk.leave();
      for (const line of lines(Buffer.from(stdout)))
        expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
      expect(stderr).toMatch(/^starting with hpm_npm_token_\w+$/m);
      expect(stderr).toContain('still here');
      expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
        /^2 secrets masked, 0 exposed, 1 message refused, sealed\. hallpass review$/,
      );
      expect(code).toBe(0);
      nothingLeaked(hallpass, planted, { 'what the server got': talk.server.stdin });
    },
  );
});
