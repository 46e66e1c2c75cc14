import { spawnSync } from 'node:child_process';

import { expect, type Stage } from './set.ts';

/** Runs exactly what `verify` printed, in a shell, as a person would. Undefined where ssh-keygen is not installed. */
export function repeatWithOpenSsh({ hallpass: { env } }: Stage, command: string): string | undefined {
  expect(command.startsWith('ssh-keygen -Y verify '), 'verify printed no ssh-keygen command');
  if (spawnSync('ssh-keygen', ['-?'], { env }).error !== undefined) return undefined;
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', command], { env, encoding: 'utf8' });
  expect(status === 0 && stdout.startsWith('Good "hallpass-session" signature'), `ssh-keygen: ${stderr}`);
  return stdout.trimEnd();
}

/** Where a second opinion should stand. */
export const NO_OPENSSH = '(ssh-keygen is not installed here, so its second opinion is missing)';
