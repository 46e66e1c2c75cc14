import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { puppet } from '../helpers/puppet.ts';
import { nothingLeaked } from './converse.ts';
import { post } from './http.ts';

const canaries = makeCanaries();
const CTRL_C = '\u0003';

interface Snippet {
  mcpServers: Record<string, { type: string; url: string; headers: { Authorization: string } }>;
}

describe('connect on a terminal', () => {
  test(
    'prints a configuration to copy, a line for each call, and with Ctrl-C the summary',
    cites('connect.summary'),
    async () => {
      await using hallpass = await sandbox();
      const [command = '', ...args] = puppet(hallpass.directory, {
        start: [{ stderr: `ready, with ${canaries.npmToken.value}\n` }],
        on: {
          initialize: [{ stdout: '{"jsonrpc":"2.0","id":$ID,"result":{}}' }],
          'tools/call': [
            { stdout: `{"jsonrpc":"2.0","id":$ID,"result":{"text":"${canaries.slackToken.value}"}}` },
          ],
        },
      });
      await hallpass.configure({ connections: { puppet: { command, args } } });
      const running = hallpass.spawn(['connect', 'puppet'], { onTerminal: true });
      await running.saying('stdout', /Ctrl-C ends the session\./);
      const said = running.said.stdout.replaceAll('\r', '');
      expect(said).toMatch(/^puppet is at http:\/\/127\.0\.0\.1:\d+\/mcp$/m);
      expect(said).toMatch(
        /^session \w{12}, policy guard, signed by this device \(SHA256:\S+\), unattested$/m,
      );
      const { mcpServers } = JSON.parse(/^\{\n[^]*?\n\}$/m.exec(said)?.[0] ?? '') as Snippet;
      const { url = '', headers } = mcpServers['puppet'] ?? {};
      const token = headers?.Authorization.replace('Bearer ', '') ?? '';
      const begun = await post({ url, token }, { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
      const answer = await post(
        { url, token },
        {
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'deploy', arguments: { key: canaries.stripeKey.value } },
        },
        { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' },
      );
      expect(await answer.text()).toMatch(/hpm_slack_token_/);
      await running.saying(
        'stdout',
        /^tools\/call deploy +\S*masked 2\S* {2}\S*allow\S* {2}\S*[\d.]+ ms\S*\r?$/m,
      );
      running.child.stdin.write(CTRL_C);
      const { stdout } = await running.finished;
      expect(stdout).toMatch(/3 secrets masked, 0 exposed, sealed\. hallpass review\r?\n/);
      expect(stdout).toMatch(/ready, with hpm_npm_token_/);
      expect(hallpass.survivors()).toEqual([]);
      nothingLeaked(hallpass, Object.values(canaries));
    },
  );
});

describe('trust on a terminal', () => {
  test(
    'shows the whole file, what is hidden in it too, and takes a yes for a yes',
    cites('bad.untrusted-project'),
    async () => {
      await using hallpass = await sandbox();
      await writeFile(
        join(hallpass.project, 'hallpass.yaml'),
        'connections:\n  a:\n    command: evil # \u001b[8mhidden\u202e\n',
      );
      const no = hallpass.spawn(['trust'], { onTerminal: true });
      await no.saying('stdout', /\[y\/N\] /);
      no.child.stdin.write('no\r');
      expect((await no.finished).stdout).toMatch(/\[ERR_UNTRUSTED_PROJECT\]/);
      const yes = hallpass.spawn(['trust'], { onTerminal: true });
      await yes.saying('stdout', /\[y\/N\] /);
      yes.child.stdin.write('y\r');
      const { stdout } = await yes.finished;
      expect(stdout).toContain('command: evil # \\x1b[8mhidden\\u{202e}');
      expect(stdout).toMatch(/trusted \S+hallpass\.yaml\r?\n {2}sha256 [0-9a-f]{64}/);
      expect((await hallpass.run(['connect', 'a'])).stderr).toMatch(/"evil" was not found/);
    },
  );
});
