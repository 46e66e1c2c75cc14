import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { puppet } from '../helpers/puppet.ts';
import { readJson } from '../helpers/read-json.ts';
import { TeamHub } from '../helpers/team.ts';
import { lines } from '../helpers/wiretap.ts';
import { converse } from './converse.ts';

const { gitlabToken, githubToken } = makeCanaries();

const DROP = { name: 'query', arguments: { sql: 'DROP TABLE users' } };
const SELECT = { name: 'query', arguments: { sql: 'SELECT 1' } };

async function writePolicy(hallpass: Sandbox, text: string, name = 'hallpass.policy.yaml'): Promise<string> {
  const file = join(hallpass.project, name);
  await writeFile(file, text);
  return file;
}

/** What `connect` answers to these calls, and what its server got of them. */
async function callAll(
  hallpass: Sandbox,
  params: readonly object[],
  env: Record<string, string> = {},
): Promise<{ answers: string[]; got: unknown[]; stderr: string }> {
  const talk = converse(hallpass, {}, { env });
  const answers: string[] = [];
  for (const one of params) answers.push(await talk.ask('tools/call', one));
  const { stderr } = await talk.leave();
  const got = lines(talk.server.stdin).map((line) => (JSON.parse(line) as { params: unknown }).params);
  return { answers, got, stderr };
}

describe('policy check', () => {
  test(
    'says all that is wrong, each with its place, the line and what was meant; exit 7',
    cites('policy.check'),
    async () => {
      await using hallpass = await sandbox();
      await writePolicy(
        hallpass,
        'version: 1\nrules:\n  - id: a\n    verdict: dney\n    when: >-\n      tool == "x" &&\n      grups == []\n',
      );
      const { code, stdout, stderr } = await hallpass.run(['policy', 'check', 'hallpass.policy.yaml']);
      expect(stdout).toBe(
        [
          'hallpass.policy.yaml:4:14: rules.0.verdict: it is allow, hold or deny',
          '  4 |     verdict: dney',
          '    |              ^^^^',
          '  did you mean "deny"?',
          'hallpass.policy.yaml:7:7: rules.0.when: Unknown variable: grups',
          '  7 |       grups == []',
          '    |       ^^^^^',
          '  did you mean "groups"?',
          '',
        ].join('\n'),
      );
      expect(stderr).toContain('hallpass.policy.yaml has 2 errors [ERR_CONFIG]');
      expect(code).toBe(7);
      const json = await hallpass.run(['policy', 'check', 'hallpass.policy.yaml', '--json']);
      expect(json.stdout.trim().split('\n').map(readJson)).toMatchObject([
        { file: 'hallpass.policy.yaml', line: 4, column: 14, suggestion: 'deny' },
        { file: 'hallpass.policy.yaml', line: 7, column: 7, suggestion: 'groups' },
      ]);
      hallpass.assertNoCanary();
    },
  );

  test('repeats no secret and drives no terminal', cites('policy.check'), async () => {
    await using hallpass = await sandbox();
    await writePolicy(hallpass, `version: 1\n"\u009b2J": 1\nname: ${gitlabToken.value}\n`);
    const { stdout } = await hallpass.run(['policy', 'check', 'hallpass.policy.yaml']);
    expect(stdout).toContain('3 | name: [gitlab_pat]');
    expect(stdout).toContain('\\x9b2J');
    hallpass.assertNoCanary();
  });

  test('a policy in order is named with its digest', cites('policy.check'), async () => {
    await using hallpass = await sandbox();
    await writePolicy(hallpass, 'version: 1\nname: team\nrules: []\n', 'team.yaml');
    const { code, stdout } = await hallpass.run(['policy', 'check', 'team.yaml', '--json']);
    expect(readJson(stdout)).toEqual({
      file: 'team.yaml',
      policy: expect.stringMatching(/^team@[0-9a-f]{12} < guard@[0-9a-f]{12}$/) as string,
      rules: 0,
    });
    expect(code).toBe(0);
  });
});

const TEAM = `version: 1
name: team
extends: approve
rules:
  - id: scratch
    on: { connection: scratch }
    verdict: allow
  - id: write-scope
    when: environment == "production" && !claims.scope.contains("write")
    verdict: hold
`;

const TABLE = `version: 1
tests:
  - name: dropping waits
    call: { tool: query, args: { sql: DROP TABLE users } }
    expect: hold
    rule: approve/destructive
  - name: but not of what is worth nothing
    call: { connection: scratch, tool: query, args: { sql: DROP TABLE users } }
    expect: allow
    rule: scratch
  - name: a token that may write
    call: { environment: production, claims: { scope: read write } }
    expect: allow
`;

test(
  'policy test runs the table beside a policy, a line for each row; exit 7 if one fails',
  cites('policy.test'),
  async () => {
    await using hallpass = await sandbox();
    await writePolicy(hallpass, TEAM, 'team.yaml');
    await writePolicy(hallpass, TABLE, 'team.test.yaml');
    const good = await hallpass.run(['policy', 'test', 'team.yaml']);
    expect(good.stdout).toMatch(
      /^ok {4}hold {3}dropping waits\nok {4}allow {2}but not .*\nok {4}allow {2}a token that may write\n3 rows, all as expected: team@/,
    );
    expect(good.code).toBe(0);
    await writePolicy(hallpass, TABLE.replace('expect: hold', 'expect: deny'), 'team.test.yaml');
    const bad = await hallpass.run(['policy', 'test', 'team.test.yaml']);
    expect(bad.stdout).toContain(
      'FAIL  hold   dropping waits\n      expected deny by approve/destructive, got hold by approve/destructive',
    );
    expect(bad.stderr).toContain('1 of 3 rows of team.test.yaml fail [ERR_POLICY_TEST]');
    expect(bad.code).toBe(7);
    const json = await hallpass.run(['policy', 'test', 'team.yaml', '--json']);
    expect(json.stdout.trim().split('\n').map(readJson)).toMatchObject([
      { test: 'dropping waits', ok: false, expected: 'deny', outcome: 'hold', rule: 'approve/destructive' },
      { ok: true },
      { ok: true },
    ]);
    await writePolicy(
      hallpass,
      'version: 1\ntests: [{ call: { tol: x }, expect: hold }]\n',
      'team.test.yaml',
    );
    const broken = await hallpass.run(['policy', 'test', 'team.yaml']);
    expect(broken.stderr).toContain(
      'team.test.yaml:2:19: tests.0.call: unknown key "tol"; did you mean "tool"?',
    );
    hallpass.assertNoCanary();
  },
);

describe('policy explain', () => {
  test('says which layers are in force, and from where', cites('policy.explain'), async () => {
    await using hallpass = await sandbox();
    const alone = await hallpass.run(['policy', 'explain', '--json']);
    expect(readJson(alone.stdout)).toMatchObject({ policy: 'guard', from: 'the default: none is chosen' });
    await mkdir(hallpass.configDir, { recursive: true });
    await writeFile(join(hallpass.configDir, 'policy.yaml'), TEAM);
    await writePolicy(
      hallpass,
      'version: 1\nrules: [{ id: no-shell, on: { tool: shell }, verdict: deny }]\n',
    );
    const { stdout } = await hallpass.run(['policy', 'explain', '--json']);
    expect(stdout.trim().split('\n').map(readJson)).toMatchObject([
      { policy: 'team', from: expect.stringContaining('your own: ') as string },
      { policy: 'project', from: expect.stringContaining('which can only tighten') as string },
    ]);
    const chosen = await hallpass.run(['policy', 'explain'], { env: { HALLPASS_POLICY: 'locked' } });
    expect(chosen.stdout).toMatch(/\nlocked {2}locked@[0-9a-f]{12}\n {2}chosen: locked\n/);
    expect(chosen.stdout).toContain('deny   project/no-shell');
    hallpass.assertNoCanary();
  });

  test('the hub’s comes first where somebody is logged in', cites('policy.explain'), async () => {
    const policy =
      'version: 1\nname: company\nrules: [{ id: no-query, on: { tool: query }, verdict: deny }]\n';
    await using hub = await TeamHub.start({ policy });
    await using hallpass = await sandbox();
    await hub.logIn(hallpass, 'developer');
    await writePolicy(hallpass, 'version: 1\nrules: [{ id: all, verdict: allow }]\n');
    const layers = await hallpass.run(['policy', 'explain', '--json']);
    expect(layers.stdout.trim().split('\n').map(readJson)).toMatchObject([
      { policy: 'company', from: `the hub: ${hub.url}` },
      { policy: 'guard' },
      { policy: 'project' },
    ]);
    const { stdout } = await hallpass.run(['policy', 'explain', '--json', '--tool', 'query']);
    expect(readJson(stdout)).toMatchObject({ outcome: 'deny', rule: 'company/no-query' });
    hallpass.assertNoCanary();
  });

  test('a shipped policy in five lines, and its rules', cites('policy.explain'), async () => {
    await using hallpass = await sandbox();
    const { stdout } = await hallpass.run(['policy', 'explain', 'approve']);
    const [, name = '', from = '', ...rest] = stdout.split('\n');
    expect([name, from]).toEqual([
      expect.stringContaining('approve@'),
      expect.stringContaining('named here'),
    ]);
    expect(rest.slice(0, 5).join(' ')).toMatch(/DROP TABLE.* Next: /);
    expect(rest.slice(5).join('\n')).toContain('hold   approve/privileged: It changes who may do what.');
    hallpass.assertNoCanary();
  });

  test('which rule decides a call, from flags and from stdin', cites('policy.explain'), async () => {
    await using hallpass = await sandbox();
    await writePolicy(hallpass, TEAM, 'team.yaml');
    const args = ['policy', 'explain', 'team.yaml', '--tool', 'query'];
    const flags = await hallpass.run([...args, '--args', JSON.stringify(DROP.arguments)]);
    expect(flags.stdout).toContain('hold  approve/destructive\n');
    expect(flags.stdout).toContain('    team/scratch: it is about another connection\n');
    expect(flags.stdout).toContain('  > approve/destructive: its condition is true\n');
    const call = { connection: 'scratch', args: DROP.arguments };
    const stdin = await hallpass.run([...args, '--stdin', '--json'], { stdin: JSON.stringify(call) });
    expect(readJson(stdin.stdout)).toMatchObject({ outcome: 'allow', rule: 'team/scratch' });
    // And what is piped is no argument, where one is left out.
    const inForce = await hallpass.run(['policy', 'explain', '--stdin', '--json'], {
      stdin: JSON.stringify({ tool: 'query' }),
    });
    expect(readJson(inForce.stdout)).toMatchObject({ outcome: 'allow' });
    const wrong = await hallpass.run([...args, '--args', '[1']);
    expect(wrong.code).toBe(2);
    hallpass.assertNoCanary();
  });

  test('and a recorded one, beside what was said of it then', cites('policy.explain'), async () => {
    await using hallpass = await sandbox();
    await callAll(hallpass, [SELECT, DROP]);
    const shown = await hallpass.run(['sessions', 'show', 'last', '--json']);
    const events = shown.stdout.trim().split('\n').map(readJson) as { seq?: number; kind?: string }[];
    const { seq } = events.filter(({ kind }) => kind === 'message')[2] ?? {};
    const args = ['policy', 'explain', 'approve', '--json', '--session', 'last', '--seq', String(seq)];
    const { stdout } = await hallpass.run(args);
    expect(readJson(stdout)).toMatchObject({
      outcome: 'hold',
      rule: 'approve/destructive',
      recorded: { outcome: 'allow', rule: 'guard', policy: 'guard' },
    });
    const none = await hallpass.run(['policy', 'explain', '--session', 'last', '--seq', '999']);
    expect(none.stderr).toContain('the session has no event 999 [ERR_USAGE]');
    hallpass.assertNoCanary();
  });
});

test('policy schema prints what editors want', cites('policy.schema'), async () => {
  await using hallpass = await sandbox();
  const { stdout, code } = await hallpass.run(['policy', 'schema']);
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: { rules: { items: { properties: { verdict: { enum: ['allow', 'hold', 'deny'] } } } } },
    additionalProperties: false,
  });
  expect(code).toBe(0);
  hallpass.assertNoCanary();
});

describe('connect', () => {
  test('under approve a call that destroys waits, and others go on', cites('policy.approve'), async () => {
    await using hallpass = await sandbox();
    const talk = converse(hallpass, {}, { env: { HALLPASS_POLICY: 'approve' } });
    talk.say(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: DROP }));
    expect(await talk.ask('tools/call', SELECT)).toContain('SELECT 1');
    await talk.leave();
    expect(talk.server.stdin.toString()).not.toContain('DROP');
    hallpass.assertNoCanary();
  });

  test(
    'what holds secrets is masked under guard, and refused under locked',
    cites('policy.locked'),
    async () => {
      await using hallpass = await sandbox();
      const { value } = hallpass.secrets.dotEnv;
      const calls = ['env', 'cat .env', 'kubectl get secret db -o yaml', 'psql -c "TABLE pg_authid"'].map(
        (command) => ({ name: 'shell', arguments: { command } }),
      );
      const script = {
        on: {
          'tools/call': [
            { stdout: `{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"${value}"}]}}` },
          ],
        },
      };
      for (const policy of ['guard', 'locked']) {
        const talk = converse(hallpass, script, { env: { HALLPASS_POLICY: policy } });
        for (const params of calls) {
          const answer = await talk.ask('tools/call', params);
          if (policy === 'guard') expect(answer).toMatch(/"text":"hpm_/);
          else expect(answer).toContain('locked/reads-secrets');
        }
        await talk.leave();
        // Of both runs: what locked refuses adds nothing.
        expect(lines(talk.server.stdin)).toHaveLength(calls.length);
      }
      hallpass.assertNoCanary();
    },
  );

  test('groups and claims are those of who is logged in', cites('policy.login'), async () => {
    await using hub = await TeamHub.start();
    await using hallpass = await sandbox();
    await hub.logIn(hallpass, 'developer');
    await writePolicy(
      hallpass,
      [
        'version: 1',
        'rules:',
        '  - { id: nobody, when: "!principal.attested", verdict: deny }',
        '  - { id: group, on: { tool: query }, when: "\\"engineering\\" in groups", verdict: deny }',
        `  - { id: claim, when: 'claims.iss == "${hub.issuer}"', verdict: deny }`,
      ].join('\n'),
    );
    const { answers } = await callAll(hallpass, [SELECT, { name: 'shell', arguments: {} }]);
    expect(answers[0]).toContain('[project/group]');
    expect(answers[1]).toContain('[project/claim]');
    await using stranger = await sandbox();
    await writePolicy(
      stranger,
      'version: 1\nrules: [{ id: nobody, when: "!principal.attested", verdict: deny }]',
    );
    expect((await callAll(stranger, [SELECT])).answers[0]).toContain('[project/nobody]');
    hallpass.assertNoCanary();
  });

  test(
    'a token that CI presents and that may too much is masked, held and reported with its scopes',
    cites('policy.scopes'),
    async () => {
      await using hallpass = await sandbox();
      const { value } = githubToken;
      // As docs.github.com, "Scopes for OAuth apps", has it.
      const asked: (string | undefined)[] = [];
      const github = createServer((request, response) => {
        asked.push(request.headers.authorization);
        response.writeHead(200, { 'x-oauth-scopes': 'repo, admin:org, delete_repo' }).end('{}');
      });
      await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
      const api = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
      await writePolicy(
        hallpass,
        [
          'version: 1',
          'rules:',
          '  - id: over-scoped',
          '    on: { method: tools/call, direction: to_server }',
          '    when: has(credential.scopes) && credential.scopes.exists(s, s.startsWith("admin:"))',
          '    verdict: hold',
          '    reason: This token may do more than the job needs.',
        ].join('\n'),
      );
      const [command = '', ...args] = puppet(hallpass.directory, {});
      const credential = { introspect: 'github', api };
      await hallpass.configure({ connections: { repo: { command, args, credential } } });
      const running = hallpass.spawn(['connect', 'repo'], { env: { CI: 'true', GITHUB_TOKEN: value } });
      const params = { name: 'get_file', arguments: { path: 'README.md', note: `with ${value}` } };
      running.child.stdin.write(
        `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`,
      );
      await running.saying('stderr', /may do: repo, admin:org, delete_repo/);
      await running.saying('stderr', /get_file waits for approval/);
      running.child.stdin.end();
      const { stdout } = await running.finished;
      github.close();
      expect(asked).toEqual([`Bearer ${value}`]);
      expect(stdout).not.toContain('"got"');
      const shown = await hallpass.run(['sessions', 'show', 'last', '--json', '--payloads']);
      const held = shown.stdout.split('\n').find((line) => line.includes('"kind":"hold"'));
      expect(held).toContain('The credential may: repo, admin:org, delete_repo.');
      expect(shown.stdout).toMatch(/with hpm_/);
      hallpass.assertNoCanary();
    },
  );

  test('a project tightens what is in force, and weakens nothing', cites('policy.project'), async () => {
    await using hallpass = await sandbox();
    await mkdir(hallpass.configDir, { recursive: true });
    await writeFile(
      join(hallpass.configDir, 'policy.yaml'),
      'version: 1\nrules: [{ id: no-drop, when: args.sql.contains("DROP"), verdict: deny }]\n',
    );
    await writePolicy(
      hallpass,
      'version: 1\nextends: observe\nrules:\n  - { id: all, on: { tool: query }, verdict: allow }\n  - { id: shell, verdict: deny }\n',
    );
    const shell = { name: 'shell', arguments: { sql: 'SELECT 1' } };
    const { answers, got } = await callAll(hallpass, [DROP, SELECT, shell]);
    expect(answers[0]).toContain('user/no-drop');
    expect(answers[2]).toContain('project/shell');
    expect(got).toEqual([SELECT]);
    hallpass.assertNoCanary();
  });

  test('the start of the record names the policy and its digest', cites('policy.recorded'), async () => {
    await using hallpass = await sandbox();
    await writePolicy(hallpass, TEAM, 'team.yaml');
    await callAll(hallpass, [], { HALLPASS_POLICY: 'team.yaml' });
    const shown = await hallpass.run(['sessions', 'show', 'last', '--json']);
    const start = shown.stdout.split('\n').find((line) => line.includes('"kind":"start"'));
    expect(readJson(start ?? '')).toMatchObject({
      policy: expect.stringMatching(/^team@[0-9a-f]{12} < approve@[0-9a-f]{12}$/) as string,
    });
    hallpass.assertNoCanary();
  });

  test.each([
    ['a broken one', 'version: 1\nrules: {}\n', 'hallpass.policy.yaml:2:8: rules:'],
    [
      'one with a broken condition',
      'version: 1\nrules: [{ id: a, when: tool ==, verdict: deny }]\n',
      ':2:31: ',
    ],
  ])('%s exits 7 before a server starts', cites('policy.bad'), async (_, text, where) => {
    await using hallpass = await sandbox();
    await writePolicy(hallpass, text);
    const talk = converse(hallpass, { start: [{ stderr: 'the server has started' }] });
    const { code, stderr } = await talk.leave();
    expect(code).toBe(7);
    expect(stderr).toContain(where);
    expect(stderr).not.toContain('the server has started');
    hallpass.assertNoCanary();
  });

  test('a policy that does not exist is none; a near name is suggested', cites('policy.bad'), async () => {
    await using hallpass = await sandbox();
    const { code, stderr } = await hallpass.run(['connect', '--policy', 'lokced', '--', 'true']);
    expect(stderr).toContain('Did you mean locked?');
    expect(code).toBe(2);
    hallpass.assertNoCanary();
  });
});
