import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { lines } from '../helpers/wiretap.ts';
import { converse, nothingLeaked } from './converse.ts';

const canaries = makeCanaries();
const planted = Object.values(canaries);
// Permissions don't stop root, but file systems do, and most roots can mount one.
const isRoot = process.geteuid?.() === 0;
const canMount = isRoot && mountsSomething();

/** Mounts a file system of this size; gone at the end of the scope. */
function mountTiny(path: string, options: string): Disposable {
  mkdirSync(path, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr.toString()}`);
  return { [Symbol.dispose]: () => void spawnSync('umount', ['-l', path]) };
}

function mountsSomething(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'hallpass-mount-'));
  try {
    using _probe = mountTiny(probe, 'size=64k');
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(probe);
  }
}

function fill(directory: string): void {
  const { bavail, bsize } = statfsSync(directory);
  writeFileSync(join(directory, 'filler'), Buffer.alloc(bavail * bsize));
}

describe('a state directory that cannot be written', () => {
  /** Makes `path` unusable. */
  type Way = [name: string, spoil: (path: string) => Disposable | undefined];
  const asRoot: Way[] = [
    ['on a read-only file system', (path) => mountTiny(path, 'ro,size=64k')],
    [
      'on a full file system',
      (path) => {
        const disk = mountTiny(path, 'size=64k');
        fill(path);
        return disk;
      },
    ],
  ];
  const asUser: Way[] = [
    [
      'without the permission',
      (path) => {
        mkdirSync(path, { mode: 0o500 });
        return undefined;
      },
    ],
  ];
  const ways: Way[] = [
    [
      'a file in its place',
      (path) => {
        writeFileSync(path, '');
        return undefined;
      },
    ],
    [
      'a link to nowhere',
      (path) => {
        symlinkSync(join(path, 'nowhere'), path);
        return undefined;
      },
    ],
    ...(canMount ? asRoot : []),
    ...(isRoot ? [] : asUser),
  ];

  test.each(ways)(
    '%s: nothing runs, nothing is asked of a server, exit 7',
    cites('bad.state-unwritable'),
    async (_, spoil) => {
      await using hallpass = await sandbox({ isNew: true });
      using _spoilt = spoil(hallpass.stateDir);
      const witness = join(hallpass.project, 'the server ran');
      const { stdout, stderr, code } = await hallpass.run(['connect', '--', 'touch', witness], {
        stdin: '{"jsonrpc":"2.0","id":1,"method":"hello"}\n',
      });
      expect(stderr).toMatch(
        /^hallpass: .+ \[ERR_STATE_DIR\]\n {2}hallpass does not run unrecorded: make the directory writable, free some space, or set HALLPASS_STATE_DIR\.\n$/,
      );
      expect(stderr).toContain(hallpass.stateDir);
      expect({ stdout, code }).toEqual({ stdout: '', code: 7 });
      expect(existsSync(witness)).toBe(false);
    },
  );
});

describe('a disk that fills up in mid-session', () => {
  interface Limit {
    /** For `ulimit -f`. */
    readonly blocks?: number;
    readonly why: string;
    readonly disk?: Disposable;
    /** Gives room again. */
    readonly widen: () => void;
  }
  const byFile = (): Limit => ({ blocks: 100, why: 'EFBIG', widen: () => undefined });
  const byDisk = ({ stateDir }: Sandbox): Limit => ({
    why: 'ENOSPC',
    disk: mountTiny(stateDir, 'size=200k'),
    widen: () => void spawnSync('mount', ['-o', 'remount,size=4m', stateDir]),
  });
  const ways: [string, (hallpass: Sandbox) => Limit][] = [['by a limit on the size of files', byFile]];
  if (canMount) ways.push(['by its size', byDisk]);

  test.each(ways)(
    '%s: what cannot be recorded is not delivered, and whoever waits is told',
    cites('bad.state-full'),
    async (_, limit) => {
      await using hallpass = await sandbox();
      const { blocks, why, disk, widen } = limit(hallpass);
      using _disk = disk;
      const talk = converse(hallpass, {}, { fileSizeLimit: blocks });
      const text = 'lorem ipsum '.repeat(1_000);
      const answers: string[] = [];
      for (let n = 1; n <= 12; n += 1)
        answers.push(await talk.ask('x', { n, text, token: canaries.githubToken.value }));
      const { stderr, stdout, code } = await talk.leave();

      const refused = answers.filter((line) => line.includes('"error"'));
      const served = answers.length - refused.length;
      expect(served).toBeGreaterThan(0);
      expect(refused.length).toBeGreaterThan(0);
      for (const line of refused)
        expect(line).toMatch(`hallpass refused this message: cannot record session`);
      expect(refused[0]).toContain(why);
      expect(stderr).toMatch(/NOT sealed: cannot record session/);
      expect(stderr).toMatch(
        / \[ERR_RECORD_FAILED\]\n {2}The call was not delivered because it could not be recorded/,
      );
      expect(code).toBe(6);

      // With room again, the next command finds every message that was delivered.
      widen();
      const shown = await hallpass.run(['sessions', 'show', 'last', '--json']);
      const recorded = lines(shown.bytes.stdout)
        .map((line) => JSON.parse(line) as { kind?: string; direction?: string; id?: string })
        .filter(({ kind }) => kind === 'message');
      const sent = recorded.filter(({ direction }) => direction === 'to_server').map(({ id }) => id);
      const got = lines(talk.server.stdin).map((line) => String((JSON.parse(line) as { id: number }).id));
      expect(sent).toEqual(expect.arrayContaining(got));
      expect(recorded.length - sent.length).toBe(served);
      expect((await hallpass.run(['verify', 'last'])).code).toBe(0);
      nothingLeaked(hallpass, planted, {
        'what the client got': stdout,
        'what the server got': talk.server.stdin,
      });
    },
  );
});

describe('a session file cut in the middle', () => {
  /** Two sessions; returns the id of the newer. */
  async function twoSessions(hallpass: Sandbox): Promise<string> {
    for (let n = 0; n < 2; n += 1) {
      const talk = converse(hallpass);
      for (let m = 0; m < 5; m += 1) await talk.ask('work', { m });
      await talk.leave();
    }
    const list = await hallpass.run(['sessions', 'list', '--json']);
    return (JSON.parse(list.stdout.split('\n')[0] ?? '') as { session: string }).session;
  }

  test.each(['jsonrpc log', 'sidecar'] as const)(
    '%s: verify says where and exits 6; the others are listed as ever',
    cites('bad.session-cut'),
    async (part) => {
      await using hallpass = await sandbox();
      const session = await twoSessions(hallpass);
      const path = join(
        hallpass.stateDir,
        'sessions',
        `${session}${part === 'sidecar' ? '.payloads' : '.jsonl'}`,
      );
      const bytes = readFileSync(path);
      const half = Math.floor(bytes.length / 2);
      truncateSync(path, half);
      const whole = bytes.subarray(0, half).toString('latin1').split('\n').length - 1;

      const verify = await hallpass.run(['verify', session]);
      expect(verify.code).toBe(6);
      const failed = verify.stdout
        .split('\n')
        .filter((line) => /^ +fail /.test(line))
        .join('\n');
      expect(failed).toMatch(
        part === 'sidecar' ? /payloads .*\d+/ : new RegExp(`(?:line|event) ${whole}|after ${whole} `),
      );
      expect(verify.stderr).toMatch(/ \[ERR_VERIFY_FAILED\]\n {2}\S/);
      const list = await hallpass.run(['sessions', 'list', '--json']);
      expect(list.code).toBe(0);
      expect(lines(list.bytes.stdout)).toHaveLength(2);
      expect((await hallpass.run(['sessions', 'show', session])).stdout).toMatch(/DOES NOT VERIFY/);
    },
  );

  test(
    'the middle of a line of an unsealed session that is not its last stays, and is called corrupt',
    cites('bad.session-cut'),
    async () => {
      await using hallpass = await sandbox();
      const session = await twoSessions(hallpass);
      const sessions = join(hallpass.stateDir, 'sessions');
      const stray = join(sessions, '000000000000.jsonl');
      copyFileSync(join(sessions, `${session}.jsonl`), stray);
      const text = readFileSync(stray, 'utf8');
      writeFileSync(stray, text.slice(0, 700) + text.slice(900));
      const list = await hallpass.run(['sessions', 'list', '--json']);
      const states = lines(list.bytes.stdout).map(
        (line) => JSON.parse(line) as { session: string; state: string },
      );
      expect(states.find((each) => each.session === '000000000000')?.state).toBe('corrupt');
      expect(states.filter(({ state }) => state === 'closed')).toHaveLength(2);
      expect(readFileSync(stray, 'utf8')).toBe(text.slice(0, 700) + text.slice(900));
    },
  );
});

test('without keychain and passphrase a session is signed for itself, and the person told what to do', async () => {
  await using hallpass = await sandbox({ isNew: true });
  const talk = converse(
    hallpass,
    {},
    {
      env: {
        HALLPASS_KEYCHAIN: undefined,
        HALLPASS_PASSPHRASE: undefined,
        DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
      },
    },
  );
  await talk.ask('anything');
  const { stderr, code } = await talk.leave();
  expect(stderr).toMatch(
    /^hallpass: no keychain answers here: the keys of this session end with it\. HALLPASS_PASSPHRASE, once set, keeps them$/m,
  );
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('sealed') as string });
});
