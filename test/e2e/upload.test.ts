import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type Sandbox, sandbox } from '../helpers/hallpass.ts';
import { recordIn, TeamHub } from '../helpers/team.ts';

let hub: TeamHub;
let dana: Sandbox;

// One hub and one machine for all: no test leaves anything at either that another would meet.
beforeAll(async () => {
  hub = await TeamHub.start();
  dana = await hub.machineOf('developer');
});
afterEach(() => void dana.assertNoCanary());
afterAll(async () => {
  await dana[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

const MESSAGE = '{"jsonrpc":"2.0","method":"notifications/initialized"}\n';

interface Uploaded {
  readonly session: string;
  readonly state: string;
  readonly attested: boolean;
  readonly index: number;
}

/** A session of one message, with `cat` for a server. */
function connect(box: Sandbox, ...flags: string[]) {
  return box.run(['connect', ...flags, '--', 'cat'], { stdin: MESSAGE });
}

function lines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

async function upload(box: Sandbox, ...args: string[]): Promise<Uploaded[]> {
  return lines<Uploaded>((await box.run(['sessions', 'upload', ...args, '--json'])).stdout);
}

async function claims(box: Sandbox, ...args: string[]): Promise<Record<string, string>> {
  const { stdout } = await box.run(['verify', ...args, '--json']);
  const [verification] = lines<{ claims: { claim: string; status: string }[] }>(stdout);
  return Object.fromEntries((verification?.claims ?? []).map(({ claim, status }) => [claim, status]));
}

/** Runs the last line that `verify` printed. */
async function repeatCheck(box: Sandbox, ...args: string[]) {
  const { stdout } = await box.run(['verify', ...args]);
  const command = stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return { command, ...spawnSync('sh', ['-c', command], { encoding: 'utf8' }) };
}

async function listed(box: Sandbox): Promise<{ session: string; state: string; subject: string }[]> {
  return lines((await box.run(['sessions', 'list', '--hub', '--json'])).stdout);
}

function waiting(box: Sandbox): string[] {
  const directory = join(box.stateDir, 'uploads');
  if (!existsSync(directory)) return [];
  return readdirSync(directory).filter((name) => name.endsWith('.json'));
}

/** A session that goes to the hub while it runs, one message in. */
async function connectLive() {
  const running = dana.spawn(['connect', '--upload=live', '--', 'cat']);
  running.child.stdin.write(MESSAGE);
  await running.saying('stdout', /initialized/);
  return { running, session: recorded(dana) };
}

/** The session of a machine that began last. */
function recorded(box: Sandbox): string {
  const directory = join(box.stateDir, 'sessions');
  const began = (name: string) => statSync(join(directory, name)).birthtimeMs;
  const logs = readdirSync(directory).filter((name) => name.endsWith('.jsonl'));
  return (
    logs
      .toSorted((a, b) => began(a) - began(b))
      .at(-1)
      ?.slice(0, 12) ?? ''
  );
}

function receiptOf(session: string): string {
  return join(dana.stateDir, 'sessions', `${session}.receipt`);
}

/** A pattern of what the hub says, with the session for `ID`. */
function at(point: RegExp, session: string): RegExp {
  return new RegExp(point.source.replaceAll('ID', session));
}

describe('a session of who is logged in', () => {
  test('is attested and at the hub when it has ended', cites('upload.end', 'verify.attested'), async () => {
    const { code, stderr } = await connect(dana);
    expect(code).toBe(0);
    expect(stderr).toMatch(/sealed\..*\n.*session \w{12} is at http.*, attested: leaf \d+ of its log\n$/);
    expect(await claims(dana, 'last')).toEqual({
      format: 'pass',
      tree: 'pass',
      payloads: 'pass',
      signature: 'pass',
      signer: 'pass',
      identity: 'pass',
      time: 'pass',
    });
    const shown = await dana.run(['sessions', 'show', 'last']);
    expect(shown.stdout).toMatch(/sealed by SHA256:\S+, certified for http\S+\|developer/);
    expect(waiting(dana)).toEqual([]);
  });

  test('is verified by OpenSSH with the command that is printed', cites('verify.stock-tools'), async () => {
    await connect(dana);
    const { command, status, stdout } = await repeatCheck(dana, 'last');
    expect(command).toMatch(/^ssh-keygen -Y verify .*-I developer -O verify-time=\d{14}Z/);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(
        /^Good "hallpass-session" signature for developer with ED25519-CERT/,
      ) as string,
    });
    const late = spawnSync('sh', ['-c', command.replace(/verify-time=\d{4}/, 'verify-time=2099')]);
    expect(late.status).not.toBe(0);
    const other = spawnSync('sh', ['-c', command.replace('-I developer', '-I auditor')]);
    expect(other.status).not.toBe(0);
  });

  test('stays here with --upload=manual, and goes when asked for', cites('upload.manual'), async () => {
    const { stderr } = await connect(dana, '--upload=manual');
    expect(stderr).not.toContain(hub.url);
    expect((await listed(dana)).map((one) => one.session)).not.toContain(recorded(dana));
    expect(await claims(dana, 'last')).toMatchObject({ identity: 'unchecked', time: 'unchecked' });
    expect((await repeatCheck(dana, 'last')).status).toBe(0);
    expect(await upload(dana, 'last')).toMatchObject([{ state: 'uploaded', attested: true }]);
    expect(await claims(dana, 'last')).toMatchObject({ identity: 'pass', time: 'pass' });
  });

  test('goes while it runs with --upload=live', cites('upload.live'), async () => {
    const { running, session } = await connectLive();
    await hub.answered(at(/PUT \/sessions\/ID\/log\/0 201/, session));
    running.child.stdin.write(MESSAGE);
    await hub.answered(at(/PUT \/sessions\/ID\/log\/[1-9]\d* 201/, session));
    expect(running.child.exitCode).toBeNull();
    running.child.stdin.end();
    const { code, stderr } = await running.finished;
    expect(code).toBe(0);
    expect(stderr).toMatch(/is at http.*, attested/);
    expect(await claims(dana, 'last', '--hub')).toMatchObject({
      tree: 'pass',
      identity: 'pass',
      time: 'pass',
    });
  });

  test('of an HTTP client tells scripts where it went', cites('upload.end'), async () => {
    const running = dana.spawn(['connect', '--json', '--port', '0', '--', 'cat']);
    await running.saying('stdout', /"event":"ready"/);
    running.child.kill('SIGTERM');
    const { stdout } = await running.finished;
    const [ready, uploaded] = lines<{ session: string }>(stdout);
    expect(uploaded).toMatchObject({
      event: 'upload',
      session: ready?.session,
      hub: hub.url,
      state: 'uploaded',
      attested: true,
    });
  });

  test('waits for a login that is over, and goes with the next', cites('upload.spool'), async () => {
    const running = dana.spawn(['connect', '--', 'cat']);
    running.child.stdin.write(MESSAGE);
    await running.saying('stdout', /initialized/);
    await dana.run(['logout']);
    running.child.stdin.end();
    const { stderr } = await running.finished;
    expect(stderr).toMatch(
      /is not at http.* yet.*nobody is logged in\. Log in: hallpass login\. Later: hallpass sessions upload/,
    );
    await hub.logIn(dana, 'developer');
    expect(waiting(dana)).toEqual([]);
    expect(await claims(dana, 'last')).toMatchObject({ identity: 'pass', time: 'pass' });
  });

  test('of before the login can be uploaded, unattested', async () => {
    await using solo = await sandbox();
    const { stderr } = await connect(solo);
    expect(stderr).not.toContain('http');
    await hub.logIn(solo, 'developer');
    expect(await upload(solo, 'last')).toMatchObject([{ state: 'uploaded', attested: false }]);
    expect(await claims(solo, 'last')).toMatchObject({ signer: 'pass', identity: 'unchecked', time: 'pass' });
  });
});

describe('at the hub', () => {
  test(
    'one reads one’s own sessions, an auditor everybody’s',
    cites('sessions.hub', 'verify.hub'),
    async () => {
      await using alex = await hub.machineOf('auditor');
      await using sam = await hub.machineOf('stranger');
      await connect(dana);
      const session = recorded(dana);
      for (const box of [dana, alex]) {
        expect(await listed(box)).toContainEqual(
          expect.objectContaining({ session, state: 'accepted', subject: 'developer' }),
        );
        expect(new Set(Object.values(await claims(box, session, '--hub')))).toEqual(new Set(['pass']));
        const { status, stdout } = await repeatCheck(box, session, '--hub');
        expect({ status, stdout }).toMatchObject({
          status: 0,
          stdout: expect.stringContaining('for developer') as string,
        });
        const shown = await box.run(['sessions', 'show', session, '--hub', '--payloads']);
        expect(shown.stdout).toContain('| {"jsonrpc":"2.0","method":"notifications/initialized"}');
      }
      expect((await listed(sam)).map((one) => one.session)).not.toContain(session);
      const refused = await sam.run(['verify', session, '--hub', '--json']);
      expect(refused.code).toBe(2);
      expect(lines(refused.stderr)).toMatchObject([{ error: { code: 'ERR_NO_SUCH_SESSION' } }]);
    },
  );

  test('what was fetched to be looked at does not stay', async () => {
    await connect(dana);
    await dana.run(['verify', 'last', '--hub']);
    const session = recorded(dana);
    const left = readdirSync(join(dana.cacheDir, 'hub')).filter((name) => name.startsWith(session));
    expect(left.toSorted()).toEqual([`${session}.checkpoint`, `${session}.checkpoint.sig`]);
  });
});

describe('a receipt', () => {
  test(
    'with one flipped byte, or of another session, is refused with exit 6',
    cites('verify.receipt'),
    async () => {
      await connect(dana);
      const other = receiptOf(recorded(dana));
      await connect(dana);
      const id = recorded(dana);
      const first = receiptOf(id);
      const good = readFileSync(first, 'utf8');
      // A bit of a hash in the proof or leaf.
      const place = good.indexOf('"leaf":"') + 20;
      const flipped = `${good.slice(0, place)}${good[place] === 'A' ? 'B' : 'A'}${good.slice(place + 1)}`;
      for (const bad of [flipped, readFileSync(other, 'utf8'), good.replace('"index":', '"index":1'), '{}']) {
        writeFileSync(first, bad);
        const { code, stderr } = await dana.run(['verify', id, '--json']);
        expect(code).toBe(6);
        expect(lines(stderr)).toMatchObject([{ error: { code: 'ERR_VERIFY_FAILED' } }]);
      }
      writeFileSync(first, good);
      expect((await dana.run(['verify', id])).code).toBe(0);
    },
  );
});

describe('a hub that is down', () => {
  test(
    'loses nothing: the session waits, and goes with the next command that finds the hub',
    cites('upload.spool'),
    async () => {
      await hub.kill('SIGTERM');
      try {
        const { code, stderr } = await connect(dana);
        expect(code).toBe(0);
        expect(stderr).toMatch(/is not at http.* yet, and unattested until it is: .*ECONNREFUSED/);
        expect(waiting(dana)).toHaveLength(1);
        expect(await claims(dana, 'last')).toMatchObject({ signer: 'pass', identity: 'unchecked' });
        expect((await repeatCheck(dana, 'last')).status).toBe(0);
        const again = await dana.run(['sessions', 'upload', '--pending', '--json']);
        expect(again.code).toBe(5);
        expect(lines(again.stdout)).toMatchObject([{ state: 'pending', attested: null }]);
        expect(lines(again.stderr)).toMatchObject([{ error: { code: 'ERR_HUB_UNREACHABLE' } }]);
        for (const command of [
          ['sessions', 'list', '--hub'],
          ['sessions', 'show', 'last', '--hub'],
          ['verify', 'last', '--hub'],
        ])
          expect(await dana.run(command)).toMatchObject({
            code: 5,
            stderr: expect.stringContaining('ERR_HUB_UNREACHABLE') as string,
          });
      } finally {
        await hub.start();
      }
      const { stderr } = await dana.run(['sessions', 'list', '--hub']);
      expect(stderr).toMatch(/is at http.*, attested: leaf/);
      expect(waiting(dana)).toEqual([]);
      expect(await claims(dana, 'last')).toMatchObject({ identity: 'pass', time: 'pass' });
    },
  );

  test('is exit 10 where the upload is required', cites('upload.required'), async () => {
    await hub.kill('SIGTERM');
    try {
      const { code, stderr } = await connect(dana, '--require-upload');
      expect(code).toBe(10);
      expect(stderr).toContain('[ERR_UPLOAD_FAILED]');
      expect(waiting(dana)).toHaveLength(1);
    } finally {
      await hub.start();
    }
    expect((await connect(dana, '--require-upload')).code).toBe(0);
    expect(waiting(dana)).toEqual([]);
  });

  test('or that never answers holds nobody up for long', cites('upload.limit'), async () => {
    await hub.kill('SIGTERM');
    const silent = await silentServer(Number(new URL(hub.url).port));
    try {
      const running = dana.spawn(['connect', '--', 'cat']);
      running.child.stdin.end(MESSAGE);
      await silent.asked;
      const began = performance.now();
      const { code, stderr } = await running.finished;
      // The rest is starting and ending, on a machine that may be busy; without a limit it would be minutes.
      expect(performance.now() - began).toBeLessThan(3 * LIMITS.endUploadMs);
      expect(code).toBe(0);
      expect(stderr).toMatch(/is not at http.* yet, .*no answer in time/);
    } finally {
      silent.close();
      await hub.start();
    }
    expect(await upload(dana, '--pending')).toMatchObject([{ state: 'uploaded', attested: true }]);
  });
});

describe('without a login', () => {
  test('an upload that is asked for is refused before anything runs', async () => {
    await using solo = await sandbox();
    for (const flag of ['--require-upload', '--upload=end', '--upload=live']) {
      const { code, stdout, stderr } = await connect(solo, flag);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain('ERR_AUTH');
    }
    expect((await solo.run(['sessions', 'upload', '--pending'])).code).toBe(3);
    expect((await connect(solo)).code).toBe(0);
  });

  test('an upload that is required and manual makes no sense', async () => {
    expect((await connect(dana, '--require-upload', '--upload=manual')).code).toBe(2);
  });
});

const PIECE = 1024 * 1024;

// Each point an upload can be at, by the last thing that the hub has answered, and how many pieces there are.
const POINTS: readonly [string, RegExp, number][] = [
  ['the first piece', /PUT \/sessions\/ID\/payloads\/0 201/, 3],
  ['the third piece', /PUT \/sessions\/ID\/payloads\/2097152 201/, 4],
  ['the log', /PUT \/sessions\/ID\/log\/0 201/, 1],
  ['the certificate', /PUT \/sessions\/ID\/log\/0 201[^]*POST \/ssh\/certificate 200/, 1],
  ['the seal', /POST \/sessions\/ID\/seal 200/, 1],
];

/** Pieces that don't shrink, the last of them a short one. */
function record(box: Sandbox, pieces: number): Promise<string> {
  const payloads = Array.from({ length: pieces }, (_, i) => randomBytes(i === pieces - 1 ? 1024 : PIECE));
  return recordIn(box, { issuer: hub.issuer, subject: 'developer', payloads });
}

/** Once whatever waits has gone to the hub. */
async function expectOnce(sessions: readonly string[], leavesBefore: number): Promise<void> {
  for (const result of await upload(dana, '--pending'))
    expect(result).toMatchObject({ state: 'uploaded', attested: true });
  const there = (await listed(dana)).filter(({ session }) => sessions.includes(session));
  expect(there.map(({ session, state }) => `${session} ${state}`).toSorted()).toEqual(
    sessions.map((session) => `${session} accepted`).toSorted(),
  );
  expect(await hub.leaves()).toBe(leavesBefore + sessions.length);
  for (const session of sessions)
    expect(await claims(dana, session), session).toMatchObject({ identity: 'pass', time: 'pass' });
  expect(waiting(dana)).toEqual([]);
}

describe('exactly one session is at the hub', () => {
  test('after kill -9 of the command line at each point', cites('upload.crash'), async () => {
    const before = await hub.leaves();
    const sessions: string[] = [];
    for (const [, point, pieces] of POINTS) {
      const session = await record(dana, pieces);
      sessions.push(session);
      const running = dana.spawn(['sessions', 'upload', session]);
      await hub.answered(at(point, session));
      running.child.kill('SIGKILL');
      await running.finished;
    }
    await expectOnce(sessions, before);
  });

  test('after kill -9 of the hub at each point', cites('upload.crash'), async () => {
    const before = await hub.leaves();
    const sessions: string[] = [];
    for (const [name, point, pieces] of POINTS) {
      const session = await record(dana, pieces);
      sessions.push(session);
      const running = dana.spawn(['sessions', 'upload', session, '--json']);
      await hub.answered(at(point, session));
      await hub.kill();
      const { code, stderr } = await running.finished;
      // It may have had the last answer already.
      if (code !== 0) expect(lines(stderr), name).toMatchObject([{ error: { code: 'ERR_HUB_UNREACHABLE' } }]);
      await hub.start();
    }
    await expectOnce(sessions, before);
  });

  test(
    'after kill -9 of connect while it uploads, which the next command notices',
    cites('upload.crash'),
    async () => {
      const before = await hub.leaves();
      const { running, session } = await connectLive();
      await hub.answered(at(/PUT \/sessions\/ID\/log\/0 201/, session));
      running.child.kill('SIGKILL');
      await running.finished;
      const [result] = await upload(dana, '--pending');
      expect(result).toMatchObject({ state: 'uploaded' });
      expect(await hub.leaves()).toBe(before + 1);
      expect(await claims(dana, 'last')).toMatchObject({ tree: 'pass', time: 'pass' });
    },
  );

  test('after four commands have uploaded it at once', cites('upload.once'), async () => {
    const session = await record(dana, 2);
    const before = await hub.leaves();
    const results = await Promise.all([1, 2, 3, 4].map(() => upload(dana, session)));
    expect(results.flat()).toHaveLength(4);
    expect(results.flat()[0]).toMatchObject({ session, state: 'uploaded', attested: true });
    expect(new Set(results.flat().map(({ state, index }) => `${state} ${index}`)).size).toBe(1);
    await expectOnce([session], before);
  });
});

test('nothing that was masked is in clear at the hub', cites('upload.nothing-in-clear'), async () => {
  const { githubToken, awsSecretKey, databasePassword } = makeCanaries();
  const canaries = [githubToken, awsSecretKey, databasePassword];
  const message = {
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: {
      data: {
        token: githubToken.value,
        aws_secret_access_key: awsSecretKey.value,
        password: databasePassword.value,
      },
    },
  };
  for (const mode of ['end', 'live']) {
    const { stderr } = await dana.run(['connect', `--upload=${mode}`, '--', 'cat'], {
      stdin: `${JSON.stringify(message)}\n`,
    });
    expect(stderr).toMatch(/[1-9] secrets masked/);
    expect(stderr).toMatch(/is at http/);
  }
  const searched = assertNoCanary({
    canaries,
    directories: [hub.dataDir, ...dana.directories],
    streams: hub.box.streams,
  });
  expect(searched.bytes).toBeGreaterThan(10_000);
});

/** Takes connections and says nothing. `asked` once there is one. */
async function silentServer(port: number): Promise<{ asked: Promise<unknown>; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.add(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked: once(server, 'connection'),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
