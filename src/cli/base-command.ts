import process from 'node:process';

import { Command } from '@oclif/core/command';
import { boolean } from '@oclif/core/flags';

import { processTerminal, type Terminal } from './terminal.ts';

/** What every command shares: `--json`, the terminal, and errors left to `main` to report. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    json: boolean({ description: 'one JSON object or event per line on stdout, errors as JSON on stderr' }),
  };

  protected readonly terminal: Terminal = processTerminal;

  /** Ends with this exit code once everything written is out. */
  protected setExitCode(code: number): void {
    process.exitCode = code;
  }

  // oclif's own handler prints; ours is in main.ts, so the error just travels on.
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }
}
