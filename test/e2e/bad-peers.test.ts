import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { lines } from '../helpers/wiretap.ts';
import { converse, nothingLeaked } from './converse.ts';

const canaries = makeCanaries();
const planted = Object.values(canaries);

describe('a server command', () => {
  test('that does not exist: exit 5, and what to check', cites('bad.server-not-found'), async () => {
    await using hallpass = await sandbox();
    const { stdout, stderr, code } = await hallpass.run(['connect', '--', 'no-such-mcp-server', '.']);
    expect(stderr).toContain(
      'hallpass: the server command "no-such-mcp-server" was not found [ERR_UPSTREAM_NOT_FOUND]\n  Check the spelling and PATH, or give the absolute path.\n',
    );
    expect({ stdout, code }).toEqual({ stdout: '', code: 5 });
    const list = await hallpass.run(['sessions', 'list', '--json']);
    expect(JSON.parse(list.stdout)).toMatchObject({ connection: 'no-such-mcp-server', state: 'closed' });
  });

  test('that is a file which cannot be run', cites('bad.server-not-found'), async () => {
    await using hallpass = await sandbox();
    const file = join(hallpass.project, 'notes.txt');
    writeFileSync(file, 'no program\n', { mode: 0o644 });
    const { stderr, code } = await hallpass.run(['connect', '--', file]);
    expect(stderr).toContain(`the server command "${file}" is not executable [ERR_UPSTREAM_NOT_FOUND]`);
    expect(code).toBe(5);
  });

  test('with --json: one object on stderr', async () => {
    await using hallpass = await sandbox();
    const { stderr } = await hallpass.run(['connect', '--json', '--', 'no-such-mcp-server']);
    const said = lines(Buffer.from(stderr)).map((line) => JSON.parse(line) as { error: { code: string } });
    expect(said.map(({ error }) => error.code)).toEqual(['ERR_UPSTREAM_NOT_FOUND']);
  });
});

describe('a server that dies', () => {
  test('at once: its last words are shown, masked, and exit is 5', cites('bad.server-dies'), async () => {
    await using hallpass = await sandbox();
    const words = `Error: cannot log in with ${canaries.githubToken.value}\n    at main (server.js:1:1)\n`;
    const talk = converse(hallpass, { start: [{ stderr: words }, { exit: 3 }] });
    const { stdout, stderr, code } = await talk.running.finished;
    expect(stderr).toMatch(/^Error: cannot log in with hpm_github_\w+\n {4}at main \(server\.js:1:1\)$/m);
    expect(stderr).toMatch(
      /hallpass: the MCP server is gone: it ended with exit code 3 \[ERR_UPSTREAM_EXITED\]\n {2}The server's own output above says why/,
    );
    expect({ stdout, code }).toEqual({ stdout: '', code: 5 });
    const show = await hallpass.run(['sessions', 'show', 'last']);
    expect(show.stdout).toMatch(/end: it ended with exit code 3 \(exit 3\)/);
    nothingLeaked(hallpass, planted);
  });

  test(
    'in mid-call: whoever waits gets an error, and hallpass does not stay behind',
    cites('bad.server-dies'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass, { on: { 'tools/call': [{ exit: 0 }] } });
      const reply = JSON.parse(await talk.ask('tools/call', { name: 'x' })) as { error: { message: string } };
      expect(reply.error.message).toMatch(/the MCP server is gone: it ended with exit code 0/);
      const { code } = await talk.running.finished;
      expect(code).toBe(5);
      expect(hallpass.survivors()).toEqual([]);
    },
  );
});

describe('what is no JSON-RPC', () => {
  test(
    'from the server is refused, recorded and said, and the session lives on',
    cites('bad.server-non-json'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass, {
        start: [{ stdout: `Server ready, key ${canaries.stripeKey.value}` }],
        on: {
          half: [
            { stdout: '{"jsonrpc":"2.0","id":$ID,"result":' },
            { stdout: '{"jsonrpc":"2.0","id":$ID,"result":"whole"}' },
          ],
        },
      });
      expect(await talk.ask('half')).toContain('"whole"');
      expect(await talk.ask('other')).toContain('"got"');
      const { stdout, stderr, code } = await talk.leave();
      expect(lines(Buffer.from(stdout))).toHaveLength(2);
      expect(stderr.match(/hallpass: refused a message from the server: /g)).toHaveLength(2);
      expect(stderr).toMatch(/2 messages refused, sealed/);
      expect(code).toBe(0);
      const show = await hallpass.run(['sessions', 'show', 'last', '--payloads']);
      expect(show.stdout.match(/← REFUSED/g)).toHaveLength(2);
      expect(show.stdout).toMatch(/Server ready, key hpm_stripe_key_/);
      nothingLeaked(hallpass, planted);
    },
  );

  test(
    'from the client is answered with a parse error and never reaches the server',
    cites('bad.client-non-json'),
    async () => {
      await using hallpass = await sandbox();
      const talk = converse(hallpass);
      talk.say(`hello, my key is ${canaries.awsKeyId.value}`);
      talk.say('{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":1,"a":2}}');
      talk.say('{"jsonrpc":"2.0","id":2,"method":"x","params":');
      expect(await talk.ask('fine')).toContain('"got"');
      const { stdout, stderr } = await talk.leave();
      const replies = lines(Buffer.from(stdout)).map(
        (line) => JSON.parse(line) as { id: unknown; error?: { code: number } },
      );
      expect(replies.slice(0, 3).map(({ error }) => error?.code)).toEqual([-32700, -32700, -32700]);
      expect(lines(talk.server.stdin)).toHaveLength(1);
      expect(stderr.match(/hallpass: refused a message from the client: /g)).toHaveLength(3);
      nothingLeaked(hallpass, planted, { 'what the server got': talk.server.stdin });
    },
  );

  test('bytes that are no UTF-8 are refused both ways', cites('bad.client-non-json'), async () => {
    await using hallpass = await sandbox();
    const talk = converse(hallpass);
    talk.running.child.stdin.write(
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","method":"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"}\n'),
      ]),
    );
    expect(await talk.ask('fine')).toContain('"got"');
    await talk.leave();
    expect(lines(talk.server.stdin)).toHaveLength(1);
  });
});
