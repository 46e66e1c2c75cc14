import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { plant, random } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { PseudoTerminal } from '../helpers/pseudo-terminal.ts';
import { CTRL_C, CTRL_D } from '../helpers/typing.ts';

const CTRL_Z = '\u001a';
const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const SCREEN = { columns: 90, rows: 30 };
const secret = plant('a token of the job', random(32));
const ENV = { DEPLOY_TOKEN: secret.value };

function run(hallpass: Sandbox, words: readonly string[], env: Record<string, string> = ENV): PseudoTerminal {
  return new PseudoTerminal(hallpass, [process.execPath, CLI, 'run', ...words], { ...SCREEN, env });
}

/** A shell with job control, which runs hallpass as a job. */
function shell(hallpass: Sandbox): PseudoTerminal {
  const env = { ...ENV, PS1: 'READY> ', HALLPASS: `${process.execPath} ${CLI}` };
  return new PseudoTerminal(hallpass, ['/bin/sh', '-i'], { ...SCREEN, env });
}

describe('on a terminal', () => {
  test('the command has one, of its size, and colours', cites('run.terminal'), async () => {
    await using hallpass = await sandbox();
    const script =
      'test -t 0 && test -t 1 && test -t 2 && stty size; printf "\\033[32mgreen\\033[0m\\n"; read x; until stty size | grep "20 70"; do sleep 0.05; done; exit 6';
    const terminal = run(hallpass, ['--', 'sh', '-c', script]);
    await terminal.saying(/30 90\r\n/);
    await terminal.saying(/green\S+\r\n/);
    expect(terminal.text).toContain('\u001b[32mgreen\u001b[0m\r\n');
    terminal.resize({ columns: 70, rows: 20 });
    // What is typed may come before the news of the size.
    terminal.type('\r');
    await terminal.saying(/20 70\r\n/);
    await terminal.saying(/0 secrets masked, 0 exposed, sealed\./);
    expect(await terminal.finished).toBe(6);
    const { stdout: cast } = await hallpass.run(['sessions', 'export', 'last', '--format', 'asciicast']);
    expect(cast).toMatch(/^\{"version":2,"width":90,"height":30,/);
    const [, ...lines] = cast.trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as [number, string, string]);
    const resized = records.findIndex(([, code, data]) => code === 'r' && data === '70x20');
    expect(resized).toBeGreaterThan(0);
    // A line may come in two: its end may have been the beginning of a secret.
    const after = records.slice(resized).map(([, code, data]) => (code === 'o' ? data : ''));
    expect(after.join('')).toContain('20 70');
  });

  test('masks keep the width, whatever is in the middle of a secret', cites('run.terminal'), async () => {
    await using hallpass = await sandbox();
    const script = `
      half=$(printf %s "$DEPLOY_TOKEN" | cut -c1-9); rest=$(printf %s "$DEPLOY_TOKEN" | cut -c10-)
      echo "|$DEPLOY_TOKEN|"
      printf '|%s' "$half"; sleep 0.2; echo "$rest|"
      printf '|%s\\033[1;31m%s\\033[0m|\\n' "$half" "$rest"
      printf '|%s\\n%s|\\n' "$half" "$rest"; echo over`;
    const terminal = run(hallpass, ['--', 'sh', '-c', script]);
    await terminal.saying(/over\r\n/);
    const said = terminal.text.split('\u001b[1;31m').join('').split('\u001b[0m').join('').split('\r\n');
    expect(said.slice(0, 3).map((line) => line.length)).toEqual([34, 34, 34]);
    expect(said.slice(3, 5).map((line) => line.length)).toEqual([10, 24]);
    expect(terminal.text).toContain('\u001b[1;31m');
    await terminal.finished;
  });

  test(
    'a prompt appears at once, keys reach the command, and what is typed in clear is masked',
    cites('run.terminal'),
    async () => {
      await using hallpass = await sandbox();
      const script =
        'printf "Token: "; read a; printf "Password: "; stty -echo; read b; stty echo; echo; echo "got $a $b"';
      const terminal = run(hallpass, ['--', 'sh', '-c', script]);
      await terminal.saying(/Token: /);
      // All at once, as a person pastes.
      terminal.type(`${secret.value}\r`);
      await terminal.saying(/Password: /);
      terminal.type('x\r');
      await terminal.saying(/got \S+ x\r\n/);
      expect(await terminal.finished).toBe(0);
    },
  );

  test.each([
    ['Ctrl-C', CTRL_C, 130],
    ['Ctrl-D', CTRL_D, 0],
    ['Ctrl-\\', '\u001c', 131],
  ])('%s does what it does without hallpass', cites('run.job-control'), async (_, key, code) => {
    await using hallpass = await sandbox();
    const terminal = run(hallpass, ['--', 'sh', '-c', 'ulimit -c 0; echo ready; exec cat']);
    await terminal.saying(/ready\r\n/);
    terminal.type(key);
    expect(await terminal.finished).toBe(code);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGUSR1', 138],
  ] as const)('%s reaches the command', cites('run.signals'), async (signal, code) => {
    await using hallpass = await sandbox();
    const terminal = run(hallpass, ['--', 'sh', '-c', 'echo ready; exec sleep 60']);
    await terminal.saying(/ready\r\n/);
    terminal.signal(signal);
    expect(await terminal.finished).toBe(code);
  });

  test(
    'Ctrl-Z stops the job, fg goes on, and the terminal is as it was',
    cites('run.job-control'),
    async () => {
      await using hallpass = await sandbox();
      const terminal = shell(hallpass);
      await terminal.saying(/READY> /);
      terminal.type(
        'stty -g > before; $HALLPASS run -- sh -c "echo ready; while read x; do echo got \\$x; done; exit 5"\r',
      );
      await terminal.saying(/\nready\r+\n/);
      terminal.type(CTRL_Z);
      await terminal.saying(/Stopped[^\n]*\n[^]*READY> /);
      terminal.type('stty -g > stopped; cmp before stopped && echo same settings\r');
      await terminal.saying(/\nsame settings\r\nREADY> /);
      terminal.type('fg\r');
      await terminal.saying(/fg\r\n/);
      terminal.type('again\r');
      await terminal.saying(/got again\r+\n/);
      terminal.type(CTRL_D);
      await terminal.saying(/sealed\.[^]*READY> /);
      terminal.type('echo "code $?"; stty -g > after; cmp before after && echo same settings\r');
      await terminal.saying(/code 5\r\nsame settings\r\nREADY> /);
      terminal.type('exit\r');
      await terminal.finished;
    },
  );

  test('a full-screen program draws what it draws without hallpass', cites('run.terminal'), async () => {
    await using hallpass = await sandbox();
    const screen =
      '\u001b[?1049h\u001b[2J\u001b[5;10Hmenu\u001b[7m item \u001b[27m\u001b[6;10H─┐é\u001b[?1049l';
    const script = `process.stdout.write(${JSON.stringify(screen)} + 'over\\n')`;
    const terminal = run(hallpass, ['--', 'node', '-e', script]);
    await terminal.saying(/over\r\n/);
    expect(terminal.text.startsWith(screen)).toBe(true);
    await terminal.finished;
  });

  test('200 planted secrets are not shown', cites('run.no-canary'), async () => {
    await using hallpass = await sandbox();
    const all = Array.from({ length: 200 }, (_, i) => plant(`secret ${i}`, random(20 + (i % 30))));
    const env = Object.fromEntries(all.map(({ value }, i) => [`SERVICE_${i}_TOKEN`, value]));
    const terminal = run(hallpass, ['--', 'node', '-e', PRINTER], env);
    expect(await terminal.finished).toBe(0);
    expect(terminal.text).toContain('all printed');
    hallpass.assertNoCanary();
  });
});

describe('what --with hands over on a terminal', () => {
  test(
    'is in variables, files and descriptors, and not on the screen',
    cites('run.with-descriptor', 'run.no-canary'),
    async () => {
      await using hallpass = await sandbox();
      const kinds = [{ env: 'IN_ENV' }, { file: 'IN_FILE' }, { fd: 'IN_FD' }, { fd: 'IN_FD_TOO' }];
      const all = kinds.map((inject, i) => ({ inject, value: plant(`injected ${i}`, random(30)).value }));
      const connections = all.map(async ({ inject, value }, i) => {
        const file = join(hallpass.project, `value-${i}`);
        await writeFile(file, value);
        return [`c${i}`, { auth: { bearer: { exec: ['cat', file] } }, inject }] as const;
      });
      await hallpass.configure({ connections: Object.fromEntries(await Promise.all(connections)) });
      const script = `
        test -t 0 && test -t 1 && test -t 2 && echo "at $IN_FD $IN_FD_TOO"
        a=$(cat <&$IN_FD); b=$(cat <&$IN_FD_TOO)
        for value in "$IN_ENV" "$(cat "$IN_FILE")" "$a" "$b"; do
          echo "|$value|"; printf '|%.9s\\033[1;31m' "$value"; printf %s "$value" | cut -c10-; printf '\\033[0m'
        done
        echo "again: $(cat <&$IN_FD)."; exit 4`;
      const flags = all.flatMap((_, i) => ['--with', `c${i}`]);
      const terminal = run(hallpass, [...flags, '--', 'sh', '-c', script]);
      await terminal.saying(/at 3 4\r\n/);
      await terminal.saying(/again: \.\r\n/);
      expect(await terminal.finished).toBe(4);
      const lines = terminal.text
        .split('\u001b[0m')
        .flatMap((part) => part.split('\r\n'))
        .filter((line) => /^\|.*\|$/.test(line));
      // Each one is masked, and as wide as it was.
      expect(lines.map((line) => line.length)).toEqual([32, 32, 32, 32]);
      expect(readdirSync(join(hallpass.stateDir, 'run'))).toEqual([]);
      hallpass.assertNoCanary();
    },
  );
});

const PRINTER = `
const { writeSync } = require('node:fs');
for (const [name, value] of Object.entries(process.env).filter(([name]) => /_TOKEN$/.test(name))) {
  const half = Math.ceil(value.length / 2);
  writeSync(1, name + '=' + value + '\\n');
  writeSync(1, value.slice(0, half)); writeSync(2, value.slice(half) + '\\n');
  writeSync(1, [...value].map((c) => '\\u001b[' + (31 + c.charCodeAt(0) % 6) + 'm' + c).join('') + '\\u001b[0m\\n');
  writeSync(1, value.match(/.{1,8}/g).join('\\r\\n') + '\\n');
  writeSync(1, '\\u001b]0;' + value + '\\u0007\\n');
}
console.log('all printed');`;
