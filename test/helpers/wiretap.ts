import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const TEE = fileURLToPath(new URL('tee.ts', import.meta.url));

/** What went in and came out of a program, as bytes so far. */
export interface Tapped {
  /** The path of the program that listens in. */
  readonly command: string;
  readonly stdin: Buffer;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/**
 * Puts a program named `name` into `directory` that runs `command` and its own arguments, and keeps all that goes in and
 * comes out. With `directory` in front on the PATH nobody can tell it from the program itself.
 */
export function tap(directory: string, name: string, command: readonly string[]): Tapped {
  return tapped(directory, name, (kept) => [process.execPath, TEE, kept, ...command]);
}

/** The same, of a program that keeps what goes in and comes out itself, where it is told to. */
export function tapped(
  directory: string,
  name: string,
  command: (kept: string) => readonly string[],
): Tapped {
  const kept = join(directory, `${name}.wire`);
  mkdirSync(kept, { recursive: true });
  const words = command(kept).map(quoted).join(' ');
  writeFileSync(join(directory, name), `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(join(directory, name), 0o755);
  return {
    command: join(directory, name),
    get stdin() {
      return read(kept, 'stdin');
    },
    get stdout() {
      return read(kept, 'stdout');
    },
    get stderr() {
      return read(kept, 'stderr');
    },
  };
}

/** The messages of a stdio stream, one a line, without their newlines. */
export function lines(bytes: Buffer): string[] {
  return bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}

// Before the program was started nothing went through.
function read(directory: string, name: string): Buffer {
  const path = join(directory, name);
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
