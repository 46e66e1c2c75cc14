import { HallpassError } from '../core/errors.ts';
import { type GitChange, GitChanges } from '../core/git-changes.ts';
import { type RunningGit, startGit, tryGit } from './git.ts';

const RAW = [
  '--raw',
  '-r',
  '-z',
  '--no-abbrev',
  '--no-renames',
  '--no-relative',
  '--no-ext-diff',
  '--no-textconv',
];

/** The directory that paths of the repository count from. Throws ERR_GIT outside of one. */
export async function gitTop(directory: string): Promise<string> {
  const top = (await tryGit(directory, ['rev-parse', '--show-toplevel']))?.replace(/\n$/, '');
  if (top === undefined || top === '')
    throw new HallpassError('ERR_GIT', 'this is no git repository', {
      hint: 'Run it inside of one, with git on PATH. One that belongs to another user: git config --global --add safe.directory DIRECTORY',
    });
  return top;
}

/** The files whose content in the index is another than in HEAD, or that are new there. */
export async function* stagedChanges(top: string, paths: readonly string[]): AsyncGenerator<GitChange> {
  const head = await commitOf(top, 'HEAD');
  // Before the first commit all is compared with the empty tree, whose id depends on the repository's hash.
  const tree = head ?? (await gitLine(top, ['hash-object', '-t', 'tree', '/dev/null']));
  yield* changes(startGit(top, ['diff-index', '--cached', ...RAW, tree, '--', ...paths]));
}

/** What each commit of `revision..HEAD` changed, the oldest first. `revision` comes from the command line. */
export async function* changesSince(
  top: string,
  revision: string,
  paths: readonly string[],
): AsyncGenerator<GitChange> {
  const from = revision.startsWith('-') ? undefined : await commitOf(top, revision);
  if (from === undefined)
    throw new HallpassError('ERR_USAGE', `there is no commit ${revision}`, {
      hint: 'Name a commit, branch or tag: hallpass scan --since origin/main',
    });
  const commits = startGit(top, ['rev-list', '--reverse', '--topo-order', `${from}..HEAD`]);
  const trees = startGit(top, ['diff-tree', '--stdin', '--root', '-c', ...RAW, '--', ...paths]);
  commits.stdout.pipe(trees.stdin);
  try {
    yield* changes(trees);
    await commits.ended;
  } finally {
    commits.stop();
  }
}

async function* changes(git: RunningGit): AsyncGenerator<GitChange> {
  const reader = new GitChanges();
  try {
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) yield* reader.push(chunk);
    await git.ended;
  } finally {
    git.stop();
  }
}

async function commitOf(top: string, revision: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  return (await tryGit(top, args))?.trim();
}

async function gitLine(top: string, args: readonly string[]): Promise<string> {
  const line = (await tryGit(top, args))?.trim();
  if (line === undefined) throw new HallpassError('ERR_GIT', `git ${args[0]} failed`);
  return line;
}
