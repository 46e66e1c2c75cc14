import { execFileSync } from 'node:child_process';
import process from 'node:process';

/** Runs git in a directory, as somebody without any configuration. */
export function git(cwd: string, ...args: string[]): string {
  const identity = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  const env = { PATH: process.env['PATH'], HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...identity, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Makes a repository of what is in a directory. */
export function initRepository(cwd: string): void {
  git(cwd, 'init', '--quiet', '--initial-branch=main');
}

/** Commits all that is there. Returns the commit's id. */
export function commitAll(cwd: string, message = 'more'): string {
  git(cwd, 'add', '--all');
  git(cwd, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(cwd, 'rev-parse', 'HEAD').trim();
}
