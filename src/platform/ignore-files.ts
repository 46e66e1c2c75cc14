import { dirname, join, relative, resolve, sep } from 'node:path';

import { type IgnoreRules, isIgnored, parseIgnoreFile } from '../core/ignore-rules.ts';
import { LIMITS } from '../core/limits.ts';
import { readEnvironment } from './environment.ts';
import { readSmallFile } from './files.ts';
import { tryGit } from './git.ts';

/** The rules of one file, which count from its directory on. */
interface Layer {
  readonly directory: string;
  readonly rules: IgnoreRules;
}

/** What is left out of a walk: the rules of each `.gitignore` on the way, the nearest first, then git's own two files. */
export class IgnoreFiles {
  readonly #layers: readonly Layer[];
  /** Absolute paths that git keeps although a rule matches them, and the directories above them. */
  readonly #tracked: ReadonlySet<string>;

  private constructor(layers: readonly Layer[], tracked: ReadonlySet<string>) {
    this.#layers = layers;
    this.#tracked = tracked;
  }

  /** The rules that hold for what is below `directory`, which belongs to `project`. */
  static async for(directory: string, project: string | undefined): Promise<IgnoreFiles> {
    const top = project ?? directory;
    const [own, tracked] = project === undefined ? [[], new Set<string>()] : await gitsOwn(project);
    const above = ancestors(directory, top).flatMap(layerAt);
    return new IgnoreFiles([...own, ...above], tracked);
  }

  /** The same within a directory below. */
  within(directory: string): IgnoreFiles {
    const [layer] = layerAt(resolve(directory));
    return layer === undefined ? this : new IgnoreFiles([...this.#layers, layer], this.#tracked);
  }

  ignores(path: string, kind: { isDirectory: boolean }): boolean {
    const absolute = resolve(path);
    if (this.#tracked.has(absolute)) return false;
    for (const { directory, rules } of this.#layers.toReversed()) {
      const said = isIgnored(rules, slashed(relative(directory, absolute)), kind);
      if (said !== undefined) return said;
    }
    return false;
  }
}

// From the top down to, and without, the directory itself: whoever walks it reads its file.
function ancestors(directory: string, top: string): string[] {
  const found: string[] = [];
  for (let at = resolve(directory); at !== resolve(top) && dirname(at) !== at;) {
    at = dirname(at);
    found.unshift(at);
  }
  return found;
}

function layerAt(directory: string): Layer[] {
  return layerFrom(join(directory, '.gitignore'), directory);
}

// Attacker-controlled: a link, a device or a file of gigabytes is as if it were not there, which leaves out less.
function layerFrom(file: string, directory: string): Layer[] {
  try {
    const text = readSmallFile(file, LIMITS.ignoreFileBytes)?.toString('utf8');
    const rules = text === undefined ? [] : parseIgnoreFile(text);
    return rules.length === 0 ? [] : [{ directory, rules }];
  } catch {
    return [];
  }
}

// core.excludesFile, then .git/info/exclude over it. And what git keeps anyway: `git add -f` of an ignored `.env` is just
// what a scan is to find.
async function gitsOwn(project: string): Promise<[Layer[], Set<string>]> {
  const [global, local, tracked] = await Promise.all([
    tryGit(project, ['config', '--path', '--get', 'core.excludesFile']),
    tryGit(project, ['rev-parse', '--git-path', 'info/exclude']),
    tryGit(project, ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard', '--full-name']),
  ]);
  const files = [
    global === undefined ? usualExcludes() : withoutNewline(global),
    local === undefined ? '.git/info/exclude' : withoutNewline(local),
  ];
  const layers = files.flatMap((file) => layerFrom(resolve(project, file), project));
  return [
    layers,
    withParents(
      project,
      (tracked ?? '').split('\0').filter((path) => path !== ''),
    ),
  ];
}

function withoutNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}

// git-config(1): where core.excludesFile is when nobody says.
function usualExcludes(): string {
  const { variables } = readEnvironment();
  const home = variables['HOME'] ?? variables['USERPROFILE'] ?? '';
  return join(variables['XDG_CONFIG_HOME'] || join(home, '.config'), 'git', 'ignore');
}

function withParents(project: string, paths: readonly string[]): Set<string> {
  const all = new Set<string>();
  for (const path of paths)
    for (let at = resolve(project, path); at !== project && !all.has(at); at = dirname(at)) all.add(at);
  return all;
}

function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}
