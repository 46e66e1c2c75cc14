import { once } from 'node:events';
import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { childrenOf, isAlive } from '../helpers/processes.ts';
import { converse, nothingLeaked } from './converse.ts';

const canaries = makeCanaries();

/** The last session's state, and whether `verify` passes it. */
async function lastSession(
  hallpass: Sandbox,
): Promise<{ state: string; verified: number | null; end: string }> {
  const list = await hallpass.run(['sessions', 'list', '--json']);
  const { state } = JSON.parse(list.stdout.split('\n')[0] ?? '') as { state: string };
  const verify = await hallpass.run(['verify', 'last']);
  const show = await hallpass.run(['sessions', 'show', 'last']);
  return { state, verified: verify.code, end: /end: (.*)/.exec(show.stdout)?.[1] ?? '' };
}

describe('when the client leaves', () => {
  test.each([
    ['an error', 'process.exit(3)', 'it ended with exit code 3'],
    ['a signal', "process.kill(process.pid, 'SIGKILL')", 'it was ended by SIGKILL'],
  ])('and the server dies of %s owing an answer, that is an error', async (_, die, reason) => {
    await using hallpass = await sandbox();
    const server = ['--', process.execPath, '-e', `process.stdin.resume().on('end', () => ${die})`];
    const stdin = '{"jsonrpc":"2.0","id":1,"method":"last"}\n';
    const { stdout, stderr, code } = await hallpass.run(['connect', ...server], { stdin });
    expect(JSON.parse(stdout)).toMatchObject({
      id: 1,
      error: { message: `the MCP server is gone: ${reason}` },
    });
    expect(stderr).toContain(`the MCP server is gone: ${reason} [ERR_UPSTREAM_EXITED]`);
    expect(code).toBe(5);
    expect(await lastSession(hallpass)).toMatchObject({ state: 'closed', verified: 0 });
  });

  test('and the server owes an answer and has to be ended, that is none', async () => {
    await using hallpass = await sandbox();
    const server = ['--', process.execPath, '-e', 'process.stdin.resume(); setInterval(() => {}, 1000)'];
    const stdin = '{"jsonrpc":"2.0","id":1,"method":"last"}\n';
    expect(await hallpass.run(['connect', ...server], { stdin })).toMatchObject({ stdout: '', code: 0 });
  });

  test(
    'a server that stops at the end of its input is waited for, and its last answer delivered',
    cites('connect.stdio.shutdown'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass);
      talk.say('{"jsonrpc":"2.0","id":1,"method":"last"}');
      const { stdout, code } = await talk.leave();
      expect(stdout).toBe('{"jsonrpc":"2.0","id":1,"result":{"got":{}}}\n');
      expect(code).toBe(0);
      expect(hallpass.survivors()).toEqual([]);
      expect(await lastSession(hallpass)).toEqual({
        state: 'closed',
        verified: 0,
        end: 'the client closed the connection',
      });
    },
  );

  test(
    'a server that ignores the end of its input and TERM is killed, and its grandchildren with it',
    cites('connect.stdio.shutdown'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass, { start: [{ grandchild: true }], stubborn: true });
      await talk.ask('hello');
      // hallpass, the puppet, its grandchild.
      await expect.poll(() => hallpass.survivors().length).toBe(3);
      const { code } = await talk.leave();
      expect(code).toBe(0);
      expect(hallpass.survivors()).toEqual([]);
    },
  );

  test(
    'a grandchild that outlives its polite parent is ended too',
    cites('connect.stdio.shutdown'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass, { start: [{ grandchild: true }], on: { bye: [{ exit: 0 }] } });
      await talk.ask('hello');
      await expect.poll(() => hallpass.survivors().length).toBe(3);
      await talk.leave();
      expect(hallpass.survivors()).toEqual([]);
    },
  );
});

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends server and session, sealed',
    cites('connect.stdio.shutdown', 'connect.summary'),
    async (signal) => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass, { stubborn: true });
      await talk.ask('hello', { token: canaries.gitlabToken.value });
      talk.running.child.kill(signal);
      const { stderr, signal: died } = await talk.running.finished;
      expect(died).toBeNull();
      expect(stderr).toMatch(/^1 secret masked, 0 exposed, sealed\. hallpass review$/m);
      expect(hallpass.survivors()).toEqual([]);
      expect(await lastSession(hallpass)).toEqual({
        state: 'closed',
        verified: 0,
        end: `stopped by ${signal}`,
      });
      nothingLeaked(hallpass, Object.values(canaries), { 'what the server got': talk.server.stdin });
    },
  );
});

test('a signal ends it also while its client does not read', cites('connect.stdio.shutdown'), async () => {
  await using hallpass = await sandbox();
  const talk = converse(hallpass, { on: { 'tools/call': [{ answerBytes: 4_000_000 }] } });
  const { child } = talk.running;
  child.stdout.pause();
  talk.say('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}');
  // The server has said it all; not all of it has room on the way to the client.
  await expect.poll(() => talk.server.stdout.length).toBeGreaterThan(4_000_000);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  child.stdout.resume();
  await talk.running.finished;
  expect(hallpass.survivors()).toEqual([]);
  expect((await lastSession(hallpass)).state).toBe('closed');
});

describe('kill -9 of hallpass', () => {
  test(
    'ends a server that ignores the end of its input and TERM, its grandchild, and leaves nobody to watch over them',
    cites('connect.killed'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass, { start: [{ grandchild: true }], stubborn: true });
      await talk.ask('hello');
      // hallpass, the puppet, its grandchild.
      await expect.poll(() => hallpass.survivors().length).toBe(3);
      const pid = talk.running.child.pid ?? 0;
      const children = childrenOf(pid);
      process.kill(pid, 'SIGKILL');
      await talk.running.finished;
      await expect.poll(() => hallpass.survivors()).toEqual([]);
      await expect.poll(() => children.filter(isAlive)).toEqual([]);
    },
  );

  test(
    'loses nothing that was delivered, leaves no server, and the next command seals the session',
    cites('sessions.crash'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass);
      const answered = 20;
      for (let n = 0; n < answered; n += 1) await talk.ask('work', { n, token: canaries.githubToken.value });
      process.kill(talk.running.child.pid ?? 0, 'SIGKILL');
      await talk.running.finished;
      // The server sees the end of its input, as it would with any client that dies.
      await expect.poll(() => hallpass.survivors()).toEqual([]);
      const list = await hallpass.run(['sessions', 'list', '--json']);
      expect(JSON.parse(list.stdout)).toMatchObject({ state: 'abandoned' });
      const show = await hallpass.run(['sessions', 'show', 'last', '--json']);
      const events = show.stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => JSON.parse(line) as { kind: string; direction?: string });
      const count = (direction: string) => events.filter((event) => event.direction === direction).length;
      expect({ sent: count('to_server'), answered: count('to_client') }).toEqual({
        sent: answered,
        answered,
      });
      expect(events.at(-2)?.kind).toBe('recovered');
      expect((await hallpass.run(['verify', 'last'])).code).toBe(0);
      nothingLeaked(hallpass, Object.values(canaries), { 'what the server got': talk.server.stdin });
    },
  );
});
