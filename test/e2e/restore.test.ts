import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { plant, random } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { tappedPuppet } from '../helpers/puppet.ts';
import { type Exchange, listening, post, serve } from './http.ts';

// With signs that JSON, and nothing else, has to escape.
const value = `d\\"${plant('a stored secret', `k-${random(28)}`).value}`;

async function policyFor(
  hallpass: Sandbox,
  connection: string,
  more = '',
  directory = hallpass.directory,
): Promise<string> {
  const file = join(directory, 'own-policy.yaml');
  const rule = `id: deploy, secret: 'secret:DEPLOY', connection: '${connection}', tool: deploy, argument: /key`;
  await writeFile(file, `version: 1\nrestore: [{ ${rule}${more} }]\n`);
  const added = await hallpass.run(['secret', 'add', 'DEPLOY'], { stdin: value });
  expect(added).toMatchObject({ code: 0 });
  return file;
}

const call = (id: number, name: string, args: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

interface Call {
  readonly params: { readonly arguments: Readonly<Record<string, string>> };
}

async function recorded(hallpass: Sandbox): Promise<string> {
  const shown = await hallpass.run(['sessions', 'show', 'last', '--json']);
  expect(shown.code).toBe(0);
  return shown.stdout;
}

test(
  'a secret that a policy names reaches a server on stdio, and the client has its placeholder',
  cites('policy.restore'),
  async () => {
    await using hallpass = await sandbox();
    const server = tappedPuppet(hallpass.directory, {});
    await hallpass.configure({ connections: { ci: { command: server.command } } });
    const policy = await policyFor(hallpass, 'ci');
    const running = hallpass.spawn(['connect', '--policy', policy, 'ci']);
    const asked = async (message: object & { id: number }): Promise<string> => {
      running.child.stdin.write(`${JSON.stringify(message)}\n`);
      return (await running.saying('stdout', new RegExp(`^.*"id":${message.id}[,}].*\\n`, 'm')))[0];
    };
    // The puppet says what it was told.
    const [mark = ''] = /hpm_known_\w+/.exec(await asked(call(1, 'look', { key: value }))) ?? [];
    expect(await asked(call(2, 'deploy', { key: mark, note: mark }))).toContain(`"key":"${mark}"`);
    expect(await asked(call(3, 'deploy', { key: `https://evil.example/${mark}` }))).toContain(mark);
    running.child.stdin.end();
    expect((await running.finished).stderr).toMatch(/at \/params\/arguments\/key is not restored/);
    const got = server.stdin.toString().trim().split('\n');
    expect(got.map((line) => (JSON.parse(line) as Call).params.arguments)).toEqual([
      { key: mark },
      { key: value, note: mark },
      { key: `https://evil.example/${mark}` },
    ]);
    expect(await recorded(hallpass)).toContain(
      `"restored":["secret:DEPLOY (${mark}) at /params/arguments/key [user/deploy]"]`,
    );
  },
);

test('a policy that lies in the project puts nothing back', cites('policy.restore'), async () => {
  await using hallpass = await sandbox();
  const policy = await policyFor(hallpass, 'ci', '', hallpass.project);
  const refused = await hallpass.run(['connect', '--policy', policy, '--', 'cat']);
  expect(refused).toMatchObject({ code: 7, stdout: '' });
  expect(refused.stderr).toMatch(/what goes in clear is not for a project to say/);
});

test(
  'over HTTP it waits for a person where the policy says so, who is shown what goes in clear',
  cites('policy.restore'),
  async () => {
    await using hallpass = await sandbox();
    await using server = await serve((exchange) => {
      const message = exchange.message as Exchange['message'] & Call;
      const { key } = message.params.arguments;
      exchange.json({
        jsonrpc: '2.0',
        id: message.id,
        result: { content: [{ type: 'text', text: `got ${key}` }] },
      });
    });
    await hallpass.configure({ connections: { ci: { url: server.url } } });
    const policy = await policyFor(hallpass, 'ci', ', approval: { self: true }');
    const ready = await listening(hallpass, ['connect', '--json', '--policy', policy, 'ci']);
    const looked = await (await post(ready, call(1, 'look', { key: value }))).text();
    const [mark = ''] = /hpm_known_\w+/.exec(looked) ?? [];
    const answered = post(ready, call(2, 'deploy', { key: mark }));
    const [, id = ''] = await ready.running.saying('stderr', /hallpass approvals approve (apr_\w+)/);
    const shown = await hallpass.run(['approvals', 'show', id]);
    expect(shown.stdout).toContain(`secret:DEPLOY (${mark}) at /params/arguments/key`);
    expect((await hallpass.run(['approvals', 'approve', id])).code).toBe(0);
    expect(await (await answered).text()).toContain(`got ${mark}`);
    const bodies = server.requests.map(({ body }) => (JSON.parse(body) as Call).params.arguments);
    expect(bodies).toEqual([{ key: mark }, { key: value }]);
    ready.running.child.kill('SIGINT');
    await ready.running.finished;
    expect(await recorded(hallpass)).toContain('"restored":["secret:DEPLOY (');
  },
);
