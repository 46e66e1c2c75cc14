import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { isSystemError } from '../core/errors.ts';
import { compileGlob } from '../core/glob.ts';
import { readEnvironment } from './environment.ts';

/** The directories under which agents keep their files. */
export interface AgentBases {
  readonly home: string;
  /** ~/Library/Application Support, %APPDATA%, or $XDG_CONFIG_HOME. */
  readonly applications: string;
  /** %LOCALAPPDATA%; elsewhere the same as `applications`. */
  readonly local: string;
  /** What follows the XDG base directories on every system. */
  readonly configuration: string;
  readonly data: string;
  readonly state: string;
  readonly claude: string;
  readonly codex: string;
  readonly copilot: string;
  readonly continue: string;
  readonly project: string;
}

/** Where they are on this machine, for a project. */
export function agentBases(project: string): AgentBases {
  const { variables } = readEnvironment();
  const home = homedir();
  return {
    home,
    applications: applicationsIn(home, variables),
    local: process.platform === 'win32' ? localIn(home, variables) : applicationsIn(home, variables),
    configuration: variables['XDG_CONFIG_HOME'] || join(home, '.config'),
    data: variables['XDG_DATA_HOME'] || join(home, '.local/share'),
    state: variables['XDG_STATE_HOME'] || join(home, '.local/state'),
    claude: variables['CLAUDE_CONFIG_DIR'] || join(home, '.claude'),
    codex: variables['CODEX_HOME'] || join(home, '.codex'),
    copilot: variables['COPILOT_HOME'] || join(home, '.copilot'),
    continue: variables['CONTINUE_GLOBAL_DIR'] || join(home, '.continue'),
    project,
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

function localIn(home: string, variables: Variables): string {
  return variables['LOCALAPPDATA'] || join(home, 'AppData/Local');
}

function applicationsIn(home: string, variables: Variables): string {
  if (process.platform === 'darwin') return join(home, 'Library/Application Support');
  if (process.platform === 'win32') return variables['APPDATA'] || join(home, 'AppData/Roaming');
  return variables['XDG_CONFIG_HOME'] || join(home, '.config');
}

/** A file that was found, and when it was last changed. */
export interface FoundFile {
  readonly path: string;
  readonly changed: Date;
}

/** The files below `base` that a pattern means, in a stable order. Links are followed only where a name is spelled out. */
export function expandFiles(base: string, pattern: string): FoundFile[] {
  return expand(base, pattern.split('/'));
}

function expand(directory: string, [part = '', ...rest]: readonly string[]): FoundFile[] {
  if (part === '**')
    return [...expand(directory, rest), ...below(directory).flatMap((at) => expand(at, ['**', ...rest]))];
  if (part.includes('*')) {
    const matches = compileGlob(part);
    const entries = entriesOf(directory).filter(({ name }) => matches(name));
    if (rest.length === 0)
      return entries.filter((entry) => entry.isFile()).flatMap(({ name }) => fileAt(join(directory, name)));
    return entries
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => expand(join(directory, name), rest));
  }
  const path = join(directory, part);
  return rest.length === 0 ? fileAt(path) : expand(path, rest);
}

function below(directory: string): string[] {
  return entriesOf(directory)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
}

function entriesOf(directory: string) {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // An agent that is not used here has no directory; what may not be listed can't be read either.
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP')) return [];
    throw error;
  }
}

function fileAt(path: string): FoundFile[] {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true ? [{ path, changed: stats.mtime }] : [];
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP')) return [];
    throw error;
  }
}
