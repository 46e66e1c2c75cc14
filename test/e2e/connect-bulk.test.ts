import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { converse, nothingLeaked } from './converse.ts';

const canaries = makeCanaries();
const planted = Object.values(canaries);
const MB = 1024 * 1024;

describe('a flood on stderr', () => {
  test(
    'of 1 MB is drained before anybody reads stdout, and every secret in it masked',
    cites('connect.stdio.stderr-masked'),
    async () => {
      await using hallpass = await sandbox();
      const line = `${'x'.repeat(100)} token=${canaries.githubToken.value} and ${canaries.slackToken.value}\n`;
      const times = Math.ceil(MB / line.length);
      const talk = converse(hallpass, {
        on: { work: [{ stderr: line, times }, { stdout: '{"jsonrpc":"2.0","id":$ID,"result":{}}' }] },
      });
      await talk.ask('work');
      const { stderr } = await talk.leave();
      expect(talk.server.stderr.length).toBe(line.length * times);
      const masked = stderr.split('\n').filter((text) => /^x{100} token=hpm_\w+ and hpm_\w+$/.test(text));
      expect(masked).toHaveLength(times);
      nothingLeaked(hallpass, planted);
    },
  );

  test(
    'without a newline, with a secret across the pieces it is written in',
    cites('connect.stdio.stderr-masked'),
    async () => {
      await using hallpass = await sandbox();
      const { value } = canaries.anthropicKey;
      const talk = converse(hallpass, {
        start: [{ stderr: `key ${value.slice(0, 20)}` }, { stderr: `${value.slice(20)} end` }],
      });
      await talk.ask('hello');
      const { stderr } = await talk.leave();
      expect(stderr).toMatch(/key hpm_anthropic\w+ end/);
      nothingLeaked(hallpass, planted);
    },
  );
});

describe('a message of 5 MB', () => {
  test('passes both ways, unchanged without a secret', cites('connect.stdio.untouched'), async () => {
    await using hallpass = await sandbox();
    const talk = converse(hallpass, { on: { much: [{ answerBytes: 5 * MB }] } });
    const words = 'lorem ipsum '.repeat((5 * MB) / 12);
    const [sent, got] = await Promise.all([talk.ask('big', { words }), talk.ask('much')]);
    expect(sent.length).toBeGreaterThan(5 * MB - 12);
    expect(got.length).toBeGreaterThan(5 * MB - 12);
    const { bytes, code } = await talk.leave();
    expect(bytes.stdout.equals(talk.server.stdout)).toBe(true);
    expect(talk.server.stdin.includes(`{"words":"${words}"}`)).toBe(true);
    expect(code).toBe(0);
  });

  test(
    'with a secret at its end has that masked, and nothing else changed',
    cites('connect.stdio.call-masked'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass);
      const words = 'lorem ipsum '.repeat((5 * MB) / 12);
      const reply = await talk.ask('big', { words, key: `sent ${canaries.gitlabToken.value}` });
      await talk.leave();
      const [placeholder = ''] = /hpm_gitlab\w+/.exec(reply) ?? [];
      const expected = JSON.stringify({ words, key: `sent ${placeholder}` });
      expect(reply.endsWith(`"result":{"got":${expected}}}`)).toBe(true);
      expect(talk.server.stdin.includes(`"params":${expected}}\n`)).toBe(true);
      nothingLeaked(hallpass, [canaries.gitlabToken], { 'what the server got': talk.server.stdin });
    },
  );
});

test('a hundred calls at once are all answered, each with its own', async () => {
  await using hallpass = await sandbox();
  const talk = converse(hallpass);
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  for (const n of numbers) talk.say(JSON.stringify({ jsonrpc: '2.0', id: n, method: 'x', params: { n } }));
  for (const n of numbers) expect(await talk.answer(n)).toContain(`{"got":{"n":${n}}}`);
  await talk.leave();
});
