import { afterAll, beforeAll, expect, test } from 'vitest';

import { PageVisitor } from '../hub/helpers/page-visitor.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import type { Sandbox } from '../helpers/hallpass.ts';
import { readJson } from '../helpers/read-json.ts';
import { TeamHub } from '../helpers/team.ts';
import { converse } from './converse.ts';

const { githubToken } = makeCanaries();
const DROP = { name: 'query', arguments: { sql: 'DROP TABLE customers', note: githubToken.value } };
const APPROVE = { env: { HALLPASS_POLICY: 'approve' } };

// One for all: no call of one test still waits when the next begins.
let hub: TeamHub;
beforeAll(async () => {
  hub = await TeamHub.start();
});
afterAll(() => hub[Symbol.asyncDispose]());

async function held(box: Sandbox, talk: ReturnType<typeof converse>): Promise<string> {
  const [id = ''] = await talk.running.saying('stderr', /apr_[0-9a-f]{20}/);
  const { stdout } = await box.run(['approvals', 'list', '--hub', '--json']);
  expect(readJson(stdout)).toMatchObject({ approval: id, tool: 'query', state: 'pending' });
  return id;
}

async function approver(): Promise<PageVisitor> {
  const visitor = new PageVisitor(hub);
  await visitor.signIn('approver');
  return visitor;
}

async function decisionsOf(box: Sandbox): Promise<unknown[]> {
  const { stdout } = await box.run(['sessions', 'show', 'last', '--json']);
  return stdout.trim().split('\n').map(readJson);
}

test(
  'who is logged in waits for somebody else, in a browser at the hub',
  cites('approvals.hub'),
  async () => {
    await using box = await hub.machineOf('developer');
    const talk = converse(box, {}, APPROVE);
    const answered = talk.ask('tools/call', DROP);
    const id = await held(box, talk);
    await talk.running.saying('stderr', new RegExp(`${hub.url}/approvals/${id}`));
    // Beside those of this device, which are a list of their own.
    const both = await box.run(['approvals', 'list']);
    expect(both.stdout).toMatch(new RegExp(`WHERE\\n${id} .* developer +${new URL(hub.url).host}\\n$`));
    expect(both.stderr).toContain(`decided in a browser: ${hub.url}/approvals`);
    expect((await box.run(['approvals', 'list', '--local', '--json'])).stdout).toBe('');
    const person = await approver();
    const { html } = await person.get(`/approvals/${id}`);
    expect(html).toContain('DROP TABLE customers');
    // The hub, and who approves, see what the server would get.
    expect(html).not.toContain(githubToken.value);
    expect(html).toContain('hpm_github');
    await person.decide(id, 'approve', 'agreed on the phone');
    expect(await answered).toContain('"result"');
    expect(talk.server.stdin.toString().match(/DROP TABLE customers/g)).toHaveLength(1);
    await talk.leave();
    expect(await decisionsOf(box)).toContainEqual(
      expect.objectContaining({
        kind: 'decision',
        approval: id,
        state: 'approved',
        by: [expect.objectContaining({ who: 'approver', reason: 'agreed on the phone' })],
      }),
    );
    const all = await box.run(['approvals', 'show', id, '--hub', '--json']);
    expect(readJson(all.stdout)).toMatchObject({ state: 'consumed', subject: 'developer' });
  },
);

test('a hub that is started again while somebody waits loses nothing', cites('approvals.hub'), async () => {
  await using box = await hub.machineOf('developer');
  const talk = converse(box, {}, APPROVE);
  const answered = talk.ask('tools/call', DROP);
  const id = await held(box, talk);
  await hub.kill();
  // A hub out of reach hides nothing of this device, and is no reason to fail, unless it is what was asked for.
  expect(await box.run(['approvals', 'list', '--json'])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(
      /^hallpass: those at the hub are not shown: .* can not be reached/,
    ) as unknown,
  });
  expect((await box.run(['approvals', 'list', '--hub'])).code).toBe(5);
  await hub.start();
  await (await approver()).decide(id, 'deny', 'not on a Friday');
  expect(await answered).toMatch(/was denied/);
  expect(talk.server.stdin.toString()).not.toContain('DROP TABLE');
  await talk.leave();
});

test('neither this command line nor its token decides at the hub', cites('approvals.hub'), async () => {
  await using box = await hub.machineOf('approver');
  const talk = converse(box, {}, APPROVE);
  const answered = talk.ask('tools/call', DROP);
  const id = await held(box, talk);
  expect(await box.run(['approvals', 'approve', id])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`Open it in a browser: ${hub.url}/approvals/${id}`) as unknown,
  });
  const own = new PageVisitor(hub);
  await own.signIn('approver');
  expect((await own.decide(id, 'approve')).status).toBe(403);
  expect((await own.decide(id, 'deny', 'mine')).status).toBe(200);
  expect(await answered).toMatch(/was denied/);
  await talk.leave();
});
