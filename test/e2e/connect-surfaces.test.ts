import { describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { makeCanaries, plantProject } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { lines } from '../helpers/wiretap.ts';
import { converse, nothingLeaked } from './converse.ts';

const canaries = makeCanaries();
const planted = Object.values(canaries);
/** In the project's .env, so known whatever it looks like. */
const known = canaries.envPassword.value;
const shaped = canaries.gitlabToken.value;
const pem = canaries.privateKey.value;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const text = (value: string) => ({ result: { content: [{ type: 'text', text: value }] } });

/** What a server may say, with a secret wherever one may be. */
const FROM_SERVER: Record<string, Record<string, unknown>> = {
  'a text': text(`password is ${known}, token ${shaped}`),
  'a text of JSON': text(JSON.stringify({ a: { password: known, list: [shaped] } })),
  'a text of JSON in JSON': text(JSON.stringify({ inner: JSON.stringify({ known, shaped }) })),
  'a text of YAML': text(`users:\n  - name: x\n    token: "${shaped}"\n    other: ${known}\n`),
  'a private key with the line ends of Windows': text(pem.replaceAll('\n', '\r\n')),
  'a private key as JSON': text(JSON.stringify({ key: pem })),
  'structured content': { result: { content: [], structuredContent: { deep: [{ value: known }, shaped] } } },
  'a key of structured content': { result: { content: [], structuredContent: { [shaped]: 1, [known]: 2 } } },
  'an error message and its data': {
    error: { code: -32000, message: `no ${shaped}`, data: { tried: [known] } },
  },
  'a resource as base64': {
    result: { contents: [{ uri: 'file:///x', blob: base64(`token=${shaped}\npassword=${known}\n`) }] },
  },
  'a prompt': {
    result: { messages: [{ role: 'user', content: { type: 'text', text: `use ${shaped} ${known}` } }] },
  },
  'a tool definition': {
    result: {
      tools: [
        {
          name: 't',
          description: `with ${shaped}`,
          inputSchema: { type: 'object', properties: { p: { type: 'string', default: known } } },
        },
      ],
    },
  },
  'a resource link': {
    result: {
      content: [
        {
          type: 'resource_link',
          name: 'x',
          uri: `https://h/x?token=${encodeURIComponent(known)}&t=${shaped}`,
        },
      ],
    },
  },
  _meta: { result: { content: [], _meta: { note: shaped, other: known } } },
  'base64 in a text': text(`Authorization: Basic ${base64(`me:${known}`)}`),
  'hex in a text': text(
    `dump ${Buffer.from(known).toString('hex')} ${Buffer.from(known).toString('hex').toUpperCase()}`,
  ),
  'percent escapes in a text': text(
    `https://h/?p=${[...Buffer.from(known)].map((byte) => `%${byte.toString(16)}`).join('')}`,
  ),
};

/** The same in what answers nothing. */
const UNASKED: Record<string, Record<string, unknown>> = {
  'a log notification': {
    method: 'notifications/message',
    params: { level: 'info', data: { password: known, t: [shaped] } },
  },
  'a progress notification': {
    method: 'notifications/progress',
    params: { progressToken: 1, progress: 1, message: `${known} ${shaped}` },
  },
  'a request of the server': {
    id: 'ask',
    method: 'sampling/createMessage',
    params: {
      messages: [{ role: 'user', content: { type: 'text', text: `${known} ${shaped}` } }],
      systemPrompt: shaped,
      maxTokens: 1,
    },
  },
};

test(
  'a secret from the server is masked wherever it stands',
  cites('connect.stdio.result-masked'),
  async () => {
    await using hallpass = await sandbox();
    await plantProject(hallpass.project, canaries);
    const replies = Object.entries(FROM_SERVER).map(([name, reply]) => {
      const line = JSON.stringify({ jsonrpc: '2.0', id: 0, ...reply }).replace('"id":0', '"id":$ID');
      return [`${methodOf(name)} ${name}`, [{ stdout: line }]] as const;
    });
    const unasked = Object.values(UNASKED).map((message) => ({
      stdout: JSON.stringify({ jsonrpc: '2.0', ...message }),
    }));
    const talk = converse(hallpass, {
      on: {
        ...Object.fromEntries(replies),
        all: [...unasked, { stdout: '{"jsonrpc":"2.0","id":$ID,"result":{}}' }],
      },
    });
    for (const name of Object.keys(FROM_SERVER)) {
      const answer = await talk.ask(methodOf(name), { name });
      assertNoCanary({ canaries: planted, streams: { [name]: answer } });
      expect(answer).not.toContain('hallpass refused');
    }
    await talk.ask('all');
    const { stdout } = await talk.leave();
    expect(lines(Buffer.from(stdout))).toHaveLength(replies.length + unasked.length + 1);
    nothingLeaked(hallpass, planted);
  },
);

function methodOf(name: string): string {
  return (
    {
      'a tool definition': 'tools/list',
      'a prompt': 'prompts/get',
      'a resource as base64': 'resources/read',
    }[name] ?? 'tools/call'
  );
}

describe('a secret where nothing may be masked', () => {
  test.each([
    ['an id of the client', { id: known, method: 'x' }],
    ['a progress token', { id: 1, method: 'x', params: { _meta: { progressToken: known } } }],
    ['a cursor', { id: 1, method: 'tools/list', params: { cursor: known } }],
    ['a method', { id: 1, method: `tools/${known}` }],
  ])(
    '%s stops the message, and the sender is told',
    cites('connect.stdio.call-masked'),
    async (_, message) => {
      await using hallpass = await sandbox();
      await plantProject(hallpass.project, canaries);
      if (message.id === known)
        hallpass.exempt({
          canary: canaries.envPassword.name,
          where: /^stdout of 0: hallpass connect/,
          because: 'the sender may see its own id again',
        });
      const talk = converse(hallpass);
      talk.say(JSON.stringify({ jsonrpc: '2.0', ...message }));
      await talk.running.saying('stdout', /"error":\{.*\n/);
      await talk.ask('fine');
      const { stderr } = await talk.leave();
      expect(lines(talk.server.stdin)).toHaveLength(1);
      expect(stderr).toMatch(/1 message refused/);
    },
  );
});
