import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { cites } from '../helpers/cites.ts';
import { startFakeHub } from '../helpers/fake-hub.ts';
import type { Running, Sandbox } from '../helpers/hallpass.ts';
import { TeamHub } from '../helpers/team.ts';

const NUMBER = ['EMP', '123456'].join('-');
const EMPLOYEES = `
masking:
  rules:
    - id: employee
      why: it is an employee number
      regex: '\\bEMP-[0-9]{6}\\b'
      severity: medium
      samples: { masked: [EMP-000001], clear: [EMP-1] }
`;
const DENIED = `
rules:
  - { id: nothing-dropped, on: { tool: drop_* }, verdict: deny, reason: Nothing is dropped here. }
`;

function policy(more = ''): string {
  return `version: 1\nname: central\n${more}`;
}

/** A message, and what of it comes back from \`cat\`. */
async function says(running: Running, id: number): Promise<string> {
  const message = { jsonrpc: '2.0', method: 'notifications/message', params: { data: `${id}: ${NUMBER}!` } };
  running.child.stdin.write(`${JSON.stringify(message)}\n`);
  const [line] = await running.saying('stdout', new RegExp(`.*"${id}: .*\n`));
  return line;
}

async function calls(running: Running, tool: string, id: number): Promise<string> {
  const call = { jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool, arguments: {} } };
  running.child.stdin.write(`${JSON.stringify(call)}\n`);
  const [line] = await running.saying('stdout', new RegExp(`.*"id":${id}\\b.*\n`));
  return line;
}

function sessionsOf(box: Sandbox): string[] {
  const names = readdirSync(join(box.stateDir, 'sessions')).filter((name) => name.endsWith('.jsonl'));
  return names.map((name) => name.slice(0, -'.jsonl'.length));
}

function logOf(box: Sandbox, session: string): Record<string, unknown>[] {
  const lines = readFileSync(join(box.stateDir, 'sessions', `${session}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test(
  'a masking rule that is added at the hub masks the next message, and what a command writes next, without restart, and is on record',
  cites('central.pushed', 'central.asked', 'central.run'),
  async () => {
    await using hub = await TeamHub.start({ policy: policy() });
    await using dana = await hub.machineOf('developer');
    const running = dana.spawn(['connect', '--', 'cat']);
    expect(await says(running, 1)).toContain(NUMBER);
    const connected = sessionsOf(dana);
    // `cat` writes back what it reads.
    const command = dana.spawn(['run', '--', 'cat']);
    command.child.stdin.write(`1: ${NUMBER}!\n`);
    expect((await command.saying('stdout', /1: .*\n/))[0]).toContain(NUMBER);
    const ran = sessionsOf(dana).filter((session) => !connected.includes(session));
    hub.setPolicy(policy(EMPLOYEES));
    for (const one of [running, command]) await one.saying('stderr', /the policy of http\S+ has changed/);
    expect(await says(running, 2)).toMatch(/"2: hpm_central_employee_\w+!"/);
    command.child.stdin.end(`2: ${NUMBER}!\n`);
    expect((await command.finished).stdout).toMatch(/\n2: hpm_central_employee_\w+!\n$/);
    hub.hangUp();
    await hub.saying(/policy central@\S+ .*was read again, and is what it was/);
    running.child.stdin.end();
    expect((await running.finished).code).toBe(0);
    for (const session of [...connected, ...ran]) {
      const events = logOf(dana, session);
      const changed = events.find(({ kind }) => kind === 'policy');
      expect(events[0]).toMatchObject({ policy: expect.stringMatching(/^central@\w+ < guard@/) as string });
      expect(changed).toMatchObject({
        hub: hub.url,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        policy: expect.stringMatching(/^central@/) as string,
      });
      expect(changed?.['policy']).not.toBe(events[0]?.['policy']);
    }
    const [session = ''] = connected;
    expect((await dana.run(['verify', session])).code).toBe(0);
    const shown = await dana.run(['sessions', 'show', session]);
    expect(shown.stdout).toMatch(/policy of http\S+ changed: central@/);
  },
);

test(
  'neither a project nor a person on top of the hub’s policy can weaken it',
  cites('central.tightened-only', 'central.remarks'),
  async () => {
    await using hub = await TeamHub.start({ policy: policy(`${DENIED}${EMPLOYEES}`) });
    await using dana = await hub.machineOf('developer');
    const allow = 'version: 1\nrules: [{ id: all, verdict: allow }]\n';
    await writeFile(join(dana.project, 'hallpass.policy.yaml'), allow);
    await writeFile(
      join(dana.project, 'mine.yaml'),
      `${allow}extends: observe\nmasking: { vendors: { off: [github_pat] } }\n`,
    );
    const chosen = dana.spawn(['connect', '--upload=manual', '--policy', 'mine.yaml', '--', 'cat']);
    expect(await calls(chosen, 'drop_table', 1)).toContain('Nothing is dropped here.');
    expect(await says(chosen, 2)).toMatch(/"2: hpm_central_employee_\w+!"/);
    chosen.child.stdin.end();
    expect((await chosen.finished).code).toBe(0);
    const noted = await dana.run(['sessions', 'note', 'last', `about ${NUMBER}`]);
    expect(noted.stdout).toMatch(/: about hpm_central_employee_\w+\n$/);
    await writeFile(join(dana.project, 'hallpass.policy.yaml'), `${allow}masking: {}\n`);
    const refused = await dana.run(['connect', '--', 'cat']);
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('not for a project to say')]);
  },
);

test(
  'who sets variables for hallpass can not have the policy of another hub than the one of who is logged in',
  cites('central.no-other-hub'),
  async () => {
    await using hub = await TeamHub.start({ policy: policy(EMPLOYEES) });
    await using dana = await hub.machineOf('developer');
    // A hub of theirs, which believes anybody and has no policy.
    await using other = await startFakeHub({ issuer: 'https://issuer.example.com', clientId: 'cli' });
    const claims = { iss: 'https://issuer.example.com', sub: 'job', aud: other.url, exp: 4_000_000_000 };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const env = {
      HALLPASS_HUB: other.url,
      HALLPASS_ID_TOKEN: `${part({ alg: 'none' })}.${part(claims)}.x`,
      CI: 'true',
    };
    const stdin = `{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"${NUMBER}"}}\n`;
    const { code, stdout, stderr } = await dana.run(['connect', '--', 'cat'], { env, stdin });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/ is logged in at http\S+: no job has the policy of \S+ here/);
  },
);

test(
  'a policy that is wrong changes nothing, and the hub says what is wrong',
  cites('central.bad'),
  async () => {
    await using hub = await TeamHub.start({ policy: policy(EMPLOYEES) });
    await using dana = await hub.machineOf('developer');
    const running = dana.spawn(['connect', '--', 'cat']);
    expect(await says(running, 1)).toContain('hpm_central_employee_');
    hub.setPolicy(policy('masking:\n  rules:\n    - { id: a, regex: "(" }\n'));
    await hub.saying(/policy\.yaml:5:\d+: .*central@\w+ .*stays in force.*ERR_CONFIG/);
    hub.setPolicy(policy(EMPLOYEES.replace('EMP-000001', 'EMP-1')));
    await hub.saying(/masking rule "employee", samples\.masked\[0\]: the rule finds nothing in it/);
    expect(await says(running, 2)).toContain('hpm_central_employee_');
  },
);

test('without the hub what it had in force goes on to be so', cites('central.offline'), async () => {
  await using hub = await TeamHub.start({ policy: policy(EMPLOYEES) });
  await using dana = await hub.machineOf('developer');
  await hub.kill();
  const running = dana.spawn(['connect', '--upload=manual', '--', 'cat']);
  expect(await says(running, 1)).toContain('hpm_central_employee_');
  expect(running.said.stderr).toMatch(/its policy as it was holds until \d{4}-/);
  // It is heard of again when it is back.
  hub.setPolicy(policy());
  await hub.start();
  await running.saying('stderr', /has changed/);
  expect(await says(running, 2)).toContain(NUMBER);
});

test(
  'a policy that another key than the pinned one has signed is not taken',
  cites('central.tampered'),
  async () => {
    await using hub = await TeamHub.start({ policy: policy(EMPLOYEES) });
    await using dana = await hub.machineOf('developer');
    await hub.kill();
    // Whoever took the hub's place has all of its keys but that one.
    const file = join(hub.dataDir, 'keys.json');
    const keys = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...keys, log: randomBytes(32).toString('base64') }));
    for (const name of readdirSync(hub.dataDir))
      if (/^(?:hub\.sqlite|log-head)/.test(name)) rmSync(join(hub.dataDir, name));
    hub.setPolicy(policy());
    await hub.start();
    const { code, stderr } = await dana.run(['connect', '--upload=manual', '--', 'cat']);
    expect([code, stderr]).toEqual([6, expect.stringContaining('its signature does not hold')]);
    expect(stderr).toContain('ERR_POLICY_SIGNATURE');
  },
);
