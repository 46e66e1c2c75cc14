import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { puppet } from '../helpers/puppet.ts';

/** A secret that stands in each broken file; messages quote what they complain about. */
const { gitlabToken, databasePassword } = makeCanaries();
const HELLO = '{"jsonrpc":"2.0","id":1,"method":"hello"}\n';

/** Writes the project's hallpass.yaml; returns its digest. */
async function writeProjectFile(hallpass: Sandbox, text: string): Promise<string> {
  await writeFile(join(hallpass.project, 'hallpass.yaml'), text);
  return createHash('sha256').update(text).digest('hex');
}

function naming(name: string, [command = '', ...args]: string[]): string {
  return `connections:\n  ${name}:\n    command: ${JSON.stringify(command)}\n    args: ${JSON.stringify(args)}\n`;
}

/** What `hallpass connect NAME` gets a puppet to answer, if it starts one. */
async function greet(
  hallpass: Sandbox,
  name: string,
  env: Record<string, string> = {},
): Promise<{ greeted: boolean; code: number | null; stderr: string }> {
  const { stdout, stderr, code } = await hallpass.run(['connect', name], { stdin: HELLO, env });
  return { greeted: stdout.includes('"got"'), code, stderr };
}

describe('a connection that nobody has named', () => {
  test('gets the near one suggested, and exits 7', cites('bad.no-such-connection'), async () => {
    await using hallpass = await sandbox();
    await hallpass.configure({ connections: { database: { command: 'x' }, files: { command: 'y' } } });
    const near = await greet(hallpass, 'databsae');
    expect(near).toEqual({
      greeted: false,
      code: 7,
      stderr: 'hallpass: no connection "databsae" [ERR_NO_SUCH_CONNECTION]\n  Did you mean "database"?\n',
    });
    const far = await greet(hallpass, 'zzz');
    expect(far.stderr).toContain('  There are: database, files.\n');
  });

  test('without any hallpass.yaml: what to write instead', cites('bad.no-such-connection'), async () => {
    await using hallpass = await sandbox();
    const { stderr, code } = await greet(hallpass, 'files');
    expect(stderr).toBe(
      'hallpass: no connection "files": there is no hallpass.yaml here [ERR_NO_SUCH_CONNECTION]\n  Name it under `connections:` in hallpass.yaml, or pass the server itself: hallpass connect -- COMMAND ARGS\n',
    );
    expect(code).toBe(7);
  });
});

test('what reads such files is not loaded for a server that the command line names', async () => {
  await using hallpass = await sandbox();
  const loads = `
    import { registerHooks } from 'node:module';
    import { writeSync } from 'node:fs';
    registerHooks({ load(url, context, next) { writeSync(2, 'loads ' + url + '\\n'); return next(url, context); } });`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(loads)}` };
  const { stderr, code } = await hallpass.run(['connect', '--', 'cat'], { env });
  expect(code).toBe(0);
  const loaded = [...stderr.matchAll(/^loads (file:.*)$/gm)].map(([, url = '']) =>
    readFileSync(new URL(url), 'utf8'),
  );
  // Each of them says of what sources it was made.
  const sources = loaded.flatMap((text) => [...text.matchAll(/^\/\/ (\S+)$/gm)].map(([, source]) => source));
  expect(sources).toContain('src/app/connect.ts');
  expect(sources.filter((source) => /\/(?:zod|yaml)\//.test(source ?? ''))).toEqual([]);
});

describe('a broken hallpass.yaml', () => {
  test.each([
    ['broken YAML', `connections:\n  a: [1, ${gitlabToken.value}\n`, /:3:1: .+/],
    ['YAML broken at a secret', `connections:\n  a:\n    command: x: ${gitlabToken.value}\n`, /:3:\d+: .+/],
    [
      'a secret where a list belongs',
      `connections:\n  a:\n    command: x\n    args: ${gitlabToken.value}\n`,
      /:4:11: connections\.a\.args: .+array/,
    ],
    [
      'a password in an address that is none',
      `connections:\n  a:\n    url: ftp://me:${databasePassword.value}@host\n`,
      /:3:10: connections\.a\.url: /,
    ],
    [
      'a secret for a key',
      `connections:\n  a:\n    ${gitlabToken.value}: x\n`,
      /:3:\d+: connections\.a: unknown key/,
    ],
    [
      'a secret for a reference',
      `connections:\n  a:\n    url: https://h/mcp\n    auth: { bearer: ${gitlabToken.value} }\n`,
      /:4:\d+: connections\.a\.auth/,
    ],
    [
      'a secret for the name of a connection',
      `connections:\n  ${gitlabToken.value}:\n    command: 7\n`,
      /:3:\d+: connections/,
    ],
    [
      'an unknown key',
      'connections:\n  a:\n    comand: x\n',
      /:3:5: connections\.a: unknown key "comand"; did you mean "command"\?/,
    ],
    [
      'a wrong type',
      'connections:\n  a:\n    command: x\n    args: 7\n',
      /:4:11: connections\.a\.args: .+array/,
    ],
    ['an address that is none', 'connections:\n  a:\n    url: ftp://x\n', /:3:10: connections\.a\.url: /],
    [
      'an alias bomb',
      `a: &a [x]\n${'bcdefghij'.replaceAll(/./g, (k) => `${k}: &${k} [*${String.fromCharCode(k.charCodeAt(0) - 1)}, *${String.fromCharCode(k.charCodeAt(0) - 1)}, *${String.fromCharCode(k.charCodeAt(0) - 1)}]\n`)}`,
      /hallpass\.yaml/,
    ],
  ])('%s: file, line and column, exit 7', cites('bad.corrupt-config'), async (_, text, where) => {
    await using hallpass = await sandbox();
    await writeProjectFile(hallpass, text);
    const { stderr, code } = await greet(hallpass, 'a');
    const [said = '', hint] = stderr.split('\n');
    expect(said.startsWith(`hallpass: ${join(hallpass.project, 'hallpass.yaml')}`)).toBe(true);
    expect(said).toMatch(where);
    expect(said).toMatch(/ \[ERR_CONFIG\]$/);
    expect(hint).toBe('  Correct the file at the place named and run the command again.');
    expect(code).toBe(7);
  });
});

describe("a project's hallpass.yaml", () => {
  test(
    'starts nothing until it is trusted; any change ends the trust',
    cites('bad.untrusted-project', 'connect.named'),
    async () => {
      await using hallpass = await sandbox();
      const file = naming('mine', puppet(hallpass.directory, {}));
      const digest = await writeProjectFile(hallpass, file);
      const path = join(hallpass.project, 'hallpass.yaml');
      const untrusted = {
        greeted: false,
        code: 7,
        stderr: `hallpass: ${path} came with the project and is not trusted yet, so "mine" is not started [ERR_UNTRUSTED_PROJECT]\n  Read the file, then run: hallpass trust\n`,
      };
      expect(await greet(hallpass, 'mine')).toEqual(untrusted);

      const trusted = await hallpass.run(['trust', '--digest', digest]);
      expect(trusted).toMatchObject({ code: 0, stdout: `trusted ${path}\n  sha256 ${digest}\n` });
      expect(await greet(hallpass, 'mine')).toMatchObject({ greeted: true, code: 0 });

      await writeProjectFile(hallpass, `${file}# a word more\n`);
      expect(await greet(hallpass, 'mine')).toEqual(untrusted);
      await writeProjectFile(hallpass, file);
      expect(await greet(hallpass, 'mine')).toMatchObject({ greeted: true, code: 0 });
    },
  );

  test(
    'is shown in full to whoever is asked, and a wrong digest or no terminal is no yes',
    cites('bad.untrusted-project'),
    async () => {
      await using hallpass = await sandbox();
      const digest = await writeProjectFile(hallpass, `${naming('mine', ['evil', '\u001b[2Khidden'])}`);
      for (const [args, refusal] of [
        [
          ['trust'],
          /stays untrusted \[ERR_UNTRUSTED_PROJECT\]\n {2}Say yes on a terminal, or name what was read: hallpass trust --digest [0-9a-f]{64}/,
        ],
        [
          ['trust', '--digest', digest.replace(/^./, (c) => (c === '0' ? '1' : '0'))],
          /is not its digest as it is now \[ERR_UNTRUSTED_PROJECT\]\n {2}It may have changed since it was read. To read it again: hallpass trust\n$/,
        ],
      ] as const) {
        const { stdout, stderr, code } = await hallpass.run([...args], { stdin: 'y\n' });
        expect(stderr).toMatch(refusal);
        expect(`${stdout}${stderr}`).not.toContain('\u001b');
        expect(code).toBe(7);
      }
      expect((await greet(hallpass, 'mine')).code).toBe(7);
    },
  );

  test('is trusted by CI for one run through HALLPASS_TRUST', cites('bad.untrusted-project'), async () => {
    await using hallpass = await sandbox();
    const digest = await writeProjectFile(hallpass, naming('mine', puppet(hallpass.directory, {})));
    expect(await greet(hallpass, 'mine', { HALLPASS_TRUST: 'f'.repeat(64) })).toMatchObject({
      greeted: false,
      code: 7,
    });
    expect(await greet(hallpass, 'mine', { HALLPASS_TRUST: digest })).toMatchObject({
      greeted: true,
      code: 0,
    });
    expect(await greet(hallpass, 'mine')).toMatchObject({ greeted: false, code: 7 });
  });

  test("never stands in for a connection of the user's own", async () => {
    await using hallpass = await sandbox();
    const [command = '', ...args] = puppet(hallpass.directory, {});
    await hallpass.configure({ connections: { mine: { command, args } } });
    await writeProjectFile(hallpass, naming('mine', ['evil']));
    expect(await greet(hallpass, 'mine')).toMatchObject({ greeted: true, code: 0 });
    expect(await readFile(join(hallpass.project, 'hallpass.yaml'), 'utf8')).toContain('evil');
  });
});
