import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { cites } from '../helpers/cites.ts';
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

function logOf(box: Sandbox): Record<string, unknown>[] {
  const directory = join(box.stateDir, 'sessions');
  const log = readdirSync(directory).find((name) => name.endsWith('.jsonl'));
  const lines = readFileSync(join(directory, log ?? ''), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test(
  'a masking rule that is added at the hub masks the next message, without restart, and is on record',
  cites('central.pushed', 'central.asked'),
  async () => {
    await using hub = await TeamHub.start({ policy: policy() });
    await using dana = await hub.machineOf('developer');
    const running = dana.spawn(['connect', '--', 'cat']);
    expect(await says(running, 1)).toContain(NUMBER);
    hub.setPolicy(policy(EMPLOYEES));
    await running.saying('stderr', /the policy of http\S+ has changed/);
    expect(await says(running, 2)).toMatch(/"2: hpm_central_employee_\w+!"/);
    hub.hangUp();
    await hub.saying(/policy central@\S+ .*was read again, and is what it was/);
    running.child.stdin.end();
    expect((await running.finished).code).toBe(0);
    const events = logOf(dana);
    const changed = events.find(({ kind }) => kind === 'policy');
    expect(events[0]).toMatchObject({ policy: expect.stringMatching(/^central@\w+ < guard@/) as string });
    expect(changed).toMatchObject({
      hub: hub.url,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(changed?.['policy']).not.toBe(events[0]?.['policy']);
    const session = String(events[0]?.['session']);
    expect((await dana.run(['verify', session])).code).toBe(0);
    const shown = await dana.run(['sessions', 'show', session]);
    expect(shown.stdout).toMatch(/policy of http\S+ changed: central@/);
  },
);

test(
  'a masking rule that is added at the hub masks what a command writes next',
  cites('central.run'),
  async () => {
    await using hub = await TeamHub.start({ policy: policy() });
    await using dana = await hub.machineOf('developer');
    // `cat` writes back what it reads.
    const running = dana.spawn(['run', '--', 'cat']);
    running.child.stdin.write(`1: ${NUMBER}!\n`);
    expect((await running.saying('stdout', /1: .*\n/))[0]).toContain(NUMBER);
    hub.setPolicy(policy(EMPLOYEES));
    await running.saying('stderr', /the policy of http\S+ has changed/);
    running.child.stdin.end(`2: ${NUMBER}!\n`);
    expect((await running.finished).stdout).toMatch(/\n2: hpm_central_employee_\w+!\n$/);
    const changed = logOf(dana).find(({ kind }) => kind === 'policy');
    expect(changed).toMatchObject({ hub: hub.url, policy: expect.stringMatching(/^central@/) as string });
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
