import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import type { Sandbox, TerminalSize } from './hallpass.ts';

const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** Why there is no tmux here; undefined: there is. */
export function tmuxIsMissing(): string | undefined {
  return spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is not installed';
}

/** hallpass on the screen of a real terminal emulator: what a person would see, not what was written. */
export class Tmux {
  readonly #socket: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(hallpass: Pick<Sandbox, 'directory' | 'env'>, args: readonly string[], size: TerminalSize) {
    // One of its own: a server that is just ending would take the next one with it.
    this.#socket = join(hallpass.directory, `tmux-${randomBytes(4).toString('hex')}`);
    // Its server hands its own environment on.
    this.#env = { ...hallpass.env, TERM: 'xterm-256color', NO_COLOR: '1' };
    const words = [process.execPath, CLI, ...args].map((word) => `'${word}'`).join(' ');
    const [x, y] = [String(size.columns), String(size.rows)];
    this.#run('-f', '/dev/null', 'new-session', '-d', '-x', x, '-y', y, `${words}; echo left with $?; cat`);
  }

  /** What is on the screen now. */
  get screen(): string {
    return this.#run('capture-pane', '-p');
  }

  /** What the terminal has for its title. */
  get title(): string {
    return this.#run('display-message', '-p', '#{pane_title}');
  }

  type(...keys: string[]): void {
    this.#run('send-keys', ...keys);
  }

  [Symbol.dispose](): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server']);
  }

  #run(...args: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], { env: this.#env, encoding: 'utf8' });
  }
}
