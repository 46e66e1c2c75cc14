import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { readEnvironment } from './environment.ts';

/** Where the operating system keeps the vault's 32-byte key. */
export interface Keychain {
  /** The stored key, or undefined if there is none. Throws KeychainUnavailable. */
  get(account: string): Promise<Buffer | undefined>;
  /** Throws KeychainUnavailable. */
  set(account: string, key: Uint8Array): Promise<void>;
}

export type KeychainName = 'keyring' | 'keytar';

/** There is no keychain, it is locked, or it did not answer in time. */
export class KeychainUnavailable extends HallpassError {
  constructor(why: string, options: { readonly cause?: unknown; readonly hint?: string } = {}) {
    super('ERR_KEYCHAIN', why, options);
  }
}

/** The operating system's keychain through one of two libraries. Each call takes `LIMITS.keychainMs` at most. */
export function systemKeychain(name: KeychainName): Keychain {
  return {
    get: async (account) => parseKey(await (takeAhead(name, account) ?? ask([name, 'get', account]))),
    set: async (account, key) => {
      await ask([name, 'set', account], Buffer.from(key).toString('hex'));
    },
  };
}

/**
 * Asks for a key before anybody wants it, since the answer takes as long as loading the command does. A failure is told
 * to whoever wants the key then.
 */
export function askAhead(name: KeychainName, account: string): void {
  const answer = ask([name, 'get', account]);
  answer.catch(() => undefined);
  ahead.set(`${name} ${account}`, answer);
}

const ahead = new Map<string, Promise<string>>();

// Good for one time: after that the item may be another.
function takeAhead(name: KeychainName, account: string): Promise<string> | undefined {
  const key = `${name} ${account}`;
  const answer = ahead.get(key);
  ahead.delete(key);
  return answer;
}

// Compiled, this file is in another directory beside that of the helper.
const HELPER = new URL(
  import.meta.url.endsWith('.ts') ? 'keychain-child.ts' : '../platform/keychain-child.js',
  import.meta.url,
);

// A process of its own: @napi-rs/keyring blocks in its constructor while the D-Bus daemon is silent (measured), and
// neither a timer, an AbortSignal nor a worker gets a thread out of that. A process can be killed.
function ask(args: string[], input = ''): Promise<string> {
  const { NODE_OPTIONS: _, HALLPASS_PASSPHRASE: __, ...env } = readEnvironment().variables;
  const options = { timeout: LIMITS.keychainMs, killSignal: 'SIGKILL', env, windowsHide: true } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [fileURLToPath(HELPER), ...args],
      options,
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout.trim());
        const silent = `the keychain did not answer within ${LIMITS.keychainMs / 1000} s (is it locked?)`;
        // What the library says is long, and about D-Bus rather than about what to do.
        const cause = new Error(stderr.trim() || error.message);
        reject(new KeychainUnavailable(error.killed ? silent : 'no keychain answers here', { cause }));
      },
    );
    // A helper that died before it read its input is reported by its exit.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

function parseKey(answer: string): Buffer | undefined {
  if (answer === '') return undefined;
  if (/^[0-9a-f]{64}$/.test(answer)) return Buffer.from(answer, 'hex');
  throw new HallpassError(
    'ERR_KEYCHAIN',
    'the keychain item of hallpass holds something that is not its key',
    {
      hint: 'Another program may have overwritten it. Restore it from a backup of the keychain.',
    },
  );
}
