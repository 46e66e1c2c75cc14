import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { ApprovalAsk } from '../../src/core/approvals/approval.ts';
import { ApprovalStore } from '../../src/platform/approval-store.ts';
import { LocalApprovals } from '../../src/platform/local-approvals.ts';
import { anApproval } from '../helpers/an-approval.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { readJson } from '../helpers/read-json.ts';
import { Tmux, tmuxIsMissing } from '../helpers/tmux.ts';
import { CTRL_C, Typing } from '../helpers/typing.ts';
import { converse } from './converse.ts';

const { githubToken } = makeCanaries();

/** What `connect` asks, in a state directory of a sandbox. */
function ask(more: Partial<ApprovalAsk> = {}): ApprovalAsk {
  const { id: _id, createdAt: _createdAt, decisions: _decisions, ended: _ended, ...asked } = anApproval();
  return { ...asked, subject: 'jo', expiresAt: Date.now() + 600_000, ...more };
}

async function waiting(hallpass: Sandbox, ...asks: ApprovalAsk[]): Promise<string[]> {
  const store = await ApprovalStore.open(hallpass.stateDir);
  const ids = [];
  for (const one of asks) ids.push((await store.request(one)).id);
  store.close();
  return ids;
}

test('a secret in a reason is kept by nobody', cites('approvals.bots'), async () => {
  await using hallpass = await sandbox();
  const [id = ''] = await waiting(hallpass, ask());
  const reason = `with ${githubToken.value}`;
  await hallpass.run(['approvals', 'deny', id, '--reason', reason]);
  const { stdout } = await hallpass.run(['approvals', 'show', id]);
  expect(stdout).toMatch(/denied: with hpm_github/);
});

test('on a full disk nothing is decided, and nothing is lost', cites('approvals.bots'), async () => {
  await using hallpass = await sandbox();
  const [id = ''] = await waiting(hallpass, ask());
  const full = await hallpass.run(['approvals', 'approve', id, '--json'], { fileSizeLimit: 1 });
  expect(full.code).toBe(7);
  expect(readJson(full.stderr)).toMatchObject({ error: { code: 'ERR_STATE_DIR' } });
  expect((await hallpass.run(['approvals', 'list', '--json'])).stdout).toContain('"state":"pending"');
  expect((await hallpass.run(['approvals', 'approve', id])).stdout).toContain(`${id} approved`);
});

test('bots list, look, approve and deny by id', cites('approvals.bots'), async () => {
  await using hallpass = await sandbox();
  const [first = '', second = ''] = await waiting(hallpass, ask(), ask({ binding: 'b2', tool: '' }));
  const list = await hallpass.run(['approvals', 'list', '--json']);
  expect(list.stdout.trim().split('\n').map(readJson)).toEqual([
    {
      approval: first,
      session: 's1',
      connection: 'db',
      tool: 'query',
      state: 'pending',
      expires_at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      url: null,
    },
    expect.objectContaining({ approval: second, tool: null }),
  ]);
  // Without a terminal the live list is that list.
  expect((await hallpass.run(['approvals'])).stdout).toContain(first);
  const shown = await hallpass.run(['approvals', 'show', first]);
  expect(shown.stdout).toContain('"sql": "DROP TABLE customers"');
  const approved = await hallpass.run(['approvals', 'approve', first, '--reason', 'tested', '--json']);
  expect(readJson(approved.stdout)).toMatchObject({ approval: first, state: 'approved' });
  const denied = await hallpass.run(['approvals', 'deny', second]);
  expect(denied).toMatchObject({ code: 0, stdout: `${second} denied: tools/call on db\n` });
  const all = await hallpass.run(['approvals', 'show', first, '--json']);
  expect(readJson(all.stdout)).toMatchObject({
    decisions: [{ verdict: 'approve', reason: 'tested', attended: false }],
  });
  expect((await hallpass.run(['approvals', 'list'])).stdout).not.toContain(second);
  expect((await hallpass.run(['approvals', 'list', '--all'])).stdout).toContain(second);
});

test('what can not be decided says why, and exits accordingly', cites('approvals.bots'), async () => {
  await using hallpass = await sandbox();
  const terms = { approvals: 2, groups: [], self: true, expiresMs: 1 };
  const [two = '', dba = ''] = await waiting(
    hallpass,
    ask({ terms }),
    ask({ binding: 'b2', terms: { ...terms, approvals: 1, groups: ['dba'] } }),
  );
  const run = (...args: string[]) => hallpass.run(['approvals', ...args]);
  const list = await run('list');
  expect(list.stderr).toMatch(
    new RegExp(`${two} can only be denied here: it takes 2 people\\..*hallpass login`),
  );
  expect(list.stderr).toMatch(`${dba} can only be denied here: it takes somebody of dba`);
  const refused = await run('approve', two, '--json');
  expect(refused.code).toBe(4);
  expect(readJson(refused.stderr)).toMatchObject({
    error: {
      code: 'ERR_NOT_DECIDED',
      message: expect.stringContaining('it takes 2 people') as unknown,
      hint: expect.stringContaining('hallpass login') as unknown,
    },
  });
  expect(await run('approve', dba)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('it takes somebody of dba') as unknown,
  });
  expect(await run('deny', dba)).toMatchObject({ code: 0 });
  expect(await run('deny', dba)).toMatchObject({ code: 4 });
  expect(await run('approve', 'apr_none')).toMatchObject({ code: 2 });
  expect(await run('show', 'apr_none')).toMatchObject({ code: 2 });
  expect(await run('approve', dba, '--reason', 'x'.repeat(1_001))).toMatchObject({ code: 2 });
});

test(
  'on a terminal it is a live list, and whoever waits hears of it at once',
  cites('approvals.live'),
  async () => {
    await using hallpass = await sandbox();
    const port = new LocalApprovals(hallpass.stateDir);
    try {
      const typing = new Typing(hallpass, ['approvals'], { TERM: 'xterm-256color' });
      await typing.saying(/nothing waits/);
      const ticket = await port.request(ask());
      const decided = ticket.wait(60_000);
      await typing.saying(/> query on db/);
      typing.type('a');
      await typing.saying(/Approve apr_\w+\. Why\?/);
      typing.type('fine\r');
      await expect(decided).resolves.toBe('approved');
      expect(ticket.decisions()).toMatchObject([{ verdict: 'approve', reason: 'fine', attended: false }]);
      await typing.saying(/apr_\w+ approved/);
      // NO_COLOR: what moves the cursor, and nothing that colours.
      expect(typing.text).not.toMatch(/\[[\d;]+m/);
      typing.type('q');
      expect(await typing.finished).toMatchObject({ code: 0, restored: true });
    } finally {
      await port.close();
    }
  },
);

test('a terminal that can not be drawn on gets the list once', cites('approvals.live'), async () => {
  await using hallpass = await sandbox();
  const typing = new Typing(hallpass, ['approvals'], { TERM: 'dumb' });
  expect(await typing.finished).toMatchObject({
    code: 0,
    text: expect.stringContaining('Nothing waits') as unknown,
  });
});

test('Ctrl-C leaves the terminal as it was, and decides nothing', cites('approvals.live'), async () => {
  await using hallpass = await sandbox();
  const [id = ''] = await waiting(hallpass, ask());
  const typing = new Typing(hallpass, ['approvals'], { TERM: 'xterm-256color' });
  await typing.saying(/> query on db/);
  typing.type('a');
  await typing.saying(/Why\?/);
  typing.type(CTRL_C);
  expect(await typing.finished).toMatchObject({ code: 130, restored: true });
  const shown = await hallpass.run(['approvals', 'show', id, '--json']);
  expect(readJson(shown.stdout)).toMatchObject({ state: 'pending', decisions: [] });
});

test(
  'on a small screen all is to be seen, and hostile text is only text',
  cites('approvals.live'),
  async (context) => {
    const missing = tmuxIsMissing();
    if (missing !== undefined) context.skip(missing);
    await using hallpass = await sandbox();
    const hostile = 'drop\u001b[2J\u001b]0;owned\u0007\u202e';
    const presented = JSON.stringify({ arguments: { sql: `DROP TABLE ${'漢字'.repeat(60)}`, [hostile]: 1 } });
    await waiting(
      hallpass,
      ask(),
      ask({ binding: 'b2', tool: hostile, reason: hostile, presented, risk: 'high' }),
    );
    using tmux = new Tmux(hallpass, ['approvals'], { columns: 60, rows: 20 });
    const shows = (pattern: RegExp) => expect.poll(() => tmux.screen).toMatch(pattern);
    await shows(
      /2 wait\n> query on db .* 9:\d\d\n {2}drop\\x1b\[2J\\x1b\]0;owned\\x07\\u\{202e\} on… {2}high .* 9:\d\d\n/,
    );
    tmux.type('Down');
    await shows(/> drop[\s\S]*What {7}drop[\s\S]*\d+ more lines below: space\nup\/down choose/);
    tmux.type('Space');
    await shows(/漢字[\s\S]*this is the end; above: b/);
    expect(tmux.screen.match(/[漢字]/g)).toHaveLength(120);
    tmux.type('d');
    await shows(/Deny apr_\w+\. Why\? _\nenter sends it/);
    tmux.type('no', 'Enter');
    await shows(/1 waits[\s\S]*apr_\w+ denied/);
    tmux.type('q');
    await shows(/^left with 0$/m);
    const { stdout } = await hallpass.run(['approvals', 'list', '--all']);
    expect(stdout).toMatch(/denied .*drop\\x1b\[2J/);
  },
);

test(
  'a call that was held goes on when it is approved, once, and the record says by whom',
  cites('approvals.bots'),
  async () => {
    await using hallpass = await sandbox();
    const talk = converse(hallpass, {}, { env: { HALLPASS_POLICY: 'approve' } });
    const answered = talk.ask('tools/call', { name: 'query', arguments: { sql: 'DROP TABLE customers' } });
    const [id = ''] = await talk.running.saying('stderr', /apr_[0-9a-f]+/);
    expect(talk.server.stdin.toString()).not.toContain('DROP TABLE');
    await hallpass.run(['approvals', 'approve', id, '--reason', 'agreed']);
    expect(await answered).toContain('"result"');
    expect(talk.server.stdin.toString().match(/DROP TABLE customers/g)).toHaveLength(1);
    const shown = await hallpass.run(['approvals', 'show', id, '--json']);
    expect(readJson(shown.stdout)).toMatchObject({ state: 'consumed' });
    await talk.leave();
    const { stdout } = await hallpass.run(['sessions', 'show', 'last', '--json']);
    const events = stdout.trim().split('\n').map(readJson);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'decision',
        approval: id,
        state: 'approved',
        unattended_possible: true,
        by: [expect.objectContaining({ reason: 'agreed', attended: false })],
      }),
    );
    // Who waited for it has left nothing.
    expect(readdirSync(join(hallpass.stateDir, 'approvals/waiting'))).toEqual([]);
  },
);
