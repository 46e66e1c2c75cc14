import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { plant, random } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { isAlive } from '../helpers/processes.ts';
import { TeamHub } from '../helpers/team.ts';

const secret = plant('a token of the job', random(28));
const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const AT_LINE_3: unknown = expect.stringContaining('line 3 of its stdout');
const ENV = { DEPLOY_TOKEN: secret.value };

interface Shown {
  readonly kind: string;
  readonly stream?: string;
  readonly content?: { readonly text?: string };
  readonly mono: number;
  readonly exit_code?: number;
  readonly reason?: string;
  readonly argv?: string[];
  readonly env?: string[];
}

describe('the exit code', () => {
  test.each([
    ['of success', ['true'], 0],
    ['of failure', ['sh', '-c', 'exit 3'], 3],
    ['of one above 128', ['sh', '-c', 'exit 200'], 200],
    ['of SIGTERM', ['sh', '-c', 'kill -s TERM $$'], 143],
    ['of SIGKILL', ['sh', '-c', 'kill -s KILL $$'], 137],
    ['of what is no program', ['/etc/passwd'], 126],
    ['of a directory', ['/etc'], 126],
    ['of what is not there', ['no-such-program'], 127],
    ['of a path that is not there', ['./no/such/program'], 127],
  ])('%s', cites('run.exit-code'), async (_, command, code) => {
    await using hallpass = await sandbox();
    expect(await hallpass.run(['run', '--', ...command])).toMatchObject({ code, signal: null });
  });

  test.each([
    ['an unknown flag', ['run', '--no-such-flag', '--', 'true'], 'ERR_USAGE', 2],
    ['no command', ['run', '--'], 'ERR_USAGE', 2],
    ['a word before --', ['run', 'true'], 'ERR_USAGE', 2],
    ['a bad policy', ['run', '--policy', 'no-such-policy', '--', 'true'], 'ERR_NO_SUCH_FILE', 2],
    ['nobody logged in', ['run', '--require-upload', '--', 'true'], 'ERR_AUTH', 3],
  ])('is 125 for %s, and the real one is in --json', cites('run.failed'), async (_, args, code, exit) => {
    await using hallpass = await sandbox();
    const { stderr, code: exited } = await hallpass.run([args[0] ?? '', '--json', ...args.slice(1)]);
    expect(exited).toBe(125);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code, exit } });
  });
});

describe('what a command prints', () => {
  test('is masked on both pipes, in order', cites('run.masked'), async () => {
    await using hallpass = await sandbox();
    const script = `
      echo "1 $DEPLOY_TOKEN"; echo "e1 $DEPLOY_TOKEN" >&2
      printf '2 %s' "$(printf %s "$DEPLOY_TOKEN" | cut -c1-9)"; sleep 0.1; printf '%s\\n' "$(printf %s "$DEPLOY_TOKEN" | cut -c10-)"
      printf '3 %s\\033[1;31m\\033[K%s\\033[0m\\n' "$(printf %s "$DEPLOY_TOKEN" | cut -c1-9)" "$(printf %s "$DEPLOY_TOKEN" | cut -c10-)"
      printf '%s\\n' "$DEPLOY_TOKEN" | fold -w 11
      printf %s "$DEPLOY_TOKEN" | base64
      echo "e2" > /dev/stderr; echo end > /dev/stdout; printf 'no end' >&2`;
    const { stdout, stderr, code } = await hallpass.run(['run', '--', 'sh', '-c', script], { env: ENV });
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 3).map((line) => line.slice(0, 12))).toEqual([
      '1 hpm_known_',
      '2 hpm_known_',
      '3 hpm_known_',
    ]);
    expect(lines[2]).toContain('\u001b[1;31m\u001b[K\u001b[0m');
    expect(lines.at(-2)).toBe('end');
    expect(stderr).toMatch(/^e1 hpm_known_\w+\ne2\nno end\n1 secret masked, 0 exposed, sealed\. /);
  });

  test(
    'leaves as it came where no secret is in it, binary and a last line without an end included',
    cites('run.untouched'),
    async () => {
      await using hallpass = await sandbox();
      const bytes = Buffer.from([...Array(256).keys(), 0x1b, 0x5b, 0x33, 0x1b, 0xc3]);
      await writeFile(join(hallpass.project, 'bytes'), bytes);
      const { bytes: said } = await hallpass.run(['run', '--', 'cat', 'bytes']);
      expect(said.stdout).toEqual(bytes);
    },
  );

  test('ends the command when nobody reads it any more', cites('run.gone-reader'), async () => {
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['run', '--', 'sh', '-c', 'yes; echo "yes ended with $?" >&2']);
    await running.saying('stdout', /y\ny\n/);
    running.child.stdout.destroy();
    await running.saying('stderr', /yes ended with 1(41)?\n/);
    expect((await running.finished).code).toBe(0);
  });
});

describe('the command', () => {
  test('gets words, stdin, directory and variables as they are', cites('run.untouched'), async () => {
    await using hallpass = await sandbox();
    await mkdir(join(hallpass.directory, 'real'));
    await symlink(join(hallpass.directory, 'real'), join(hallpass.directory, 'link'));
    const code = `
      const { PWD, ODD, EMPTY, HALLPASS_STATE_DIR, HALLPASS_PASSPHRASE } = process.env;
      let input = ''; process.stdin.on('data', (d) => (input += d)).on('end', () =>
        console.log(JSON.stringify({ args: process.argv.slice(1), PWD, ODD, EMPTY, state: HALLPASS_STATE_DIR !== undefined,
          passphrase: HALLPASS_PASSPHRASE ?? null, input })));`;
    const args = ['a b', '$HOME', '', '--json', "it's", '*', '-h'];
    const link = join(hallpass.directory, 'link');
    const { stdout } = await hallpass.run(['run', '--', 'node', '-e', code, '--', ...args], {
      stdin: 'two\nlines',
      env: { ODD: ' spaces\nand lines ', EMPTY: '', PWD: link },
      cwd: link,
    });
    expect(JSON.parse(stdout)).toEqual({
      args,
      PWD: link,
      ODD: ' spaces\nand lines ',
      EMPTY: '',
      state: true,
      passphrase: null,
      input: 'two\nlines',
    });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGWINCH'] as const)(
    'hears of %s, as does what it has started',
    cites('run.signals'),
    async (signal) => {
      await using hallpass = await sandbox();
      const running = hallpass.spawn(['run', '--', 'node', '-e', listener(signal)]);
      await running.saying('stdout', /child ready\n/);
      running.child.kill(signal);
      await running.saying('stdout', new RegExp(`child heard ${signal}\\n`));
      const { code, stdout } = await running.finished;
      expect(stdout).toContain(`parent heard ${signal}\n`);
      expect(code).toBe(7);
    },
  );

  test('is stopped and continued with hallpass', cites('run.signals'), async () => {
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['run', '--', 'sh', '-c', 'echo "pid $$"; exec sleep 60'], {});
    const [, pid = ''] = await running.saying('stdout', /pid (\d+)\n/);
    process.kill(Number(pid), 'SIGSTOP');
    running.child.kill('SIGCONT');
    running.child.kill('SIGTERM');
    process.kill(Number(pid), 'SIGCONT');
    expect((await running.finished).code).toBe(143);
  });

  test('does not outlive kill -9 of hallpass', cites('run.killed'), async () => {
    await using hallpass = await sandbox();
    const running = hallpass.spawn([
      'run',
      '--',
      'sh',
      '-c',
      'trap "" HUP TERM; sleep 300 & echo "pid $!"; wait',
    ]);
    const [, pid = ''] = await running.saying('stdout', /pid (\d+)\n/);
    running.child.kill('SIGKILL');
    await running.finished;
    await gone(Number(pid));
    await hallpass.run(['sessions', 'list']);
  });

  test('may leave something running, which goes on', cites('run.left-running'), async () => {
    await using hallpass = await sandbox();
    const script = 'sleep 300 & echo "pid $!"';
    const { stdout, code } = await hallpass.run(['run', '--', 'sh', '-c', script]);
    expect(code).toBe(0);
    const pid = Number(/pid (\d+)/.exec(stdout)?.[1]);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid);
  });

  test('is run by a shell when one is asked for', cites('run.shell'), async () => {
    await using hallpass = await sandbox();
    const { stdout } = await hallpass.run([
      'run',
      '--shell',
      '--',
      'echo one |',
      'tr a-z A-Z; echo $((1+1))',
    ]);
    expect(stdout).toBe('ONE\n2\n');
    expect((await hallpass.run(['run', '--', 'echo one | cat'])).code).toBe(127);
  });

  test('may be hallpass again', cites('run.nested'), async () => {
    await using hallpass = await sandbox();
    const script = `echo "$DEPLOY_TOKEN"; exit 9`;
    const inner = [process.execPath, CLI, 'run', '--', 'sh', '-c', script];
    const { stdout, stderr, code } = await hallpass.run(['run', '--', ...inner], { env: ENV });
    expect({ code, stderr }).toMatchObject({ code: 9 });
    expect(stdout).toMatch(/^hpm_known_\w+\n$/);
  });
});

describe('the record', () => {
  test(
    'has arguments, masked, names of variables, output with its times, and exit',
    cites('run.record'),
    async () => {
      await using hallpass = await sandbox();
      const other = plant('a password on the command line', random(20));
      const script = 'echo "$DEPLOY_TOKEN"; read -r go; sleep 0.2; echo second >&2; exit 4';
      const running = hallpass.spawn(
        ['run', '--', 'sh', '-c', script, 'x', '--password', other.value, ENV.DEPLOY_TOKEN],
        { env: ENV },
      );
      // What has come out has been recorded: from here on the child sleeps.
      await running.saying('stdout', /hpm_known_\w+/);
      running.child.stdin.end('go\n');
      await running.finished;
      const [verification, start, ...events] = await lastSession(hallpass);
      expect(verification).toMatchObject({ ok: true });
      expect(start?.argv?.slice(0, 3)).toEqual(['sh', '-c', script]);
      expect(start?.argv?.slice(5)).toEqual([
        expect.stringMatching(/^hpm_\w+$/),
        expect.stringMatching(/^hpm_known_\w+$/),
      ]);
      expect(start?.env).toEqual(expect.arrayContaining(['DEPLOY_TOKEN', 'PATH', 'SANDBOX_API_TOKEN']));
      const [out, err] = ['stdout', 'stderr'].map((stream) =>
        events.filter((event) => event.stream === stream),
      );
      expect(out?.map(({ content }) => content?.text ?? '').join('')).toMatch(/^hpm_known_\w+\n$/);
      // A line may come in two: its end may have been the beginning of a secret.
      expect(err?.map(({ content }) => content?.text ?? '').join('')).toBe('second\n');
      expect((err?.at(-1)?.mono ?? 0) - (out?.at(0)?.mono ?? 0)).toBeGreaterThan(100_000);
      expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'exited with 4', exit_code: 4 });
      const listed = await hallpass.run(['sessions', 'list', '--json']);
      expect(JSON.parse(listed.stdout)).toMatchObject({
        kind: 'run',
        connection: 'sh',
        state: 'closed',
        findings: 1,
      });
    },
  );

  test('that can not be written lets nothing out, and fails the step', cites('run.failed'), async () => {
    await using hallpass = await sandbox();
    const { stdout, stderr, code } = await hallpass.run(['run', '--', 'yes'], { fileSizeLimit: 200 });
    expect(code).toBe(125);
    expect(stderr).toContain('ERR_RECORD_FAILED');
    expect(Buffer.byteLength(stdout)).toBeLessThan(200 * 512);
  });
});

describe('a policy', () => {
  const POLICY = `version: 1
rules:
  - { id: no-rm, on: { connection: run, tool: rm }, verdict: deny, reason: Nothing is deleted here. }
  - { id: deploys, on: { connection: run }, when: args.command.contains("deploy"), verdict: hold }
`;

  test('may refuse a command', cites('run.policy'), async () => {
    await using hallpass = await sandbox();
    const file = join(hallpass.project, 'policy.yaml');
    await writeFile(file, POLICY);
    const refused = await hallpass.run(['run', '--json', '--policy', file, '--', 'rm', file]);
    expect(refused.code).toBe(125);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'ERR_DENIED', exit: 4 } });
    expect(await readFile(file, 'utf8')).toBe(POLICY);
    expect((await lastSession(hallpass)).map(({ kind }) => kind)).toContain('refused');
    expect((await hallpass.run(['run', '--policy', file, '--', 'echo', 'rm'])).code).toBe(0);
  });

  test.each([
    ['approve', 0, 'deployed\n'],
    ['deny', 125, ''],
  ])('may have it wait for a person, who says %s', cites('run.policy'), async (word, code, stdout) => {
    await using hallpass = await sandbox();
    const file = join(hallpass.project, 'policy.yaml');
    await writeFile(file, POLICY);
    const running = hallpass.spawn(['run', '--policy', file, '--', 'echo', 'deployed']);
    const [, id = ''] = await running.saying(
      'stderr',
      /waits for approval: hallpass approvals approve (\S+)\n/,
    );
    expect(running.said.stdout).toBe('');
    const said = await hallpass.run(['approvals', word, id, '--reason', 'as agreed']);
    expect(said).toMatchObject({ code: 0 });
    expect(await running.finished).toMatchObject({ code, stdout });
    const kinds = (await lastSession(hallpass)).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['hold', 'decision']));
  });
});

describe('in CI', () => {
  test(
    'GitHub and Azure are told what the command asked to have masked, and nobody else is',
    cites('run.known-masks'),
    async () => {
      await using hallpass = await sandbox();
      const value = random(16);
      const script = `echo "::add-mask::${value}"; echo "is ${value}"; echo "##vso[task.setsecret]${value}x9"; echo "${value}x9"`;
      const run = (env: Record<string, string>) => hallpass.run(['run', '--', 'sh', '-c', script], { env });
      // It is told as soon as it is read, and may be read before what came first is shown.
      const second = `(?:::add-mask::${value}x9\n)?`;
      expect((await run({ GITHUB_ACTIONS: 'true' })).stdout).toMatch(
        new RegExp(`^::add-mask::${value}\n${second}::add-mask::hpm_known_\\w+\n${second}is hpm_known_`),
      );
      expect((await run({ TF_BUILD: 'True' })).stdout).toContain(`##vso[task.setsecret]${value}\n`);
      expect((await run({})).stdout).not.toContain(value);
    },
  );

  test('--fail-on-leak fails the step and names the line', cites('run.fail-on-leak'), async () => {
    await using hallpass = await sandbox();
    const script = 'echo fine; echo fine; echo "token $DEPLOY_TOKEN"';
    const failed = await hallpass.run(['run', '--json', '--fail-on-leak', '--', 'sh', '-c', script], {
      env: ENV,
    });
    expect(failed.code).toBe(125);
    expect(JSON.parse(failed.stderr)).toMatchObject({
      error: { code: 'ERR_SECRETS_FOUND', exit: 9, message: AT_LINE_3 },
    });
    const events = failed.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as object);
    expect(events.at(-1)).toMatchObject({
      event: 'exit',
      exit_code: 0,
      leaks: [{ stream: 'stdout', line: 3, rule: 'known' }],
    });
    expect((await hallpass.run(['run', '--fail-on-leak', '--', 'echo', 'fine'], { env: ENV })).code).toBe(0);
  });

  test(
    'the summary of the step says what was masked and where the session is',
    cites('run.step-summary'),
    async () => {
      await using hallpass = await sandbox();
      const file = join(hallpass.project, 'summary.md');
      await writeFile(file, 'before\n');
      const script = 'echo "token $DEPLOY_TOKEN"; exit 2';
      await hallpass.run(['run', '--', 'sh', '-c', script], { env: { ...ENV, GITHUB_STEP_SUMMARY: file } });
      const summary = await readFile(file, 'utf8');
      expect(summary).toMatch(/^before\n### hallpass run\n\nThe command exited with 2\.\n/);
      expect(summary).toMatch(/- Session `\w{12}`, sealed, on this machine\n/);
      expect(summary).toMatch(/\| stdout \| 1 \| `hpm_known_\w+` \| `known` \|/);
      hallpass.watch(() => ({ streams: { summary: Buffer.from(summary) }, directories: [] }));
    },
  );
});

describe('with a hub', () => {
  test(
    '--require-upload fails a step whose log could not be stored',
    cites('run.required-upload'),
    async () => {
      await using hub = await TeamHub.start();
      await using dana = await hub.machineOf('developer');
      const words = ['run', '--json', '--require-upload', '--', 'sh', '-c', 'echo "$DEPLOY_TOKEN"; exit 3'];
      const stored = await dana.run(words, { env: ENV });
      expect(stored.code).toBe(3);
      expect(stored.stdout).toMatch(/"event":"upload".*"state":"uploaded"/);
      await hub.kill('SIGTERM');
      const lost = await dana.run(words, { env: ENV });
      expect(lost.code).toBe(125);
      expect(JSON.parse(lost.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
        error: { code: 'ERR_UPLOAD_FAILED', exit: 10 },
      });
    },
  );
});

describe('200 planted secrets', () => {
  test('come out nowhere, however they are printed', cites('run.no-canary'), async () => {
    await using hallpass = await sandbox();
    const all = Array.from({ length: 200 }, (_, i) => plant(`secret ${i}`, random(20 + (i % 30))));
    const env = Object.fromEntries(all.map(({ value }, i) => [`SERVICE_${i}_TOKEN`, value]));
    const summary = join(hallpass.home, 'summary.md');
    await writeFile(join(hallpass.project, 'print.mjs'), PRINTER);
    const running = hallpass.spawn(['run', '--', 'node', 'print.mjs'], {
      env: { ...env, GITHUB_STEP_SUMMARY: summary },
    });
    const { code, stdout } = await running.finished;
    expect(code).toBe(0);
    expect(stdout.match(/hpm_/g)?.length).toBeGreaterThan(1000);
    const searched = hallpass.assertNoCanary();
    expect(searched).toBeDefined();
  });
});

// Prints its secret-looking variables in every way that it can think of, and all command lines there are.
const PRINTER = `
import { readdirSync, readFileSync } from 'node:fs';
import { writeSync } from 'node:fs';
const secrets = Object.entries(process.env).filter(([name]) => /_TOKEN$/.test(name));
const say = (text) => { for (let at = 0; at < text.length; at += 7) writeSync(1, text.slice(at, at + 7)); };
for (const [name, value] of secrets) {
  const half = Math.ceil(value.length / 2);
  say(name + '=' + value + '\\n');
  say(JSON.stringify({ [name]: value }) + '\\n');
  say('\\u001b[32m' + value.slice(0, half) + '\\u001b[1;31m\\u001b[K' + value.slice(half) + '\\u001b[0m\\n');
  say([...value].map((c) => '\\u001b[' + (31 + c.charCodeAt(0) % 6) + 'm' + c).join('') + '\\u001b[0m\\n');
  say(value.match(/.{1,8}/g).join('\\n') + '\\n');
  say(value.slice(0, half) + '\\r\\n' + value.slice(half) + '\\n');
  say(Buffer.from(value).toString('base64') + ' ' + Buffer.from(value).toString('hex') + '\\n');
  say('https://x.example/?t=' + encodeURIComponent(value) + '\\n');
  writeSync(2, value.slice(0, half)); writeSync(2, value.slice(half) + '\\n');
}
if (process.platform === 'linux')
  for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
    let line = '';
    try { line = readFileSync('/proc/' + pid + '/cmdline', 'utf8'); } catch {}
    if (secrets.some(([, value]) => line.includes(value))) { writeSync(1, 'IN A COMMAND LINE'); process.exit(9); }
  }
`;

function listener(signal: string): string {
  const child = `process.on('${signal}', () => { console.log('child heard ${signal}'); process.exit(); }); setInterval(() => {}, 1000); console.log('child ready');`;
  return `
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
    let heard = 0;
    process.on('${signal}', () => { console.log('parent heard ${signal}'); heard = 1; });
    child.on('exit', () => setImmediate(function wait() { heard ? process.exit(7) : setImmediate(wait); }));`;
}

async function lastSession(hallpass: Sandbox): Promise<(Shown & { ok?: boolean })[]> {
  const { stdout } = await hallpass.run(['sessions', 'show', 'last', '--payloads', '--json']);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Shown);
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid))
    await once(process, 'nothing', { signal: AbortSignal.timeout(50) }).catch(() => undefined);
}
