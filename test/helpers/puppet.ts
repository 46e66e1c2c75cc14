import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { tapped, type Tapped } from './wiretap.ts';

const PROGRAM = fileURLToPath(new URL('puppet-server.ts', import.meta.url));

/** One thing that a puppet does. */
export type Action =
  /** Writes this, as it is and with a newline; `$ID` stands for the id of the request, as the client wrote it. */
  | { readonly stdout: string }
  | { readonly stderr: string; readonly times?: number }
  | { readonly exit: number }
  /** Starts a process that ignores signals and end of input, and holds the puppet's pipes. */
  | { readonly grandchild: true }
  /** Answers with a string of this many bytes. */
  | { readonly answerBytes: number };

/** What a puppet does, and when. */
export interface Script {
  readonly start?: readonly Action[];
  /** By method, or method and name (`tools/call deploy`). A request that isn't here is answered with its own params, byte for byte. */
  readonly on?: Readonly<Record<string, readonly Action[]>>;
  /** Stays when its stdin ends and when it is asked to leave. */
  readonly stubborn?: boolean;
}

/** The command line of a stdio server that does as it is told. What it is told is in a file: no argument gives it away. */
export function puppet(directory: string, script: Script): string[] {
  const file = join(directory, 'script.json');
  writeFileSync(file, JSON.stringify(script));
  return [process.execPath, PROGRAM, file];
}

/** A program in `wires/` that is such a server. It keeps every byte itself: a process between would cost as much again. */
export function tappedPuppet(directory: string, script: Script): Tapped {
  return tapped(join(directory, 'wires'), 'puppet', (kept) => [...puppet(directory, script), '--keep', kept]);
}
