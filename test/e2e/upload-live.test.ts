import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { cites } from '../helpers/cites.ts';
import type { Running, Sandbox } from '../helpers/hallpass.ts';
import { TeamHub } from '../helpers/team.ts';

let hub: TeamHub;
let dana: Sandbox;

beforeAll(async () => {
  hub = await TeamHub.start();
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  dana = await hub.machineOf('developer');
  return () => dana[Symbol.asyncDispose]();
});

const MESSAGE = '{"jsonrpc":"2.0","method":"notifications/initialized"}\n';
/** The start, and each message on its way to `cat` and back. */
const EVENTS = 1 + 3 * 2;

interface Claim {
  readonly claim: string;
  readonly status: string;
  readonly reason: string;
}

/** A session that runs, three messages in, of all of which the hub has accepted a checkpoint. */
async function checkpointed(): Promise<{ running: Running; session: string }> {
  const running = dana.spawn(['connect', '--upload=live', '--', 'cat']);
  running.child.stdin.write(MESSAGE.repeat(3));
  await running.saying('stdout', /(?:initialized[^]*){3}/);
  const logs = readdirSync(sessionsOf(dana)).filter((name) => name.endsWith('.jsonl'));
  expect(logs).toHaveLength(1);
  const session = logs[0]?.slice(0, 12) ?? '';
  // The first may be of fewer lines: another follows within seconds.
  for (let answers = 1; ; answers++) {
    await hub.answered(new RegExp(`(?:POST /sessions/${session}/checkpoint 201[^]*){${answers}}`));
    if ((await eventsAtHub(session)) >= EVENTS) return { running, session };
  }
}

async function killed(): Promise<string> {
  const { running, session } = await checkpointed();
  running.child.kill('SIGKILL');
  await running.finished;
  return session;
}

function sessionsOf(box: Sandbox): string {
  return join(box.stateDir, 'sessions');
}

async function verified(box: Sandbox, ...args: string[]) {
  const { code, stdout } = await box.run(['verify', ...args, '--json']);
  const { claims } = JSON.parse(stdout) as { claims: Claim[] };
  const status = Object.fromEntries(claims.map((claim) => [claim.claim, claim.status]));
  const reason = Object.fromEntries(claims.map((claim) => [claim.claim, claim.reason]));
  return { code, status, reason };
}

/** Lines under the last checkpoint that the hub accepted. */
async function eventsAtHub(session: string): Promise<number> {
  const { reason } = await verified(dana, session, '--hub');
  return Number(/^(\d+) events in order/.exec(reason['format'] ?? '')?.[1] ?? 0);
}

async function stateAtHub(session: string): Promise<string | undefined> {
  const { stdout } = await dana.run(['sessions', 'list', '--hub', '--json']);
  const lines = stdout.trim().split('\n');
  const listed = lines.map((line) => JSON.parse(line) as { session: string; state: string });
  return listed.find((one) => one.session === session)?.state;
}

const OPEN = {
  format: 'unchecked',
  tree: 'pass',
  payloads: 'pass',
  signature: 'pass',
  signer: 'pass',
  identity: 'pass',
  time: 'pass',
};

describe('after kill -9', () => {
  test('an auditor verifies from the hub what it had accepted', cites('upload.checkpoint'), async () => {
    await using alex = await hub.machineOf('auditor');
    await using sam = await hub.machineOf('stranger');
    const session = await killed();
    const { code, status, reason } = await verified(alex, session, '--hub');
    expect({ code, status }).toEqual({ code: 0, status: OPEN });
    expect(reason['format']).toMatch(new RegExp(`^${EVENTS} events in order; the session has not ended`));
    expect(reason['time']).toMatch(/the hub accepted it at .*; a cosignature of this checkpoint/);
    const told = await alex.run(['verify', session, '--hub']);
    expect(told.stdout).toContain(
      'Unchanged up to its last checkpoint that the hub accepted; the session has not ended',
    );
    const command = told.stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
    expect(command).toMatch(/^ssh-keygen -Y verify .*-I developer/);
    expect(spawnSync('sh', ['-c', command]).status).toBe(0);
    const shown = await alex.run(['sessions', 'show', session, '--hub', '--payloads']);
    expect(shown).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('notifications/initialized') as string,
    });
    expect((await sam.run(['verify', session, '--hub'])).code).toBe(2);
  });

  test(
    'the next command seals and uploads the rest, and the session is closed',
    cites('upload.checkpoint'),
    async () => {
      const session = await killed();
      const uploaded = await dana.run(['sessions', 'upload', '--pending', '--json']);
      expect(uploaded.code).toBe(0);
      expect(JSON.parse(uploaded.stdout)).toMatchObject({ session, state: 'uploaded' });
      expect(await stateAtHub(session)).toBe('accepted');
      expect((await verified(dana, session, '--hub')).status).toMatchObject({
        format: 'pass',
        tree: 'pass',
        time: 'pass',
      });
    },
  );
});

describe('who rewrites the log after a checkpoint', () => {
  /** What was said becomes something else, as if it had never been said. */
  function rewrite(
    session: string,
    from = 'notifications/initialized',
    to = 'notifications/uninvolved!',
  ): void {
    const log = join(sessionsOf(dana), `${session}.jsonl`);
    const text = readFileSync(log, 'utf8');
    expect(text).toContain(from);
    expect(to).toHaveLength(from.length);
    writeFileSync(log, text.replaceAll(from, to));
  }

  test('and has it sealed and uploaded is caught by the hub', cites('upload.rewritten'), async () => {
    const session = await killed();
    rewrite(session);
    // The device's own key seals it: on this machine alone nobody could tell.
    expect((await verified(dana, session)).code).toBe(0);
    const uploaded = await dana.run(['sessions', 'upload', '--pending', '--json']);
    expect(uploaded.code).toBe(6);
    expect(JSON.parse(uploaded.stdout)).toMatchObject({ session, state: 'quarantined' });
    expect(uploaded.stderr).toContain('ERR_UPLOAD_REFUSED');
    expect(await stateAtHub(session)).toBe('quarantined');
    const { code, status, reason } = await verified(dana, session, '--hub');
    // What was accepted before still holds.
    expect({ code, status }).toEqual({ code: 6, status: { ...OPEN, format: 'fail' } });
    expect(reason['format']).toMatch(
      new RegExp(`^${EVENTS} events in order up to .* a seal that came later`),
    );
    const shown = await dana.run(['sessions', 'show', session, '--hub']);
    expect(shown.stdout).toContain('notifications/initialized');
  });

  test('and cuts it off there is caught by the hub', cites('upload.rewritten'), async () => {
    const session = await killed();
    const log = join(sessionsOf(dana), `${session}.jsonl`);
    const [start = ''] = readFileSync(log, 'utf8').split('\n');
    writeFileSync(log, `${start}\n`);
    writeFileSync(join(sessionsOf(dana), `${session}.payloads`), '');
    const uploaded = await dana.run(['sessions', 'upload', '--pending', '--json']);
    expect(uploaded.code).toBe(6);
    expect(JSON.parse(uploaded.stdout)).toMatchObject({ session, state: 'quarantined' });
    // It was offered nothing that it could take for the session's end, and still proves what it has.
    expect(await verified(dana, session, '--hub')).toMatchObject({ code: 0, status: OPEN });
  });

  test('and deletes the session leaves it standing at the hub', cites('upload.rewritten'), async () => {
    const session = await killed();
    for (const name of readdirSync(sessionsOf(dana)))
      if (name.startsWith(session)) rmSync(join(sessionsOf(dana), name));
    await dana.run(['sessions', 'upload', '--pending']);
    expect(await stateAtHub(session)).toBe('open');
    expect(await verified(dana, session, '--hub')).toMatchObject({ code: 0, status: OPEN });
  });

  test(
    'while it runs changes nothing at the hub, and its own copy no longer verifies',
    cites('upload.rewritten'),
    async () => {
      const { running, session } = await checkpointed();
      rewrite(session);
      running.child.stdin.end();
      const { code, stderr } = await running.finished;
      expect(code).toBe(0);
      expect(stderr).toMatch(/is at http.*, attested/);
      expect(await verified(dana, session, '--hub')).toMatchObject({
        code: 0,
        status: { tree: 'pass', time: 'pass' },
      });
      expect(await verified(dana, session)).toMatchObject({ code: 6, status: { tree: 'fail' } });
    },
  );
});
