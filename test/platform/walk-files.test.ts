import { mkdir, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { describe, expect, test } from 'vitest';

import { IgnoreFiles } from '../../src/platform/ignore-files.ts';
import { walkFiles } from '../../src/platform/walk-files.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { git, initRepository } from '../helpers/repository.ts';
import { treeOf } from '../helpers/tree.ts';

interface Walk {
  readonly project?: string;
  readonly from?: string;
}

async function walked(root: string, { project, from = root }: Walk = {}): Promise<string[]> {
  const ignored = await IgnoreFiles.for(from, project);
  return [...walkFiles(from, { ignored })].map(({ path }) => relative(root, path));
}

/** A tree without any command that is run in it. */
async function tree(files: Record<string, string>) {
  const hallpass = await sandbox({ isNew: true });
  await hallpass.run(['--version']);
  return Object.assign(hallpass, { root: await treeOf(hallpass, files) });
}

describe('walking', () => {
  test('skips .git, node_modules and links', async () => {
    await using hallpass = await tree({
      '.git/config': 'x',
      'src/node_modules/x/index.js': 'x',
      'src/b.ts': 'x',
      '.env': 'x',
    });
    const { root } = hallpass;
    await symlink(hallpass.home, join(root, 'out'));
    await symlink('/etc/passwd', join(root, 'passwd'));
    expect(await walked(root)).toEqual(['.env', 'src/b.ts']);
    const all = [...walkFiles(root, { ignored: undefined })].map(({ path }) => relative(root, path));
    expect(all).toEqual(['.env', 'src/b.ts', 'src/node_modules/x/index.js']);
  });

  test('heeds the .gitignore of each directory, the nearest first', async () => {
    await using hallpass = await tree({
      '.gitignore': '*.log\nbuild/\n/top.txt\n!keep.log\n',
      'a.log': 'x',
      'keep.log': 'x',
      'top.txt': 'x',
      'build/b.txt': 'x',
      'sub/.gitignore': '!a.log\nkeep.log\n',
      'sub/a.log': 'x',
      'sub/keep.log': 'x',
      'sub/top.txt': 'x',
      'sub/build': 'a file of that name',
    });
    expect(await walked(hallpass.root)).toEqual([
      '.gitignore',
      'keep.log',
      'sub/.gitignore',
      'sub/a.log',
      'sub/build',
      'sub/top.txt',
    ]);
  });

  test('in a part of a project heeds what stands above, and walks what was named all the same', async () => {
    await using hallpass = await tree({
      '.gitignore': 'sub/\n*.log\n/sub/deep/x.txt\n',
      'sub/a.log': 'x',
      'sub/a.txt': 'x',
      'sub/deep/x.txt': 'x',
    });
    const { root } = hallpass;
    await mkdir(join(root, '.git'));
    expect(await walked(root, { project: root, from: join(root, 'sub') })).toEqual(['sub/a.txt']);
  });

  test('heeds .git/info/exclude and core.excludesFile, and keeps what git tracks', async () => {
    await using hallpass = await tree({
      'a.one': 'x',
      'a.two': 'x',
      'a.three': 'x',
      'kept/deep/a.three': 'x',
      '.gitignore': '*.three\nkept/\n!back.one\n',
      'back.one': 'x',
      excludes: '*.one\n',
    });
    const { root } = hallpass;
    initRepository(root);
    await treeOf(hallpass, { '.git/info/exclude': '*.two\n' });
    git(root, 'config', 'core.excludesFile', join(root, 'excludes'));
    git(root, 'add', '--force', 'kept/deep/a.three');
    expect(await walked(root, { project: root })).toEqual([
      '.gitignore',
      'back.one',
      'excludes',
      'kept/deep/a.three',
    ]);
  });

  test('is not led astray by a .gitignore that is a link', async () => {
    await using hallpass = await tree({ 'a.txt': 'x', elsewhere: '*\n' });
    await symlink('/dev/zero', join(hallpass.root, '.gitignore'));
    expect(await walked(hallpass.root)).toEqual(['a.txt', 'elsewhere']);
  });
});
