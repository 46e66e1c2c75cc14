import { execFile } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { commitAll, git, initRepository } from '../helpers/repository.ts';
import { treeOf } from '../helpers/tree.ts';

const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

const { githubToken, gitlabToken, stripeKey, privateKey } = makeCanaries();

/** `file:line rule` of each finding. */
function places(stdout: string): string[] {
  const found = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, string>); // prettier-ignore
  return found.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
}

describe('scan --staged', () => {
  test(
    'tells what the index has, whatever the work tree has become',
    cites('scan.staged', 'scan.exit-code'),
    async () => {
      await using hallpass = await sandbox();
      const cwd = await treeOf(hallpass, {
        'a.txt': `one\n${githubToken.value}\n`,
        'sub/b.txt': `${gitlabToken.value}\n`,
      });
      initRepository(cwd);
      git(cwd, 'add', 'a.txt');
      await writeFile(join(cwd, 'a.txt'), 'clean again\n');
      const { code, stdout } = await hallpass.run(['scan', '--staged', '--json'], { cwd });
      expect(places(stdout)).toEqual(['a.txt:2 github_pat']);
      expect(code).toBe(9);
    },
  );

  test('leaves out lines that were there before, also after they moved', cites('scan.staged'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': `${githubToken.value}\n${privateKey.value}` });
    initRepository(cwd);
    commitAll(cwd);
    await writeFile(join(cwd, 'a.txt'), `new\n${privateKey.value}\n${githubToken.value}\n`);
    git(cwd, 'add', '--all');
    const moved = await hallpass.run(['scan', '--staged'], { cwd });
    expect({ code: moved.code, stdout: moved.stdout }).toEqual({ code: 0, stdout: '' });
    await appendFile(join(cwd, 'a.txt'), `x ${stripeKey.value}\n`);
    git(cwd, 'add', '--all');
    const { stdout } = await hallpass.run(['scan', '--staged', '--json'], { cwd });
    expect(places(stdout)).toEqual([expect.stringMatching(/^a\.txt:\d+ stripe/)]);
  });

  test('works as a pre-commit hook, the one of the documentation', cites('scan.staged'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': `${githubToken.value}\n` });
    initRepository(cwd);
    const hook = join(cwd, '.git/hooks/pre-commit');
    await mkdir(join(cwd, '.git/hooks'), { recursive: true });
    // What the hook says goes where the sandbox looks.
    const said = join(hallpass.home, 'said');
    await writeFile(hook, `#!/bin/sh\nexec ${process.execPath} ${CLI} scan --staged >>${said} 2>&1\n`);
    chmodSync(hook, 0o755);
    // `commit --all` has an index of its own, which only the hook is told of.
    git(cwd, 'add', '--intent-to-add', 'a.txt');
    expect(await commit(cwd, hallpass.env)).toBe(1);
    expect(await readFile(said, 'utf8')).toContain('a.txt:1:1  github_pat');
    await writeFile(join(cwd, 'a.txt'), 'nothing\n');
    expect(await commit(cwd, hallpass.env)).toBe(0);
    expect(git(cwd, 'log', '--format=%s')).toBe('through the hook\n');
    expect((await hallpass.run(['scan', '--staged'], { cwd })).code).toBe(0);
  });

  test('outside of a repository is an error', cites('scan.staged'), async () => {
    await using hallpass = await sandbox();
    const { code, stderr } = await hallpass.run(['scan', '--staged']);
    expect(stderr).toContain('this is no git repository [ERR_GIT]');
    expect(code).toBe(7);
  });

  test('reads no standard input, and takes paths', cites('scan.staged'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': githubToken.value, 'sub/b.txt': gitlabToken.value });
    initRepository(cwd);
    git(cwd, 'add', '--all');
    const { stdout } = await hallpass.run(['scan', '--staged', '--json', '.'], { cwd: join(cwd, 'sub') });
    expect(places(stdout)).toEqual([expect.stringMatching(/^b\.txt:1 gitlab/)]);
    expect((await hallpass.run(['scan', '--staged', '-'], { cwd })).code).toBe(2);
    const outside = await hallpass.run(['scan', '--staged', '..'], { cwd });
    expect(outside.stderr).toContain('is not in the repository');
  });
});

describe('scan --since', () => {
  test(
    'tells what each commit added, oldest first, once, also when a later one took it away',
    cites('scan.since'),
    async () => {
      await using hallpass = await sandbox();
      const cwd = await treeOf(hallpass, { 'old.txt': `${stripeKey.value}\n` });
      initRepository(cwd);
      const from = commitAll(cwd);
      await writeFile(join(cwd, 'a.txt'), `${githubToken.value}\n`);
      const first = commitAll(cwd);
      await appendFile(join(cwd, 'a.txt'), 'more\n');
      await appendFile(join(cwd, 'old.txt'), 'more\n');
      commitAll(cwd);
      await rm(join(cwd, 'a.txt'));
      await writeFile(join(cwd, 'b.txt'), `${gitlabToken.value}\n`);
      const last = commitAll(cwd);
      const { code, stdout } = await hallpass.run(['scan', '--since', from, '--json'], { cwd });
      expect(places(stdout)).toEqual(['a.txt:1 github_pat', expect.stringMatching(/^b\.txt:1 gitlab/)]);
      const commits = stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { commit: string }).commit); // prettier-ignore
      expect(commits).toEqual([first, last]);
      expect(code).toBe(9);
      const text = await hallpass.run(['scan', '--since', `${last}~1`], { cwd });
      expect(text.stdout).toContain(`in commit ${last.slice(0, 12)}`);
    },
  );

  test('tells a secret once that went and came back', cites('scan.since'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': 'a\n' });
    initRepository(cwd);
    const from = commitAll(cwd);
    await writeFile(join(cwd, 'a.txt'), `${githubToken.value}\n`);
    const first = commitAll(cwd);
    await writeFile(join(cwd, 'a.txt'), 'a\n');
    commitAll(cwd);
    await writeFile(join(cwd, 'a.txt'), `${githubToken.value}\n`);
    commitAll(cwd);
    const { stdout } = await hallpass.run(['scan', '--since', from, '--json'], { cwd });
    expect(places(stdout)).toEqual(['a.txt:1 github_pat']);
    expect(stdout).toContain(first);
  });

  test('finds what a merge alone brought', cites('scan.since'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': 'a\n' });
    initRepository(cwd);
    const from = commitAll(cwd);
    git(cwd, 'checkout', '--quiet', '-b', 'side');
    await writeFile(join(cwd, 'side.txt'), 'side\n');
    commitAll(cwd);
    git(cwd, 'checkout', '--quiet', 'main');
    await writeFile(join(cwd, 'a.txt'), 'b\n');
    commitAll(cwd);
    git(cwd, 'merge', '--quiet', '--no-commit', 'side');
    await appendFile(join(cwd, 'side.txt'), `${githubToken.value}\n`);
    const merge = commitAll(cwd);
    const { stdout } = await hallpass.run(['scan', '--since', from, '--json'], { cwd });
    expect(places(stdout)).toEqual(['side.txt:2 github_pat']);
    expect(stdout).toContain(merge);
  });

  test.each(['nowhere', '--output=x', '-p'])(
    'refuses the revision %s',
    cites('scan.since'),
    async (revision) => {
      await using hallpass = await sandbox();
      const cwd = await treeOf(hallpass, { 'a.txt': 'a\n' });
      initRepository(cwd);
      commitAll(cwd);
      const { code, stderr } = await hallpass.run(['scan', `--since=${revision}`], { cwd });
      expect(stderr).toContain(`there is no commit ${revision} [ERR_USAGE]`);
      expect(code).toBe(2);
      expect(existsSync(join(cwd, 'x'))).toBe(false);
    },
  );
});

test(
  'no configuration of a repository runs a program or hides a secret',
  cites('scan.hostile-repository'),
  async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, {
      'a.txt': 'one\n',
      '.gitattributes': '* diff=evil filter=evil -text\n*.txt binary\n',
    });
    initRepository(cwd);
    const from = commitAll(cwd);
    const evil = join(hallpass.directory, 'evil.sh');
    const ran = join(hallpass.directory, 'ran');
    await writeFile(evil, `#!/bin/sh\necho "$0 $*" >>${ran}\n`);
    chmodSync(evil, 0o755);
    await writeFile(join(cwd, 'a.txt'), `one\n${githubToken.value}\n`);
    const blob = git(cwd, 'rev-parse', 'HEAD:a.txt').trim();
    const next = commitAll(cwd);
    const hidden = git(cwd, 'rev-parse', 'HEAD:a.txt').trim();
    git(cwd, 'replace', hidden, blob);
    await writeFile(join(cwd, 'a.txt'), `one\n${githubToken.value}\n${gitlabToken.value}\n`);
    git(cwd, 'add', '--all');
    const settings = {
      'core.fsmonitor': evil,
      'core.hooksPath': hallpass.directory,
      'core.sshCommand': evil,
      'core.pager': evil,
      'core.bigFileThreshold': '1',
      'core.attributesFile': join(cwd, '.gitattributes'),
      'diff.external': evil,
      'diff.evil.command': evil,
      'diff.evil.textconv': evil,
      'diff.evil.binary': 'true',
      'diff.orderFile': '/nowhere',
      'diff.noprefix': 'true',
      'diff.relative': 'true',
      'filter.evil.clean': evil,
      'filter.evil.process': evil,
      'gpg.program': evil,
      'log.showSignature': 'true',
      'color.ui': 'always',
      'extensions.partialClone': 'origin',
      'remote.origin.url': `ext::${evil} %S`,
      'remote.origin.promisor': 'true',
      'protocol.ext.allow': 'always',
    };
    await appendFile(
      join(cwd, '.git/config'),
      Object.entries(settings)
        .map(([name, value]) => sectionOf(name, value))
        .join(''),
    );
    const staged = await hallpass.run(['scan', '--staged', '--json'], { cwd });
    expect(places(staged.stdout)).toEqual([expect.stringMatching(/^a\.txt:3 gitlab/)]);
    const since = await hallpass.run(['scan', '--since', from, '--json'], { cwd });
    expect(places(since.stdout)).toEqual(['a.txt:2 github_pat']);
    expect(since.stdout).toContain(next);
    const tree = await hallpass.run(['scan', '.', '--json'], { cwd });
    expect(places(tree.stdout)).toHaveLength(2);
    expect(existsSync(ran)).toBe(false);
  },
);

test.each([
  ['info/grafts', (last: string, from: string) => `${last} ${from}\n`],
  ['shallow', (last: string) => `${last}\n`],
])('the file %s hides no commit', cites('scan.hostile-repository'), async (file, content) => {
  await using hallpass = await sandbox();
  const cwd = await treeOf(hallpass, { 'a.txt': 'one\n' });
  initRepository(cwd);
  const from = commitAll(cwd);
  await writeFile(join(cwd, 'b.txt'), `${githubToken.value}\n`);
  commitAll(cwd);
  await rm(join(cwd, 'b.txt'));
  const last = commitAll(cwd);
  await mkdir(join(cwd, '.git/info'), { recursive: true });
  await writeFile(join(cwd, '.git', file), content(last, from));
  const { code, stdout } = await hallpass.run(['scan', '--since', from, '--json'], { cwd });
  expect(places(stdout)).toEqual(['b.txt:1 github_pat']);
  expect(code).toBe(9);
});

test(
  'what the repository lacks is an error, not a clean bill',
  cites('scan.hostile-repository'),
  async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': `${githubToken.value}\n` });
    initRepository(cwd);
    git(cwd, 'add', '--all');
    const blob = git(cwd, 'rev-parse', ':a.txt').trim();
    await rm(join(cwd, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    const { code, stderr } = await hallpass.run(['scan', '--staged'], { cwd });
    expect(stderr).toContain('[ERR_GIT]');
    expect(code).toBe(7);
  },
);

function commit(cwd: string, env: Readonly<Record<string, string>>): Promise<number> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  const args = [...identity, 'commit', '--quiet', '--all', '--message', 'through the hook'];
  return new Promise((resolve) => {
    execFile('git', args, { cwd, env }, (error) => resolve(Number(error?.code ?? 0)));
  });
}

// A value in quotes, as git-config(1) reads it.
function sectionOf(name: string, value: string): string {
  const [section = '', ...rest] = name.split('.');
  const key = rest.pop() ?? '';
  const sub = rest.length === 0 ? '' : ` "${rest.join('.')}"`;
  return `[${section}${sub}]\n\t${key} = "${value}"\n`;
}
