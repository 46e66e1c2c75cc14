import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ephemeralSigner } from '../../src/core/session/signer.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { systemKeychain } from '../../src/platform/keychain.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { openVault, type Vault } from '../../src/platform/vault.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { copySession, recordSession, sessionsIn } from '../helpers/recorded-session.ts';

/** This sandbox's own device key, made cheaply. */
function vaultOf({ env }: Sandbox): Promise<Vault> {
  const environment = readEnvironment(env);
  const { keychain: choice, passphrase } = environment;
  return openVault({
    ...hallpassPaths(environment),
    choice,
    passphrase,
    keychain: systemKeychain,
    scryptN: 2 ** 10,
  });
}

/** Records a session as this sandbox's hallpass would have. */
async function record(hallpass: Sandbox): Promise<SessionFiles> {
  const { signer } = await vaultOf(hallpass);
  return recordSession(sessionsDirOf(hallpass), signer);
}

function sessionsDirOf({ stateDir }: Sandbox): string {
  return join(stateDir, 'sessions');
}

function json(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('sessions list', () => {
  test('shows what was recorded, newest first', cites('sessions.list'), async () => {
    await using hallpass = await sandbox();
    const first = await record(hallpass);
    const second = await record(hallpass);
    const { code, stdout, stderr } = await hallpass.run(['sessions', 'list', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      json(stdout)
        .map((line) => (line as { session: string }).session)
        .toSorted(),
    ).toEqual([first.id, second.id].toSorted());
    expect(Object.keys(json(stdout)[0] as object)).toEqual([
      'session',
      'kind',
      'connection',
      'subject',
      'started_at',
      'ended_at',
      'events',
      'findings',
      'state',
    ]);
    const table = await hallpass.run(['sessions', 'list']);
    expect(table.stdout).toMatch(/^SESSION +STARTED +STATE +EVENTS +FINDINGS +CONNECTION +SUBJECT\n/);
    expect(table.stdout).toContain(second.id);
  });

  test('needs neither vault nor passphrase', async () => {
    await using hallpass = await sandbox();
    await record(hallpass);
    const { code, stdout } = await hallpass.run(['sessions', 'list'], {
      env: { HALLPASS_PASSPHRASE: 'wrong' },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('closed');
  });
});

describe('sessions show', () => {
  test('replays a session and says who sealed it', cites('sessions.show'), async () => {
    await using hallpass = await sandbox();
    const { signer } = await vaultOf(hallpass);
    await record(hallpass);
    const { code, stdout } = await hallpass.run(['sessions', 'show', 'last', '--payloads']);
    expect(code).toBe(0);
    expect(stdout).toContain('→ tools/call read_file  1 masked  allow');
    expect(stdout).toContain('| {"jsonrpc":"2.0","id":1}');
    expect(stdout).toContain(`sealed by device key ${signer.record.key}, unattested`);
    const events = json((await hallpass.run(['sessions', 'show', 'last', '--json'])).stdout);
    expect(events).toHaveLength(6);
    expect(events[0]).toMatchObject({ ok: true });
    expect(events[1]).toMatchObject({ kind: 'start', seq: 0 });
  });

  test('an unknown session exits 2 with a hint', async () => {
    await using hallpass = await sandbox();
    const { code, stdout, stderr } = await hallpass.run(['sessions', 'show', 'zzz', '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(json(stderr)).toMatchObject([{ error: { code: 'ERR_NO_SUCH_SESSION' } }]);
  });
});

describe('sessions export', () => {
  test('writes one JSON document, to stdout or to a new file', cites('sessions.export'), async () => {
    await using hallpass = await sandbox();
    const files = await record(hallpass);
    const { stdout } = await hallpass.run(['sessions', 'export', 'last']);
    const document = JSON.parse(stdout) as {
      session: string;
      checkpoint: string;
      events: { payload?: unknown }[];
    };
    expect(document).toMatchObject({ session: files.id, checkpoint: readFileSync(files.checkpoint, 'utf8') });
    expect(document.events[1]?.payload).toMatchObject({ size: 24, text: '{"jsonrpc":"2.0","id":1}' });

    const written = await hallpass.run(['sessions', 'export', 'last', '--output', 'out.json']);
    expect(written).toMatchObject({ code: 0, stdout: '' });
    const path = join(hallpass.project, 'out.json');
    expect(readFileSync(path, 'utf8')).toBe(stdout);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await hallpass.run(['sessions', 'export', 'last', '--output', 'out.json']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('ERR_FILE_EXISTS');
  });

  test('writes a recording that a player of terminal sessions reads', cites('sessions.export'), async () => {
    await using hallpass = await sandbox();
    const { id } = await record(hallpass);
    const { stdout } = await hallpass.run(['sessions', 'export', 'last', '--format', 'asciicast']);
    const [header, ...events] = json(stdout) as [object, ...[number, string, string][]];
    expect(header).toMatchObject({ version: 2, width: 80, height: 24, title: 'hallpass connect files' });
    expect(events.map(([, code]) => code)).toEqual(['o', 'm', 'o', 'o', 'o', 'o']);
    const times = events.map(([at]) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(events.map(([, , data]) => data).join('')).toMatch(/tools\/call .*read_file .*ready\r\n/s);

    const args = ['sessions', 'export', 'last', '--format', 'asciicast', '--output', 'run.cast', '--json'];
    const written = await hallpass.run(args);
    expect(json(written.stdout)).toEqual([{ session: id, path: 'run.cast' }]);
    expect(readFileSync(join(hallpass.project, 'run.cast'), 'utf8')).toBe(stdout);
    expect((await hallpass.run(args)).stderr).toContain('ERR_FILE_EXISTS');
  });

  test('writes a bundle that verifies elsewhere, with hallpass and with ssh-keygen', async () => {
    await using hallpass = await sandbox();
    await using elsewhere = await sandbox();
    const files = await record(hallpass);
    await hallpass.run(['sessions', 'export', 'last', '--format', 'bundle', '--output', 'bundle']);
    const bundle = join(hallpass.project, 'bundle');
    expect(readdirSync(bundle).toSorted()).toEqual(
      [
        'README.md',
        'allowed_signers',
        ...['.checkpoint', '.checkpoint.sig', '.jsonl', '.payloads'].map((s) => files.id + s),
      ].toSorted(),
    );
    const commands = readFileSync(join(bundle, 'README.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('    '))
      .map((line) => line.trim());
    const [ours = '', openssh = ''] = commands;
    const { code } = await elsewhere.run(ours.split(' ').slice(1), { cwd: bundle });
    expect(code).toBe(0);
    const repeated = spawnSync('sh', ['-c', openssh], { cwd: bundle, encoding: 'utf8' });
    expect(repeated.stdout).toContain('Good "hallpass-session" signature');
    // Without the list of keys a stranger's machine believes nothing.
    expect((await elsewhere.run(['verify', `./${files.id}.jsonl`], { cwd: bundle })).code).toBe(6);
  });
});

describe('sessions delete', () => {
  test('removes one and nothing else', cites('sessions.delete'), async () => {
    await using hallpass = await sandbox();
    const kept = await record(hallpass);
    const gone = await record(hallpass);
    const { code, stdout } = await hallpass.run(['sessions', 'delete', gone.id, '--yes', '--json']);
    expect({ code, said: json(stdout) }).toEqual({ code: 0, said: [{ session: gone.id, deleted: true }] });
    expect(readdirSync(sessionsDirOf(hallpass)).every((name) => name.startsWith(kept.id))).toBe(true);
    expect(existsSync(kept.log)).toBe(true);
  });

  test('without a terminal to ask on it deletes nothing', async () => {
    await using hallpass = await sandbox();
    const files = await record(hallpass);
    const { code, stderr } = await hallpass.run(['sessions', 'delete', files.id]);
    expect(code).toBe(4);
    expect(stderr).toContain('ERR_NOT_CONFIRMED');
    expect(stderr).toContain('--yes');
    expect(existsSync(files.log)).toBe(true);
  });
});

describe('verify', () => {
  test('passes an untouched session and says it is unattested', cites('verify.pass'), async () => {
    await using hallpass = await sandbox();
    const files = await record(hallpass);
    const { code, stdout } = await hallpass.run(['verify', 'last']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/unchecked +identity +unattested/);
    expect(stdout).toContain('Verified: unchanged since this key sealed it; unattested.');
    const machine = await hallpass.run(['verify', files.id, '--json']);
    expect(json(machine.stdout)).toMatchObject([{ session: files.id, ok: true, claims: { length: 7 } }]);
  });

  test('the command that it prints repeats the check', cites('verify.stock-tools'), async () => {
    await using hallpass = await sandbox();
    await record(hallpass);
    const { stdout } = await hallpass.run(['verify', 'last']);
    const command = stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
    const repeated = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(repeated).toMatchObject({ status: 0 });
    expect(repeated.stdout).toContain('Good "hallpass-session" signature for hallpass-device');
  });

  test('refuses one flipped byte in any file with exit 6', cites('verify.tampered'), async () => {
    await using hallpass = await sandbox();
    const files = await record(hallpass);
    for (const part of ['log', 'payloads', 'checkpoint', 'signature'] as const) {
      const copy = copySession(files, mkdtempSync(join(hallpass.directory, 'copy-')));
      const bytes = readFileSync(copy[part]);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(copy[part], bytes);
      const { code, stdout, stderr } = await hallpass.run(['verify', copy.log, '--json']);
      expect(code, part).toBe(6);
      expect(json(stdout), part).toMatchObject([{ ok: false }]);
      expect(json(stderr), part).toMatchObject([{ error: { code: 'ERR_VERIFY_FAILED' } }]);
    }
  });

  test(
    'a session file cut in the middle: the failing claim names the place',
    cites('bad.session-cut'),
    async () => {
      await using hallpass = await sandbox();
      const files = await record(hallpass);
      const bytes = readFileSync(files.log);
      writeFileSync(files.log, bytes.subarray(0, bytes.length >> 1));
      const { code, stdout, stderr } = await hallpass.run(['verify', files.id, '--json']);
      expect(code).toBe(6);
      expect(stdout).toMatch(/the log is cut: after line \d+ there are \d+ bytes without an end of line/);
      expect(stderr).toContain('the log is cut: after line');
      const list = await hallpass.run(['sessions', 'list']);
      expect(list.stdout).toContain('corrupt');
    },
  );

  test('a session sealed by a key of its own is unchanged, and no more is claimed', async () => {
    await using hallpass = await sandbox();
    const files = await recordSession(sessionsDirOf(hallpass), ephemeralSigner());
    const { code, stdout } = await hallpass.run(['verify', files.id]);
    expect(code).toBe(0);
    expect(stdout).toContain('nobody vouches for the key that sealed it');
    const command = stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
    expect(command).toContain('check-novalidate');
    expect(spawnSync('sh', ['-c', command])).toMatchObject({ status: 0 });
    await vaultOf(hallpass);
    const named = await hallpass.run([
      'verify',
      files.id,
      '--allowed-signers',
      join(hallpass.stateDir, 'allowed_signers'),
    ]);
    expect(named.code).toBe(6);
  });
});

test('a session that was killed is recovered by looking at it', async () => {
  await using hallpass = await sandbox();
  const files = await record(hallpass);
  rmSync(files.checkpoint);
  rmSync(files.signature);
  expect((await hallpass.run(['sessions', 'list'])).stdout).toContain('abandoned');
  expect((await hallpass.run(['verify', files.id])).code).toBe(0);
  expect(sessionsIn(sessionsDirOf(hallpass)).ids()).toEqual([files.id]);
});

describe('a damaged session', () => {
  test.each([
    [['show'], /^session .*→ tools\/call read_file/s],
    [['show', '--json'], /^\{"session":.*"kind":"start"/s],
    [['export'], /^\{"session":.*"kind":"start".*\n\]\}\n$/s],
  ])('%j shows what there is, says what is wrong and exits 6', async (args, expected) => {
    await using hallpass = await sandbox();
    const { id, log } = await record(hallpass);
    // The event after it can still be read, the one before the end no more.
    writeFileSync(log, readFileSync(log, 'utf8').replace('"kind":"stderr"', '"kind":"stdout"'));
    const { stdout, stderr, code } = await hallpass.run(['sessions', ...args, id]);
    expect(stdout).toMatch(expected);
    expect(stderr).toContain(`session ${id} is damaged: format: `);
    expect(stderr).toContain('ERR_SESSION_CORRUPT');
    expect(code).toBe(6);
  });

  test('is exported as evidence all the same, with exit 6', async () => {
    await using hallpass = await sandbox();
    const { id, log } = await record(hallpass);
    writeFileSync(log, readFileSync(log, 'utf8').replace('read_file', 'edit_file'));
    const args = [
      'sessions',
      'export',
      id,
      '--format',
      'bundle',
      '--output',
      join(hallpass.directory, 'out'),
    ];
    const { stderr, code } = await hallpass.run(args);
    expect(stderr).toMatch(
      /^session \w+ is in .*\nhallpass: session \w+ is damaged: tree: .*ERR_SESSION_CORRUPT/,
    );
    expect(code).toBe(6);
    expect(readdirSync(join(hallpass.directory, 'out'))).toContain(`${id}.jsonl`);
  });
});
