import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { look } from '../hub/helpers/asking.ts';
import type { TestHub } from '../hub/helpers/test-hub.ts';
import { plant } from '../helpers/canaries.ts';
import { startCiHub } from '../helpers/ci-hub.ts';
import { FakeCi, type System } from '../helpers/ci.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { listening, post, serve } from './http.ts';

let ci: FakeCi;
let hub: TestHub;

beforeAll(async () => {
  ci = await FakeCi.start();
  hub = await startCiHub(ci, ['deploy']);
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await ci[Symbol.asyncDispose]();
});
beforeEach(() => {
  ci.change = {};
  ci.asked.length = 0;
});

/** A machine that is new for each job, and has no keychain. */
async function machine(system: System): Promise<{ box: Sandbox; env: Record<string, string | undefined> }> {
  const box = await sandbox({ isNew: true });
  const bin = join(box.directory, 'bin');
  const env = {
    HALLPASS_KEYCHAIN: undefined,
    HALLPASS_PASSPHRASE: undefined,
    HALLPASS_HUB: hub.url,
    PATH: `${bin}:${box.env['PATH']}`,
    ...(await ci.job(system, bin, hub.url)),
  };
  return { box, env };
}

/** Takes tokens where no file and no terminal gets to see them. */
async function confidant() {
  const told: string[] = [];
  const server = createServer((request, response) => {
    const token = String(request.headers.authorization).replace('Bearer ', '');
    told.push(plant('a token for a job', token).value);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    told,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The newest session at the hub of the jobs of a system, as it is told to one of them. */
async function sessionOf(system: System): Promise<Record<string, unknown>> {
  const token = await hub.mint(await ci.sign(system, hub.url, ci.claimsOf(system)));
  const listed = await hub.get('/sessions', token);
  const { sessions } = (await listed.json()) as { sessions: { session: string }[] };
  return (await (await hub.get(`/sessions/${sessions[0]?.session}`, token)).json()) as Record<
    string,
    unknown
  >;
}

const TELL = `fetch(process.argv[1], { headers: { authorization: 'Bearer ' + process.env.DEPLOY_TOKEN } }).then(() => console.log('deployed', process.env.DEPLOY_TOKEN))`;

describe.each<System>(['github', 'gitlab', 'buildkite', 'circleci', 'other'])('a job of %s', (system) => {
  test(
    'runs a command with a token of its own; the session is its own, too, attested and at the hub',
    cites('ci.run'),
    async () => {
      const { box, env } = await machine(system);
      await using hallpass = box;
      await using friend = await confidant();
      const words = ['run', '--require-upload', '--with', 'deploy', '--', 'node', '-e', TELL, friend.url];
      const { stdout, stderr, code } = await hallpass.run(words, { env });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toMatch(/^(?:::add-mask::\S+\n)*deployed hpm_known_\w+\n$/);
      const sub = String(ci.claimsOf(system)['sub']);
      expect(decodeJwt(friend.told[0] ?? '')).toMatchObject({
        sub: `${ci.issuerOf(system)}|${sub}`,
        aud: 'urn:example:deploy',
        scope: 'deploy',
      });
      const own = await hub.mint(await ci.sign(system, hub.url, ci.claimsOf(system)));
      const told = await hub.form('/introspect', own, { token: friend.told[0] ?? '' });
      expect(await told.json()).toEqual({ active: false });
      const session = await sessionOf(system);
      expect(session).toMatchObject({ subject: sub, state: 'accepted', attested: true });
      if (system === 'github')
        hallpass.exempt({
          canary: 'a token for a job',
          where: /^stdout/,
          because: 'the runner takes ::add-mask:: out',
        });
      hallpass.assertNoCanary();
    },
  );
});

test('`whoami` says which job it is, and what a hub can go by', cites('ci.whoami'), async () => {
  const { box, env } = await machine('github');
  await using hallpass = box;
  const { stdout } = await hallpass.run(['whoami', '--json'], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    hub: hub.url,
    subject: 'repo:octo-org/octo-repo:environment:prod',
    job: {
      provider: 'GitHub Actions',
      issuer: ci.issuerOf('github'),
      page: 'https://github.com/octo-org/octo-repo/actions/runs/30433642',
      claims: { repository_id: '74', ref: 'refs/heads/main', aud: hub.url },
    },
  });
  const shown = await hallpass.run(['whoami'], { env });
  expect(shown.stdout).toContain('  a job of GitHub Actions: https://github.com/octo-org/octo-repo/actions/');
  expect(shown.stdout).toContain('\n    repository_id: 74\n');
  hallpass.assertNoCanary();
});

test('`mint` prints a token that is kept nowhere', cites('ci.mint'), async () => {
  const { box, env } = await machine('buildkite');
  await using hallpass = box;
  const tokens = [];
  for (let time = 0; time < 2; time += 1) {
    const { stdout, stderr } = await hallpass.run(['mint', 'deploy'], { env });
    expect(stderr).toBe('');
    tokens.push(stdout.trim());
  }
  expect(new Set(tokens).size).toBe(2);
  for (const token of tokens) plant('a minted token', token);
  hallpass.exempt({ canary: /token/, where: /^stdout/, because: 'it was asked for' });
  hallpass.assertNoCanary();
});

// Before the error stands that there is no keychain.
function lastOf(stderr: string): { error: { code: string; message: string } } {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as ReturnType<typeof lastOf>;
}

describe('a job that the hub does not take', () => {
  test(
    'is told each claim that does not fit, and its command does not run',
    cites('ci.refused'),
    async () => {
      const { box, env } = await machine('github');
      await using hallpass = box;
      ci.change = { repository_owner_id: '9' };
      const { code, stdout, stderr } = await hallpass.run(['run', '--json', '--', 'echo', 'ran'], { env });
      expect(code).toBe(125);
      expect(stdout).not.toContain('ran');
      const { error } = lastOf(stderr);
      expect(error.code).toBe('ERR_AUTH');
      expect(error.message).toContain('does not fit github: repository_owner_id is 9 and has to be 65');
      // What it is told to look with works for it all the same.
      const who = await hallpass.run(['whoami'], { env });
      expect(who.stdout).toContain('\n    repository_owner_id: 9\n');
      hallpass.assertNoCanary();
    },
  );

  test('is told what of it no grant fits', cites('ci.refused'), async () => {
    const { box, env } = await machine('gitlab');
    await using hallpass = box;
    const change = { ...ci.claimsOf('gitlab'), ref_path: 'refs/heads/dev', ref_protected: 'false' };
    const token = await ci.sign('gitlab', hub.url, change);
    const { code, stderr } = await hallpass.run(['mint', 'deploy', '--json'], {
      env: { ...env, HALLPASS_ID_TOKEN: token },
    });
    expect(code).toBe(4);
    const { error } = lastOf(stderr);
    expect(error.message).toContain(
      'ref_protected is false and has to be true; ref_path is refs/heads/dev and has to match ^refs/heads/(?:main|release/[0-9.]+)$',
    );
    hallpass.assertNoCanary();
  });
});

test('`connect` attaches a token of the job', cites('ci.connect'), async () => {
  const { box, env } = await machine('gitlab');
  await using hallpass = box;
  await using server = await serve((exchange) => {
    const shown = String(exchange.response.req.headers.authorization).replace('Bearer ', '');
    const content = [{ type: 'text', text: `you sent ${shown}` }];
    exchange.json({ jsonrpc: '2.0', id: exchange.message.id, result: { content } });
  });
  await hallpass.configure({ connections: { deploy: { url: server.url, auth: { bearer: 'hub-jwt' } } } });
  const ready = await listening(hallpass, ['connect', 'deploy', '--json'], { env });
  const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'list', arguments: {} } };
  expect(await (await post(ready, call)).text()).toMatch(/you sent hpm_\w+/);
  const token = String(server.requests[0]?.headers.authorization).replace('Bearer ', '');
  const sub = String(ci.claimsOf('gitlab')['sub']);
  expect(decodeJwt(plant('a token for a job', token).value)).toMatchObject({
    sub: `${ci.issuerOf('gitlab')}|${sub}`,
    aud: 'urn:example:deploy',
  });
  ready.running.child.kill('SIGINT');
  expect((await ready.running.finished).code).toBe(0);
  expect(await sessionOf('gitlab')).toMatchObject({ subject: sub, state: 'accepted', attested: true });
  hallpass.assertNoCanary();
});

test('a step that the policy holds says where a person decides it', cites('ci.held'), async () => {
  const { box, env } = await machine('github');
  await using hallpass = box;
  const policy = join(hallpass.project, 'deploys.yaml');
  const rule = {
    id: 'deploys',
    on: { connection: 'run' },
    when: 'claims.environment == "prod"',
    verdict: 'hold',
  };
  await writeFile(policy, JSON.stringify({ version: 1, rules: [rule] }));
  const running = hallpass.spawn(['run', '--policy', policy, '--', 'echo', 'deployed'], { env });
  const [, id = ''] = await running.saying('stderr', new RegExp(`${hub.url}/approvals/(apr_\\w+)`));
  const token = await hub.mint(await ci.sign('github', hub.url, ci.claimsOf('github')));
  expect(await look(hub, token, id)).toMatchObject({
    state: 'pending',
    subject: `${ci.issuerOf('github')}|${String(ci.claimsOf('github')['sub'])}`,
  });
  running.child.kill('SIGTERM');
  const { stdout } = await running.finished;
  expect(stdout).not.toContain('deployed');
  hallpass.assertNoCanary();
});

test(
  'the hub’s policy goes by the claims of a job, and `policy explain` says so',
  cites('ci.policy'),
  async () => {
    const rule = {
      id: 'only-main',
      on: { connection: 'run' },
      when: `principal.issuer == ${JSON.stringify(ci.issuerOf('github'))} && claims.ref != "refs/heads/main"`,
      verdict: 'deny',
      reason: 'Only main is deployed.',
    };
    const masking = { rules: [{ id: 'employee', regex: String.raw`\bEMP-[0-9]{6}\b` }] };
    const policy = JSON.stringify({ version: 1, name: 'central', rules: [rule], masking });
    await using governed = await startCiHub(ci, [], { policy });
    const { box, env } = await machine('github');
    await using hallpass = box;
    const job = { env: { ...env, HALLPASS_HUB: governed.url } };
    const echo = ['run', '--', 'echo', 'EMP-123456'];
    expect((await hallpass.run(echo, job)).stdout).toContain('hpm_central_employee_');
    expect((await hallpass.run(['policy', 'explain'], job)).stdout).toContain('central/only-main');
    ci.change = { ref: 'refs/heads/other' };
    const refused = await hallpass.run(echo, job);
    expect([refused.code, refused.stderr]).toEqual([125, expect.stringContaining('Only main is deployed.')]);
    expect(refused.stdout).not.toContain('EMP');
    hallpass.assertNoCanary();
  },
);

describe('in CI nobody is asked to log in', () => {
  test.each([
    ['login', ['login'], 'ERR_AUTH'],
    ['mint', ['mint', 'deploy'], 'ERR_AUTH'],
    ['run --require-upload', ['run', '--require-upload', '--', 'true'], 'ERR_AUTH'],
  ])('by `%s`, also on a terminal', cites('ci.no-prompt', 'login.ci'), async (_, words, code) => {
    await using hallpass = await sandbox();
    const env = { CI: 'true', GITHUB_ACTIONS: 'true', HALLPASS_HUB: hub.url };
    const { stdout } = await hallpass.run(words, { env, onTerminal: true });
    expect(stdout).toContain(`[${code}]`);
    if (words[0] !== 'login') expect(stdout).toContain('id-token: write');
    expect(stdout).not.toMatch(/user_code|enter the code/);
    hallpass.assertNoCanary();
  });
});
