import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { readEnvironment } from './environment.ts';

/**
 * What a repository's own configuration may not do here. Whoever made the repository made its `.git/config` as well when it
 * came as an archive, and git runs commands that it names: `core.fsmonitor`, hooks, `diff.external`, `gpg.program`, and
 * whatever fetches objects that a partial clone lacks. Replaced objects, grafts, a shallow history, a forged commit graph and thresholds could
 * hide what is committed.
 */
const SAFE = [
  '--no-pager',
  '--no-optional-locks',
  '--no-replace-objects',
  '--literal-pathspecs',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.untrackedCache=false',
    'core.bigFileThreshold=512m',
    'core.commitGraph=false',
    'advice.graftFileDeprecated=false',
    'protocol.allow=never',
    'log.showSignature=false',
  ].flatMap((setting) => ['-c', setting]),
];

/** Where a hook's git told which repository and index are meant; all other GIT_ variables are left out. */
const KEPT = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
  'GIT_CEILING_DIRECTORIES',
]);

const run = promisify(execFile);

/**
 * What git prints, or undefined when it fails or isn't there.
 */
export async function tryGit(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const git = findGit();
  if (git === undefined) return undefined;
  try {
    const options = {
      cwd,
      env: gitEnvironment(),
      maxBuffer: LIMITS.gitAnswerBytes,
      encoding: 'utf8',
    } as const;
    return (await run(git, [...SAFE, ...args], options)).stdout;
  } catch {
    // Not a repository, or no such setting: the caller has another way, or says what is missing.
    return undefined;
  }
}

/** A git that is running. */
export interface RunningGit {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended well; rejects with ERR_GIT. */
  readonly ended: Promise<void>;
  stop(): void;
}

/**
 * Starts git in `cwd`, without a shell.
 *
 * @throws {HallpassError} ERR_GIT when git isn't there
 */
export function startGit(cwd: string, args: readonly string[]): RunningGit {
  const git = findGit();
  if (git === undefined) throw new HallpassError('ERR_GIT', 'git is not installed, or not on PATH');
  const child = spawn(git, [...SAFE, ...args], {
    cwd,
    env: gitEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // How it ends tells more than a broken pipe.
  child.stdin.on('error', () => undefined);
  const ended = endOf(child, args[0] ?? '');
  ended.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, ended, stop: () => child.kill('SIGKILL') };
}

async function endOf(child: ChildProcessByStdio<Writable, Readable, Readable>, what: string): Promise<void> {
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < LIMITS.gitErrorChars) said += chunk.toString('utf8');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  const why = said.trim().split('\n')[0]?.slice(0, LIMITS.gitErrorChars) ?? '';
  throw new HallpassError('ERR_GIT', `git ${what} failed${why === '' ? '' : `: ${why}`}`);
}

function gitEnvironment(): NodeJS.ProcessEnv {
  const all = Object.entries(readEnvironment().variables);
  const kept = all.filter(([name]) => !name.toUpperCase().startsWith('GIT_') || KEPT.has(name));
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_GRAFT_FILE: '/dev/null',
    // Where the history is cut within what is asked for, git fails then, instead of leaving it out.
    GIT_SHALLOW_FILE: '/dev/null',
    LC_ALL: 'C',
  };
}

// Only whole paths of PATH: a relative one, as the working directory on Windows, would run what the repository calls git.
function findGit(): string | undefined {
  const { variables } = readEnvironment();
  const path = variables['PATH'] ?? variables['Path'] ?? '';
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  const places = path.split(delimiter).filter((directory) => isAbsolute(directory));
  return places.map((directory) => join(directory, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not ours to run: the next place.
    return false;
  }
}
