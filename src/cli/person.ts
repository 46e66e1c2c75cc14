import { readEnvironment } from '../platform/environment.ts';
import type { Terminal } from './terminal.ts';

/** The terminal, where somebody sits before it who can be asked: not a script, not CI. */
export function personAt(terminal: Terminal, { json }: { json: boolean }): Terminal | undefined {
  const canAnswer = terminal.stdinIsTty && terminal.stderrIsTty;
  return canAnswer && !json && !readEnvironment().ci ? terminal : undefined;
}
