import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

import { LIMITS } from '../core/limits.ts';

/** Watches over one process group for the case that hallpass dies without having ended it. */
export interface Guardian {
  watch(group: number): void;
  /** The group is gone, or was never started. */
  release(): void;
}

/**
 * POSIX shell. Its stdin is a pipe from hallpass: first the group, then either a line (all is well) or, when hallpass is
 * gone whatever ended it, the end. Then the group has as long to leave as it has in `stop`: nothing, TERM, KILL. As soon
 * as there is no such group any more it is let go: a number is given to others only after all others have been, which no
 * machine does between two looks. Nothing but numbers of ours gets into the script, its arguments and its input.
 */
const SCRIPT = `
read -r group || exit 0
read -r released && exit 0
looks=0
while kill -s 0 -- "-$group"; do
  if [ "$looks" -eq "$1" ]; then kill -s TERM -- "-$group"; fi
  if [ "$looks" -eq "$2" ]; then kill -s KILL -- "-$group"; exit 0; fi
  looks=$((looks + 1))
  sleep 0.1 || sleep 1
done
`;
const LOOK_MS = 100;

/**
 * A process of its own, in a session of its own, so that whatever kills hallpass and its group misses it. It holds none
 * of our pipes, no directory and none of our environment. Where there is no /bin/sh a server has to heed the end of its
 * input; Windows needs none, since libuv puts children into a job that ends with us (src/win/process.c).
 */
export function startGuardian(): Guardian {
  const term = LIMITS.childEofMs / LOOK_MS;
  const kill = term + LIMITS.childTermMs / LOOK_MS;
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'hallpass-guardian', String(term), String(kill)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  // Not there, or killed by somebody: then the group is as alone as it was without.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return {
    watch: (group) => void shell.stdin.write(`${group}\n`),
    release: () => void shell.stdin.end('released\n'),
  };
}
