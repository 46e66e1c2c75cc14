import { readFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { makeCanaries, plantProject } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';

interface Manifest {
  commands: Record<
    string,
    {
      summary?: string;
      examples?: string[];
      hidden?: boolean;
      flags: Record<string, { description?: string }>;
    }
  >;
}

const manifest = JSON.parse(
  readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'),
) as Manifest;
const commands = Object.entries(manifest.commands).filter(([, command]) => !command.hidden);

// One for all: nothing here leaves anything behind.
let hallpass: Sandbox;
beforeAll(async () => {
  hallpass = await sandbox();
});
afterEach(() => void hallpass.assertNoCanary());
afterAll(() => hallpass[Symbol.asyncDispose]());

describe('--help', () => {
  test('shows every command in its group, one line each, and an example', cites('cli.help'), async () => {
    const { stdout, stderr, code } = await hallpass.run(['--help']);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const titles = stdout.split('\n').filter((line) => /^[A-Z][a-z]+$/.test(line));
    expect(titles).toEqual(
      ['Everyday', 'Team', 'Advanced', 'Example'].filter((title) => titles.includes(title)),
    );
    for (const topic of new Set(commands.map(([id]) => id.split(':')[0]))) {
      expect(stdout.match(new RegExp(`^  ${topic} +\\S.*$`, 'gm'))).toHaveLength(1);
    }
    expect(stdout).toContain('$ hallpass connect -- ');
  });

  test('`help` and `-h` ask for it too, of a command as well', async () => {
    const { stdout } = await hallpass.run(['--help']);
    const ofScan = await hallpass.run(['scan', '--help']);
    expect(ofScan.stdout).not.toBe(stdout);
    for (const word of ['help', '-h']) expect(await hallpass.run([word])).toMatchObject({ stdout, code: 0 });
    for (const words of [
      ['help', 'scan'],
      ['scan', '-h'],
    ])
      expect(await hallpass.run(words)).toMatchObject({ stdout: ofScan.stdout, code: 0 });
  });

  test.each(['-v', 'version', '--version'])('`%s` is answered with the version', async (word) => {
    expect(await hallpass.run([word])).toMatchObject({
      stdout: expect.stringMatching(/^hallpass\/\d+\.\d+\.\d+/) as string,
      code: 0,
    });
  });

  test('no arguments are a request for help', async () => {
    expect((await hallpass.run([])).stdout).toBe((await hallpass.run(['--help'])).stdout);
  });

  test.each(commands)(
    '%s has a summary, an example that names it, and says what each flag does',
    cites('cli.help'),
    async (id, command) => {
      const words = id.split(':');
      const { stdout, code } = await hallpass.run([...words, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`EXAMPLES[^]*\\$ hallpass ${words.join(' ')}`));
      expect(stdout).not.toContain('[default: ]');
      expect(command.summary?.trim()).toBeTruthy();
      const silent = Object.entries(command.flags).filter(([, flag]) => !flag.description);
      expect(silent.map(([name]) => name)).toEqual([]);
    },
  );
});

describe('wrong usage', () => {
  test.each<[string, string[]]>([
    ['an unknown command', ['no-such-command']],
    ['an unknown flag', ['scan', '.', '--no-such-flag']],
    ['a flag without its value', ['connect', '--url']],
    ['a port that is none', ['connect', '--port', '70000']],
  ])('%s exits 2 with a hint, and prints no result', cites('cli.exit-codes'), async (_, args) => {
    const { stdout, stderr, code } = await hallpass.run(args);
    expect(stderr).toMatch(/^hallpass: .+ \[ERR_USAGE\]\n {2}\S.+\n$/s);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  test.each([
    [['verfy', 'last'], 'there is no command verfy', 'Did you mean: hallpass verify'],
    [['sessions', 'lst'], 'there is no command sessions lst', 'Did you mean: hallpass sessions list'],
    [['brew'], 'there is no command brew', 'hallpass --help shows the commands.'],
    [['help', 'scna'], 'there is no command scna', 'Did you mean: hallpass scan'],
    [['help', 'sessions', 'lst'], 'there is no command sessions lst', 'Did you mean: hallpass sessions list'],
    [['--hlep'], 'a command is missing before --hlep', 'Did you mean: hallpass --help'],
    [
      ['--port=1'],
      'a command is missing before --port',
      'Flags go after the command; hallpass --help shows the commands.',
    ],
    [['connect', '--jsno'], 'connect has no flag --jsno', 'Did you mean: hallpass connect --json'],
    [
      ['sessions', 'list', '--hbu=x'],
      'sessions list has no flag --hbu',
      'Did you mean: hallpass sessions list --hub',
    ],
    [
      ['scan', '--no-such-flag'],
      'scan has no flag --no-such-flag',
      'hallpass scan --help shows the flags and an example.',
    ],
    [
      ['connect', '--url'],
      'Flag --url expects a value',
      'hallpass connect --help shows the flags and an example.',
    ],
  ])('%j suggests what was probably meant', async (args, message, hint) => {
    const { stderr, code } = await hallpass.run(args);
    expect(stderr).toBe(`hallpass: ${message} [ERR_USAGE]\n  ${hint}\n`);
    expect(code).toBe(2);
  });

  test('--json counts before the command too', cites('cli.json-errors'), async () => {
    const missing = await hallpass.run(['--json', 'foo']);
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { message: 'there is no command foo' } });
    expect(missing.code).toBe(2);
    expect(await hallpass.run(['--json', 'sessions', 'list'])).toMatchObject({
      stdout: '',
      stderr: '',
      code: 0,
    });
    const flags = await hallpass.run(['--json', 'connect', '--url']);
    expect(JSON.parse(flags.stderr)).toMatchObject({ error: { message: 'Flag --url expects a value' } });
    expect((await hallpass.run(['--json', '--version'])).code).toBe(0);
    const alone = await hallpass.run(['--json']);
    expect(JSON.parse(alone.stderr)).toMatchObject({
      error: { message: 'a command is missing before --json' },
    });
  });

  test('a command without its two dashes is told about them', async () => {
    const { stderr, code } = await hallpass.run(['connect', 'npx', 'some-server']);
    expect(stderr).toContain('A command goes after two dashes: hallpass connect -- COMMAND ARGS');
    expect(code).toBe(2);
  });

  test('with --json it is one object on stderr', cites('cli.json-errors'), async () => {
    const { stdout, stderr, code } = await hallpass.run(['scan', '.', '--no-such-flag', '--json']);
    const { error } = JSON.parse(stderr) as { error: Record<string, string> };
    expect(Object.keys(error)).toEqual(['code', 'message', 'hint']);
    expect(error['code']).toBe('ERR_USAGE');
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });
});

test('a fault that nobody foresaw is told without a stack, which may quote what was being processed', async () => {
  await using own = await sandbox();
  const fault = 'process.stdout.write=(text)=>process.nextTick(()=>{throw new Error(text)})';
  await plantProject(own.project, makeCanaries());
  const said = await own.run(['scan', '.'], {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` },
  });
  expect(said).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /(?:^|\n)hallpass: something unforeseen went wrong \[ERR_BUG\]\n.*\n$/,
    ) as string,
  });
});
