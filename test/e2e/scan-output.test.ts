import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { initRepository } from '../helpers/repository.ts';
import { readSarif } from '../helpers/sarif.ts';
import { treeOf } from '../helpers/tree.ts';

const { githubToken, gitlabToken, privateKey } = makeCanaries();

interface Found {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly fingerprint: string;
}

function foundIn(stdout: string): Found[] {
  return stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Found); // prettier-ignore
}

describe('what is scanned', () => {
  test(
    'leaves out what git ignores and binary files, unless they are named',
    cites('scan.ignore', 'scan.binary'),
    async () => {
      await using hallpass = await sandbox();
      const cwd = await treeOf(hallpass, {
        '.gitignore': '.env\nbuild/\n',
        '.env': `GITHUB_TOKEN=${githubToken.value}\n`,
        'build/out.js': githubToken.value,
        'node_modules/x/index.js': githubToken.value,
        'image.png': Buffer.concat([Buffer.from([0x89, 0x50, 0]), Buffer.from(` ${githubToken.value}\n`)]),
        'a.txt': 'clean\n',
      });
      const usual = await hallpass.run(['scan', '.'], { cwd });
      expect(usual).toMatchObject({
        code: 0,
        stderr: 'No secrets found. 2 files scanned, 1 binary file skipped.\n',
      });
      const all = await hallpass.run(['scan', '.', '--no-ignore', '--json'], { cwd });
      expect(foundIn(all.stdout).map(({ file }) => file)).toEqual([
        '.env',
        'build/out.js',
        'node_modules/x/index.js',
      ]);
      const named = await hallpass.run(['scan', '.env', 'image.png', 'build', '--json'], { cwd });
      expect(foundIn(named.stdout).map(({ file }) => file)).toEqual(['.env', 'image.png', 'build/out.js']);
    },
  );

  test('--profile mask tells what alert leaves out', cites('scan.profile'), async () => {
    await using hallpass = await sandbox();
    // A token that is no token: its checksum is wrong.
    const broken = githubToken.value.slice(0, -1) + (githubToken.value.endsWith('a') ? 'b' : 'a');
    const cwd = await treeOf(hallpass, { 'a.txt': `x ${broken}\n` });
    const alert = await hallpass.run(['scan', '.'], { cwd });
    const mask = await hallpass.run(['scan', '.', '--profile', 'mask'], { cwd });
    expect([alert.code, mask.code]).toEqual([0, 9]);
    expect((await hallpass.run(['scan', '.', '--profile', 'other'], { cwd })).code).toBe(2);
  });

  test('--exit-zero changes the exit code alone', cites('scan.exit-zero'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': githubToken.value });
    const usual = await hallpass.run(['scan', '.'], { cwd });
    const zero = await hallpass.run(['scan', '.', '--exit-zero'], { cwd });
    expect([usual.code, zero.code]).toEqual([9, 0]);
    expect(zero.stdout).toBe(usual.stdout);
  });

  test('without anything to scan is a mistake', cites('scan.exit-code'), async () => {
    await using hallpass = await sandbox();
    const { code, stderr } = await hallpass.run(['scan']);
    expect(stderr).toContain('scan needs a file or directory [ERR_USAGE]');
    expect(code).toBe(2);
  });
});

test('--sarif prints one log by the standard', cites('scan.sarif'), async () => {
  await using hallpass = await sandbox();
  const cwd = await treeOf(hallpass, {
    'a b/é#.txt': `é ${githubToken.value} ${gitlabToken.value}\n`,
    'key.pem': privateKey.value,
  });
  const { code, stdout } = await hallpass.run(['scan', '.', '--sarif'], { cwd });
  expect(code).toBe(9);
  const log = readSarif(stdout);
  expect(() => readSarif(stdout.replace('"startLine":1', '"startLine":0'))).toThrow('startLine');
  expect(() => readSarif(stdout.replace('"ruleId"', '"ruleName"'))).toThrow('additional properties');
  const [run] = log.runs;
  const results = run?.results ?? [];
  const [first] = results;
  expect(first?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: 'a%20b/%C3%A9%23.txt' },
    region: {
      startLine: 1,
      startColumn: 3,
      endLine: 1,
      endColumn: 3 + githubToken.value.length,
      byteOffset: 3,
      byteLength: githubToken.value.length,
    },
  });
  const ids = run?.tool.driver.rules.map(({ id }) => id) ?? [];
  expect(results.map(({ ruleId }) => ids.includes(ruleId))).toEqual([true, true, true]);
  const plain = await hallpass.run(['scan', '.', '--json'], { cwd });
  expect(results.map((result) => result.partialFingerprints['hallpass/v1'])).toEqual(
    foundIn(plain.stdout).map(({ fingerprint }) => fingerprint),
  );
  const clean = await treeOf(hallpass, { 'a.txt': 'clean\n' }, 'clean');
  const empty = await hallpass.run(['scan', '.', '--sarif'], { cwd: clean });
  expect(readSarif(empty.stdout).runs[0]?.results).toEqual([]);
  expect((await hallpass.run(['scan', '.', '--sarif', '--json'], { cwd })).code).toBe(2);
});

describe('a baseline', () => {
  test('holds what is not told again, from wherever, on whatever line', cites('scan.baseline'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'sub/a.txt': `x ${githubToken.value}\n` });
    initRepository(cwd);
    const written = await hallpass.run(['scan', '.', '--baseline', 'base.json', '--write-baseline'], { cwd });
    expect(written).toMatchObject({ code: 0, stdout: '', stderr: '1 finding written to base.json.\n' });
    await writeFile(join(cwd, 'sub/a.txt'), `new\n\nx ${githubToken.value}\ny ${gitlabToken.value}\n`);
    // A clone elsewhere, scanned from elsewhere.
    const moved = join(hallpass.directory, 'moved');
    await rename(cwd, moved);
    const args = ['scan', 'a.txt', '--json', '--baseline', '../base.json'];
    const { code, stdout, stderr } = await hallpass.run(args, { cwd: join(moved, 'sub') });
    expect(foundIn(stdout).map(({ line }) => line)).toEqual([4]);
    expect(stderr).toContain('1 in the baseline');
    expect(code).toBe(9);
  });

  test('that is missing or none is an error, not a clean bill', cites('scan.baseline'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': githubToken.value, 'bad.json': '{}' });
    const missing = await hallpass.run(['scan', '.', '--baseline', 'base.json'], { cwd });
    expect(missing.stderr).toContain('there is no baseline base.json [ERR_NO_SUCH_FILE]');
    const bad = await hallpass.run(['scan', '.', '--baseline', 'bad.json'], { cwd });
    expect(bad.stderr).toContain('bad.json is no baseline that hallpass wrote [ERR_CONFIG]');
    expect([missing.code, bad.code]).toEqual([2, 7]);
    expect((await hallpass.run(['scan', '.', '--write-baseline'], { cwd })).code).toBe(2);
  });
});

describe('exceptions', () => {
  test(
    'by comment, rule and path let findings stand; --explain shows by what',
    cites('scan.exceptions', 'scan.explain'),
    async () => {
      await using hallpass = await sandbox();
      const cwd = await treeOf(hallpass, {
        'hallpass.allow.yaml':
          'exceptions:\n  - path: fixtures/\n    rule: github_pat\n    reason: made up\n',
        'a.txt': `# hallpass:allow github_pat — an example\n${githubToken.value}\n`,
        'b.txt': `# hallpass:allow jwt\n${githubToken.value}\n`,
        'fixtures/c.txt': `${githubToken.value}\n${gitlabToken.value}\n`,
      });
      const usual = await hallpass.run(['scan', '.', '--json'], { cwd });
      expect(foundIn(usual.stdout).map(({ file, line }) => `${file}:${line}`)).toEqual([
        'b.txt:2',
        'fixtures/c.txt:2',
      ]);
      expect(usual.stderr).toContain('2 allowed');
      const { stdout } = await hallpass.run(['scan', '.', '--explain'], { cwd });
      expect(stdout).toContain('    allowed by a comment: an example\n');
      expect(stdout).toContain('    allowed by hallpass.allow.yaml: made up\n');
      expect(stdout).toMatch(/ {4}rule {4}a GitHub personal access token {2}https:/);
      expect(stdout).toMatch(/ {4}allow {3}hallpass allow [0-9a-f]{32}\n/);
      const json = await hallpass.run(['scan', '.', '--explain', '--json'], { cwd });
      expect(foundIn(json.stdout)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ excused: { by: 'comment', reason: 'an example' } }),
          expect.objectContaining({ explain: expect.objectContaining({ evidence: 'vendor' }) as unknown }),
        ]),
      );
    },
  );

  test('of another project do not count', cites('scan.exceptions'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'hallpass.allow.yaml': 'exceptions: [{ rule: github_pat }]\n' });
    const other = await treeOf(hallpass, { 'a.txt': githubToken.value }, 'other');
    expect((await hallpass.run(['scan', other], { cwd })).code).toBe(9);
    expect((await hallpass.run(['scan', '-'], { cwd, stdin: githubToken.value })).code).toBe(9);
  });

  test('that are written wrong are an error with their place', cites('scan.exceptions'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, {
      'hallpass.allow.yaml': 'exceptions:\n  - rul: x\n',
      'a.txt': githubToken.value,
    });
    const { code, stderr } = await hallpass.run(['scan', '.'], { cwd });
    expect(stderr).toMatch(/hallpass\.allow\.yaml:2:5: .*did you mean "rule"\? \[ERR_CONFIG\]/);
    expect(code).toBe(7);
  });
});

describe('allow', () => {
  test(
    'shows finding and change, asks, and writes; comments stay',
    cites('allow.writes', 'scan.exceptions'),
    async () => {
      await using hallpass = await sandbox();
      const cwd = await treeOf(hallpass, {
        'hallpass.allow.yaml': '# ours\nexceptions:\n  - path: docs/ # all of it\n',
        'sub/a.txt': `x ${githubToken.value}\n`,
      });
      initRepository(cwd);
      const [found] = foundIn((await hallpass.run(['scan', '.', '--json'], { cwd })).stdout);
      const beginning = found?.fingerprint.slice(0, 10) ?? '';
      const refused = await hallpass.run(['allow', beginning], { cwd });
      expect(refused.stderr).toMatch(/^sub\/a\.txt:1:3 /);
      expect(refused.stderr).toContain('is not allowed: nobody said so [ERR_NOT_CONFIRMED]');
      expect(refused.code).toBe(4);
      const on = { cwd: join(cwd, 'sub'), onTerminal: true };
      const asked = hallpass.spawn(['allow', beginning, '--reason', 'made up'], on);
      await asked.saying('stdout', /Allow it\? \[y\/N\]/);
      asked.child.stdin.write('y\r');
      expect((await asked.finished).code).toBe(0);
      expect(await readFile(join(cwd, 'hallpass.allow.yaml'), 'utf8')).toBe(
        [
          '# ours',
          'exceptions:',
          '  - path: docs/ # all of it',
          `  - fingerprint: ${found?.fingerprint}`,
          '    rule: github_pat',
          '    path: sub/a.txt',
          '    reason: made up',
          '',
        ].join('\n'),
      );
      expect((await hallpass.run(['scan', '.'], { cwd })).code).toBe(0);
    },
  );

  test('--yes asks nothing; what is not found is an error', cites('allow.writes'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': `x ${githubToken.value}\n` });
    const [found] = foundIn((await hallpass.run(['scan', '.', '--json'], { cwd })).stdout);
    const missing = await hallpass.run(['allow', '0123456789', '--yes'], { cwd });
    expect(missing.stderr).toContain('[ERR_NO_SUCH_FINDING]');
    expect((await hallpass.run(['allow', 'nonsense', '--yes'], { cwd })).code).toBe(2);
    const { code, stdout } = await hallpass.run(
      ['allow', found?.fingerprint ?? '', 'a.txt', '--yes', '--json'],
      { cwd },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      file: 'hallpass.allow.yaml',
      fingerprint: found?.fingerprint,
      rule: 'github_pat',
      path: 'a.txt',
    });
    expect((await hallpass.run(['scan', '.'], { cwd })).code).toBe(0);
  });
});

test('allow knows what only --profile mask finds', cites('allow.writes', 'scan.profile'), async () => {
  await using hallpass = await sandbox();
  const broken = githubToken.value.slice(0, -1) + (githubToken.value.endsWith('a') ? 'b' : 'a');
  const cwd = await treeOf(hallpass, { 'a.txt': `x ${broken}\n` });
  const [found] = foundIn((await hallpass.run(['scan', '.', '--profile', 'mask', '--json'], { cwd })).stdout);
  const args = ['allow', found?.fingerprint ?? '', '--yes'];
  expect((await hallpass.run(args, { cwd })).stderr).toContain('[ERR_NO_SUCH_FINDING]');
  expect((await hallpass.run([...args, '--profile', 'mask'], { cwd })).code).toBe(0);
});

test(
  'nothing is written through a link that a project holds',
  cites('allow.writes', 'scan.baseline'),
  async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': `x ${githubToken.value}\n` });
    const target = join(hallpass.home, 'target');
    await symlink(target, join(cwd, 'hallpass.allow.yaml'));
    await symlink(target, join(cwd, 'base.json'));
    const [found] = foundIn((await hallpass.run(['scan', 'a.txt', '--json'], { cwd })).stdout);
    const allowed = await hallpass.run(['allow', found?.fingerprint ?? '', '--yes'], { cwd });
    const written = await hallpass.run(['scan', '.', '--baseline', 'base.json', '--write-baseline'], { cwd });
    for (const { code, stderr } of [allowed, written]) {
      expect(stderr).toContain('can not be written: it is a link [ERR_CONFIG]');
      expect(code).toBe(7);
    }
    expect(existsSync(target)).toBe(false);
  },
);

describe('a large tree', () => {
  test(
    'is scanned by several threads in the same order, and no bar stands where there is no terminal',
    cites('scan.threads', 'scan.progress'),
    async () => {
      await using hallpass = await sandbox();
      const cwd = await treeOf(hallpass, {});
      const filler = `${'nothing here '.repeat(80)}\n`.repeat(4_000);
      const count = Math.ceil((3 * LIMITS.scanAloneBytes) / filler.length);
      for (let at = 0; at < count; at++) {
        await mkdir(join(cwd, `d${at % 10}`), { recursive: true });
        const file = join(cwd, `d${at % 10}`, `${String(at).padStart(3, '0')}.txt`);
        await writeFile(file, filler);
        await appendFile(file, at % 3 === 0 ? `x ${githubToken.value}\n` : '\n');
      }
      const small = 6 * LIMITS.scanBatchFiles;
      for (let at = 0; at < small; at++)
        await writeFile(join(cwd, `e${String(at).padStart(3, '0')}.txt`), `${githubToken.value}\n`);
      const { stdout, stderr } = await hallpass.run(['scan', '.', '--json'], { cwd });
      const files = foundIn(stdout).map(({ file }) => file);
      expect(files).toHaveLength(Math.ceil(count / 3) + small);
      expect(files).toEqual(files.toSorted());
      expect(stderr).toBe(
        `${files.length} secrets found. ${count + small} files scanned. Rotate what was found, then remove it.\n`,
      );
      const seen = await hallpass.run(['scan', '.', '--exit-zero'], { cwd, onTerminal: true });
      expect(seen.stdout).toContain(`${count + small} files scanned`);
    },
  );
});
