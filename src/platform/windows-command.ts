import { win32 } from 'node:path';

import { HallpassError } from '../core/errors.ts';

/** What is handed to `spawn`. With `verbatim` the arguments are quoted already. */
export interface Spawnable {
  readonly file: string;
  readonly args: readonly string[];
  readonly verbatim: boolean;
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
}

const PROGRAM = /\.(?:com|exe)$/i;
// See https://qntm.org/cmd and http://www.robvanderwoude.com/escapechars.php; the same as in cross-spawn.
const META = /[()\][%!^"`<>&|;, *?]/g;
/** Batch files that npm and its like write hand all on as `%*`, which the shell reads a second time. */
const SHIM =
  /(?:[\\/]node_modules[\\/]\.bin[\\/][^\\/]+|[\\/]npm[\\/][^\\/]+|[\\/](?:npm|npx|pnpm|pnpx|yarn|corepack))\.cmd$/i;

/**
 * How Windows runs a command. CreateProcess knows .com and .exe alone; `npx` is a batch file there, and Node refuses to
 * run one without a shell (CVE-2024-27980: what is an argument here may be a command there). So the name is looked up
 * with PATHEXT, and a batch file goes through `cmd.exe /d /s /c` with every special character escaped. Unlike cmd.exe,
 * cross-spawn and libuv this never looks into the current directory for a bare name: a cloned repository may hold an npx.
 *
 * @returns undefined when there is nothing of that name
 * @throws {HallpassError} ERR_USAGE for an argument that no batch file can be given safely
 */
export function windowsCommand(command: Command, isFile: (path: string) => boolean): Spawnable | undefined {
  const file = findProgram(command, isFile);
  if (file === undefined) return undefined;
  const { args, env } = command;
  if (PROGRAM.test(file)) return { file, args, verbatim: false };
  const twice = SHIM.test(file);
  const line = [escape(file), ...args.map((argument) => escapeArgument(argument, twice))].join(' ');
  return { file: shellOf(env), args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

/** `%SystemRoot%`; names of variables have no case on Windows. */
export function systemRoot(env: Command['env']): string {
  return variable(env, 'SystemRoot') ?? 'C:\\Windows';
}

function findProgram({ command, env, cwd = '.' }: Command, isFile: (path: string) => boolean) {
  if (command === '') return undefined;
  const endings = (variable(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD')
    .split(';')
    .filter(Boolean)
    .map((ending) => ending.toLowerCase());
  const tried = win32.extname(command) === '' ? endings : ['', ...endings];
  for (const folder of foldersOf(command, env, cwd)) {
    const path = win32.resolve(folder, command);
    const found = tried.find((ending) => isFile(path + ending));
    if (found !== undefined) return path + found;
  }
  return undefined;
}

function foldersOf(command: string, env: Command['env'], cwd: string): readonly string[] {
  if (/[\\/:]/.test(command)) return [cwd];
  const folders = (variable(env, 'PATH') ?? '').split(';').map((folder) => folder.replace(/^"(.*)"$/, '$1'));
  return folders.filter((folder) => win32.isAbsolute(folder));
}

function shellOf(env: Command['env']): string {
  const named = variable(env, 'ComSpec') ?? '';
  return win32.isAbsolute(named) ? named : `${systemRoot(env)}\\System32\\cmd.exe`;
}

function escapeArgument(argument: string, twice: boolean): string {
  // The shell ends at a line break, and quotes count for it whether or not a backslash stands before them.
  if (/[\r\n\0]/.test(argument) || (!twice && argument.includes('"'))) {
    throw new HallpassError('ERR_USAGE', 'an argument of the server can not be given to a batch file', {
      hint: 'No quotes and line breaks there. Name the program itself that the batch file starts, such as node.',
    });
  }
  const quoted = `"${argument.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end && `\\${end}`))}"`;
  return twice ? escape(escape(quoted)) : escape(quoted);
}

function escape(text: string): string {
  return text.replace(META, '^$&');
}

function variable(env: Command['env'], name: string): string | undefined {
  const key = Object.keys(env).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : env[key] || undefined;
}
