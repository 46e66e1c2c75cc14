import process from 'node:process';

import { Command } from '@oclif/core/command';
import { boolean } from '@oclif/core/flags';

import { HallpassError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { usageError } from './report-error.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** What every command shares: `--json`, the terminal, and errors left to `main` to report. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    json: boolean({ description: 'one JSON object or event per line on stdout, errors as JSON on stderr' }),
  };

  protected readonly terminal: Terminal = processTerminal;

  // oclif's listener throws whatever it doesn't swallow, where what we do depends on who writes.
  protected override init(): Promise<void> {
    process.stdout.removeAllListeners('error');
    // oclif would take what a pipe has for the argument that is missing: a script's input, a call, a secret.
    for (const argument of Object.values(this.ctor.args)) argument.ignoreStdin = true;
    return super.init();
  }

  /** Ends with this exit code once everything written is out. */
  protected setExitCode(code: number): void {
    process.exitCode = code;
  }

  // oclif's own handler prints; ours is in main.ts, so the error just travels on.
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(this.#noSuchFlag(error) ?? usageError(error, this.#help) ?? error);
  }

  get #name(): string {
    return (this.id ?? '').replaceAll(':', ' ');
  }

  get #help(): string {
    return `hallpass ${this.#name} --help shows the flags and an example.`;
  }

  // oclif's error for a flag that there is not carries those flags; its class would load much to be imported.
  #noSuchFlag(error: Error): HallpassError | undefined {
    if (!('oclif' in error && 'flags' in error && Array.isArray(error.flags))) return undefined;
    // What stands behind an equals sign is perhaps a secret.
    const [flag = ''] = String(error.flags[0]).split('=');
    const names = Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags }).map((name) => `--${name}`);
    const meant = nearest(flag, names);
    const hint = meant === undefined ? this.#help : `Did you mean: hallpass ${this.#name} ${meant}`;
    return new HallpassError('ERR_USAGE', `${this.#name} has no flag ${flag}`, { hint });
  }
}
