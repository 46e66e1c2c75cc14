import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type Sandbox, sandbox } from '../helpers/hallpass.ts';
import { HOSTILE } from '../helpers/hostile-corpus.ts';
import { readJson } from '../helpers/read-json.ts';
import { recordHostile } from '../helpers/record-hostile.ts';
import { ReviewScreen } from '../helpers/review-screen.ts';
import { TeamHub } from '../helpers/team.ts';
import { Tmux, tmuxIsMissing } from '../helpers/tmux.ts';
import { ESCAPE } from '../helpers/typing.ts';
import { converse } from './converse.ts';

const { githubToken } = makeCanaries();
const SIZE = { columns: 80, rows: 24 };
// Nothing that a rule could know: only a person sees that it must not leave the machine.
const CODENAME = 'operation bluebird';

/** An agent that sends a token, which is masked, and a word that only people know to be secret. */
async function leak(box: Sandbox): Promise<void> {
  // A session that one wants to see first.
  const talk = converse(box, {}, { flags: ['--upload=manual'] });
  await talk.ask('tools/call', { name: 'search', arguments: { query: 'weather in Delft' } });
  const text = `push with ${githubToken.value}`;
  await talk.ask('tools/call', { name: 'report', arguments: { text, subject: CODENAME } });
  await talk.leave();
}

describe('with a hub', () => {
  let hub: TeamHub;
  let box: Sandbox;

  beforeAll(async () => {
    hub = await TeamHub.start();
    box = await hub.machineOf('developer');
  });
  afterEach(() => void box.assertNoCanary());
  afterAll(async () => {
    await box[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
  });

  test(
    'a person finds a leak, sees why the rest was masked, removes it, uploads and verifies',
    cites('review.flow'),
    async (context) => {
      const missing = tmuxIsMissing();
      if (missing !== undefined) context.skip(missing);
      await leak(box);
      using tmux = new Tmux(box, ['review'], SIZE);
      const shows = (pattern: RegExp) => expect.poll(() => tmux.screen).toMatch(pattern);
      await shows(/hallpass review: \d sessions?\b[\s\S]*> .*connect +puppet .* sealed/);
      tmux.type('Enter');
      await shows(/seal +verified: sealed by device key [\s\S]*report/);
      // Find it: in what was said, not in names alone.
      tmux.type('/', 'bluebird', 'Enter');
      await shows(/>.*report/);
      tmux.type('Enter');
      await shows(/"subject": "operation bluebird"/);
      // See why: the token was masked, by which rule, and what would let it pass.
      tmux.type(']');
      await shows(/github[\s\S]*hpm_github_pat_\w+[\s\S]*known|shape/);
      tmux.type('x');
      await shows(/Remove 2 payloads, of events \d+ to \d+\. Why\?/);
      tmux.type('a codename', 'Enter');
      await shows(/Remove 2 payloads for good\? {2}y removes/);
      tmux.type('y');
      await shows(/redacted|removed/);
      tmux.type('u');
      await shows(/is at http:\S+, attested/);
      tmux.type('v');
      await shows(/payloads +redacted[\s\S]*identity +pass[\s\S]*time +pass/);
      tmux.type('Escape');
      await shows(/enter fold/);
      tmux.type('q');
      await shows(/^left with 0$/m);
      const [id = ''] = /\w{12}/.exec((await box.run(['sessions', 'list', '--hub'])).stdout) ?? [];
      const atHub = await box.run(['sessions', 'show', id, '--hub', '--payloads']);
      expect(atHub.stdout).toContain('redacted: a codename');
      expect(atHub.stdout).not.toContain('bluebird');
      expect(readFileSync(join(box.stateDir, 'sessions', `${id}.payloads`)).includes('bluebird')).toBe(false);
      const verified = await box.run(['verify', id, '--hub', '--json']);
      expect(readJson(verified.stdout)).toMatchObject({
        ok: true,
        claims: expect.arrayContaining([
          expect.objectContaining({ claim: 'payloads', status: 'redacted' }),
        ]) as unknown,
      });
    },
  );

  test(
    'an auditor looks through what a hub has, and is told what is done only where it was recorded',
    cites('review.hub'),
    async () => {
      const talk = converse(box);
      await talk.ask('tools/call', { name: 'audited', arguments: { query: `push ${githubToken.value}` } });
      await talk.leave();
      await using alex = await hub.machineOf('auditor');
      using screen = new ReviewScreen(alex, ['--hub'], SIZE);
      await screen.shows(
        /\d sessions? +http:\/\/127[\s\S]*> .*connect +puppet +developer +1 .*accepted[\s\S]*developer/,
      );
      screen.type('D');
      await screen.shows(/A hub keeps what it has; only local copies can be deleted\./);
      screen.type('\r');
      await screen.shows(/developer[\s\S]*seal +verified: sealed by SHA256:[\s\S]*audited/);
      screen.type('v');
      await screen.shows(/identity +pass[\s\S]*time +pass +the hub accepted it at .*; leaf \d/);
      screen.type(ESCAPE);
      await screen.shows(/> .*connect puppet/);
      screen.type('j');
      await screen.shows(/> .*audited/);
      screen.type('u');
      await screen.shows(/Uploading: only from where it was recorded\./);
      screen.type('\r');
      await screen.shows(/why masked[\s\S]*github_pat[\s\S]*shown as hpm_github_pat_\w+/);
      screen.type('x');
      await screen.shows(/Redacting: only where it was recorded/);
      screen.type('N');
      await screen.shows(/Notes: only where it was recorded/);
      screen.type(ESCAPE);
      await screen.shows(/seal +verified/);
      screen.type('p');
      await screen.shows(/^replay [\s\S]*tools\/call audited allow +1 masked[\s\S]*hpm_github_pat_/);
      screen.type('q');
      expect(await screen.finished).toBe(0);
      expect(screen.strange).toEqual([]);
    },
  );
});

test('what a session wrote does nothing to the terminal', cites('review.hostile'), async () => {
  await using box = await sandbox();
  const names = Object.keys(HOSTILE);
  await recordHostile(box, Object.values(HOSTILE));
  using screen = new ReviewScreen(box, [], SIZE);
  await screen.shows(/2 sessions/);
  const pages = async (key: string, times: number): Promise<void> => {
    for (let n = 0; n < times; n++) {
      const before = screen.lines.join('\n');
      screen.type(key);
      if (!(await screen.changes(before))) return;
    }
  };
  // Through the timeline of all of them, then through a call that has all of them in its payload.
  await screen.shows(/>.*evil/);
  screen.type('\r');
  await screen.shows(/seal +verified/);
  await pages(' ', names.length);
  await screen.shows(/end: closed/);
  screen.type('G');
  await screen.shows(/> .*end: closed/);
  screen.type('k');
  await screen.shows(/> .* sink/);
  screen.type('\r');
  await screen.shows(/"0 a\\u0000b/);
  await pages(' ', 8);
  screen.type('G');
  await screen.shows(/x{60}/);
  screen.type(ESCAPE);
  await screen.shows(/seal +verified/);
  screen.type('s');
  await screen.shows(/Calls by tool/);
  screen.type(ESCAPE);
  await screen.shows(/seal +verified/);
  screen.type('h');
  await screen.shows(/2 sessions/);
  // And as output, played as fast as can be.
  screen.type('j');
  await screen.shows(/> .*run +files/);
  screen.type('\r');
  await screen.shows(/seal +verified/);
  screen.type('p');
  await screen.shows(/1x|real/);
  screen.type('G');
  await screen.changes(screen.lines.join('\n'));
  screen.type('q');
  expect(await screen.finished).toBe(0);
  expect(screen.emulator.deeds).toEqual([]);
  expect(screen.strange).toEqual([]);
  expect(screen.emulator.buffer).toBe('normal');
});

test('nor to a terminal of tmux', cites('review.hostile'), async (context) => {
  const missing = tmuxIsMissing();
  if (missing !== undefined) context.skip(missing);
  await using box = await sandbox();
  await recordHostile(box, Object.values(HOSTILE));
  expect((await box.run(['sessions', 'list'])).stdout).toMatch(/evil a\\x87b/);
  using tmux = new Tmux(box, ['review', 'last'], SIZE);
  const { title } = tmux;
  const shows = (pattern: RegExp) => expect.poll(() => tmux.screen).toMatch(pattern);
  await shows(/seal +verified/);
  tmux.type(...Array.from({ length: 40 }, () => 'Space'));
  await shows(/> .*end: closed/);
  tmux.type('k');
  await shows(/^connect evil.*\n─{80}\n[\s\S]*> .* sink/);
  tmux.type('Enter');
  await shows(/^evil.*\n─{80}\n[\s\S]*"0 a\\u0000b/);
  tmux.type('G');
  await shows(/^evil.*\n─{80}\n[\s\S]*x{60}/);
  expect(tmux.title).toBe(title);
  tmux.type('q');
  await shows(/^left with 0$/m);
});

test(
  'a session is seen while it goes on, at any size, and what waits is approved from there',
  cites('review.follow'),
  async () => {
    await using box = await sandbox();
    const talk = converse(box, {}, { env: { HALLPASS_POLICY: 'approve' } });
    await talk.ask('tools/list');
    using screen = new ReviewScreen(box, ['--follow'], SIZE);
    await screen.shows(/tools\/list/);
    const answered = talk.ask('tools/call', { name: 'query', arguments: { sql: 'DROP TABLE customers' } });
    await screen.shows(/held query/);
    screen.resize({ columns: 60, rows: 20 });
    await screen.shows(/^.*puppet.*\n─{60}\n[\s\S]*held query/);
    screen.type('A');
    await screen.shows(/1 waits[\s\S]*DROP TABLE customers/);
    screen.type('a');
    await screen.shows(/Why\?/);
    screen.type('agreed\r');
    expect(await answered).toContain('"result"');
    await screen.shows(/nothing waits/);
    screen.type(ESCAPE);
    await screen.shows(/query[\s\S]*approved/);
    await talk.leave();
    await screen.shows(/seal +verified[\s\S]*end: the client/);
    screen.type('q');
    expect(await screen.finished).toBe(0);
    expect(screen.strange).toEqual([]);
  },
);

test('without a terminal it says so, and what to do instead', cites('review.no-terminal'), async () => {
  await using box = await sandbox();
  const said = await box.run(['review', 'last']);
  expect(said).toMatchObject({ code: 2, stdout: '' });
  expect(said.stderr).toMatch(/needs a terminal[\s\S]*hallpass sessions show last/);
  const followed = await box.run(['review', '--follow', '--hub']);
  expect(followed).toMatchObject({ code: 2, stdout: '' });
  expect(followed.stderr).toMatch(/nothing is followed there[\s\S]*hallpass review --follow stays/);
});
