import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { lines } from '../helpers/wiretap.ts';
import { converse, nothingLeaked } from './converse.ts';

const canaries = makeCanaries();
const planted = Object.values(canaries);

interface Listed {
  readonly session: string;
  readonly state: string;
  readonly connection: string;
  readonly events: number;
  readonly findings: number;
}

async function list(hallpass: Sandbox): Promise<Listed[]> {
  const { bytes, code } = await hallpass.run(['sessions', 'list', '--json']);
  expect(code).toBe(0);
  return lines(bytes.stdout).map((line) => JSON.parse(line) as Listed);
}

/** Records a session with a secret each way. Returns its id. */
async function record(hallpass: Sandbox): Promise<string> {
  const reply = `{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"log in as ${canaries.slackToken.value}"}]}}`;
  const talk = converse(hallpass, { on: { 'tools/call': [{ stdout: reply }] } });
  await talk.ask('tools/call', { name: 'deploy', arguments: { key: canaries.stripeKey.value } });
  await talk.leave();
  const [newest] = await list(hallpass);
  return newest?.session ?? '';
}

function filesOf(hallpass: Sandbox, session: string): string[] {
  const sessions = join(hallpass.stateDir, 'sessions');
  return readdirSync(sessions)
    .filter((name) => name.startsWith(session))
    .map((name) => join(sessions, name));
}

describe('a recorded session', () => {
  test(
    'is listed, shown, exported and deleted, and holds no secret',
    cites('sessions.list', 'sessions.show', 'sessions.export', 'sessions.delete'),
    async () => {
      await using hallpass = await sandbox();
      const older = await record(hallpass);
      const session = await record(hallpass);
      expect(await list(hallpass)).toMatchObject([
        { session, state: 'closed', connection: 'puppet', events: 4, findings: 2 },
        { session: older, state: 'closed' },
      ]);
      const table = await hallpass.run(['sessions', 'list']);
      expect(
        table.stdout
          .split('\n')
          .slice(1, 3)
          .map((line) => line.split(' ')[0]),
      ).toEqual([session, older]);

      const shown = await hallpass.run(['sessions', 'show', session.slice(0, 6), '--payloads']);
      expect(shown.stdout).toMatch(/→ tools\/call deploy {2}1 masked {2}allow/);
      expect(shown.stdout).toMatch(/stripe_key at \/params\/arguments\/key: .+ -> hpm_stripe_key_/);
      expect(shown.stdout).toMatch(/← tools\/call deploy {2}1 masked {2}allow {2}[\d.]+ ms/);
      expect(shown.stdout).toMatch(/sealed by device key SHA256:\S+, unattested/);

      const exported = await hallpass.run(['sessions', 'export', session]);
      const document = JSON.parse(exported.stdout) as { session: string; events: { kind: string }[] };
      expect(document.session).toBe(session);
      expect(document.events.map(({ kind }) => kind)).toEqual(['start', 'message', 'message', 'end']);
      const bundle = join(hallpass.directory, 'bundle');
      expect(
        (await hallpass.run(['sessions', 'export', session, '--format', 'bundle', '-o', bundle])).code,
      ).toBe(0);

      const untouched = filesOf(hallpass, older);
      expect((await hallpass.run(['sessions', 'delete', session, '--yes'])).code).toBe(0);
      expect(filesOf(hallpass, session)).toEqual([]);
      expect(filesOf(hallpass, older)).toEqual(untouched);
      const gone = await hallpass.run(['sessions', 'show', session]);
      expect(gone.stderr).toBe(
        `hallpass: there is no session ${session} [ERR_NO_SUCH_SESSION]\n  hallpass sessions list shows the sessions on this machine.\n`,
      );
      expect(gone.code).toBe(2);
      // What was exported proves itself elsewhere.
      const elsewhere = await hallpass.run([
        'verify',
        join(bundle, `${session}.jsonl`),
        '--allowed-signers',
        join(bundle, 'allowed_signers'),
      ]);
      expect(elsewhere.code).toBe(0);
      nothingLeaked(hallpass, planted);
    },
  );

  test('shows what a hostile peer put into it, and runs nothing of it', cites('sessions.show'), async () => {
    await using hallpass = await sandbox();
    const hostile = [
      '\u001b]0;owned\u0007',
      '\u001b[2J',
      '\u009b31m',
      '\u202e',
      '\u001b]8;;http://evil\u001b\\x',
      '\u001bPq',
    ].join('');
    const talk = converse(hallpass, {
      start: [{ stderr: `${hostile}\n` }],
      on: {
        [`m${hostile}`]: [{ stdout: JSON.stringify({ jsonrpc: '2.0', id: 1, result: { text: hostile } }) }],
      },
    });
    talk.say(JSON.stringify({ jsonrpc: '2.0', id: 1, method: `m${hostile}`, params: { name: hostile } }));
    await talk.answer(1);
    await talk.leave();
    for (const args of [
      ['list'],
      ['list', '--json'],
      ['show', 'last'],
      ['show', 'last', '--payloads'],
      ['show', 'last', '--json', '--payloads'],
      ['export', 'last'],
    ]) {
      const { stdout, stderr } = await hallpass.run(['sessions', ...args]);
      expect(`${stdout}${stderr}`).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
    }
    expect(talk.running.said.stderr).toContain('\\x1b]0;owned');
    expect(talk.running.said.stderr).not.toContain('\u001b');
  });

  test('is verified, and says that nobody attests it', cites('verify.pass'), async () => {
    await using hallpass = await sandbox();
    await record(hallpass);
    const { stdout, code } = await hallpass.run(['verify', 'last', '--json']);
    const { ok, claims } = JSON.parse(stdout) as {
      ok: boolean;
      claims: { claim: string; status: string; reason: string }[];
    };
    expect({ ok, code }).toEqual({ ok: true, code: 0 });
    expect(Object.fromEntries(claims.map(({ claim, status }) => [claim, status]))).toMatchObject({
      format: 'pass',
      tree: 'pass',
      payloads: 'pass',
      signature: 'pass',
      signer: 'pass',
      identity: 'unchecked',
      time: 'unchecked',
    });
    expect((await hallpass.run(['verify', 'last'])).stdout).toMatch(
      /^Verified: unchanged since this key sealed it; unattested\.$/m,
    );
  });

  test('with one flipped byte anywhere is refused with exit 6', cites('verify.tampered'), async () => {
    await using hallpass = await sandbox();
    const session = await record(hallpass);
    const files = filesOf(hallpass, session);
    expect(files.map((path) => path.slice(path.indexOf('.', path.lastIndexOf('/'))))).toEqual([
      '.checkpoint',
      '.checkpoint.sig',
      '.jsonl',
      '.payloads',
    ]);
    for (const path of files) {
      const original = readFileSync(path);
      for (const part of [0.1, 0.5, 0.9]) {
        const changed = Buffer.from(original);
        const at = Math.floor(original.length * part);
        changed[at] = (changed[at] ?? 0) ^ 1;
        writeFileSync(path, changed);
        const { code, stderr } = await hallpass.run(['verify', session]);
        expect({ path, at, code }).toEqual({ path, at, code: 6 });
        expect(stderr).toMatch(/ \[ERR_VERIFY_FAILED\]\n {2}Keep a copy of the files/);
      }
      writeFileSync(path, original);
    }
    expect((await hallpass.run(['verify', session])).code).toBe(0);
  });

  test(
    "is checked by OpenSSH's own command as verify prints it, and a forged one refused",
    cites('verify.stock-tools'),
    async () => {
      await using hallpass = await sandbox();
      const session = await record(hallpass);
      const { stdout } = await hallpass.run(['verify', session]);
      const command = stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
      const check = () => spawnSync('/bin/sh', ['-c', command], { env: hallpass.env, encoding: 'utf8' });
      expect(check()).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(
          /^Good "hallpass-session" signature for hallpass-device with ED25519 key SHA256:/,
        ) as string,
      });
      const checkpoint = join(hallpass.stateDir, 'sessions', `${session}.checkpoint`);
      writeFileSync(
        checkpoint,
        readFileSync(checkpoint, 'utf8').replace(/^\d+$/m, (size) => String(Number(size) + 1)),
      );
      expect(check().status).not.toBe(0);
    },
  );
});
