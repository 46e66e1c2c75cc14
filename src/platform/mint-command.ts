import { execFile, type ExecFileException } from 'node:child_process';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { Secret } from '../core/secret.ts';
import type { Environment } from './environment.ts';

/**
 * Runs a program that prints a credential, without a shell, and resolves with its stdout. Its stderr is not shown: nobody
 * can say what is in it. Throws ERR_MINT_COMMAND.
 */
export function runMintCommand(command: readonly string[], environment: Environment): Promise<Secret> {
  const [program = '', ...args] = command;
  const env = Object.fromEntries(
    // Our own settings stay ours: the passphrase above all.
    Object.entries(environment.variables).filter(([name]) => !name.startsWith('HALLPASS_')),
  );
  const options = {
    env,
    timeout: LIMITS.mintCommandMs,
    killSignal: 'SIGKILL',
    maxBuffer: LIMITS.mintCommandBytes,
    windowsHide: true,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout) => {
      if (error === null) return resolve(new Secret(stdout));
      // No cause: the error of execFile holds what was printed.
      reject(new HallpassError('ERR_MINT_COMMAND', `"${program}" ${whyFailed(error)}`));
    });
    child.stdin?.on('error', () => undefined).end();
  });
}

function whyFailed({ code, killed, signal }: ExecFileException): string {
  if (code === 'ENOENT') return 'was not found';
  if (code === 'EACCES') return 'is not executable';
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `prints more than ${LIMITS.mintCommandBytes} bytes`;
  if (killed === true) return `did not end within ${LIMITS.mintCommandMs / 1000} s`;
  return typeof code === 'number' ? `failed with exit code ${code}` : `was ended by ${signal ?? 'something'}`;
}
