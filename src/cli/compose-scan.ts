import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import process from 'node:process';

import type { ExcuseDeps } from '../app/excuse.ts';
import { type Exception, EXCEPTIONS_FILE } from '../app/exceptions.ts';
import type { ScanFile, Unreadable } from '../app/scan.ts';
import type { DiskFile, ScanManyDeps } from '../app/scan-many.ts';
import { LIMITS } from '../core/limits.ts';
import { createDetector } from '../core/mask/detect.ts';
import { lookalikeEnd } from '../core/mask/placeholder-text.ts';
import type { Profile } from '../core/mask/profile.ts';
import { readSmallFile } from '../platform/files.ts';
import { fileProblem, pathKind, readPieces, walkFiles } from '../platform/walk-files.ts';
import { findWorkspace } from '../platform/workspace.ts';
import type { ScanPool } from '../app/scan-many.ts';

/** What scanning needs in any thread. */
export function scanDeps({ profile }: { profile: Profile }): Pick<ScanManyDeps, 'detector' | 'reason'> {
  return { detector: createDetector({ issuedEnd: lookalikeEnd, profile }), reason: fileProblem };
}

/** Starts threads, where there are cores for them. */
export async function poolStarter(profile: Profile): Promise<(() => ScanPool) | undefined> {
  const cores = availableParallelism();
  if (cores < 2) return undefined;
  const { startScanPool } = await import('./scan-pool.ts');
  return () => startScanPool({ width: cores, profile });
}

/** The files that paths of the command line stand for. */
export async function* filesAt(
  paths: readonly string[],
  options: { readonly ignore: boolean },
): AsyncGenerator<ScanFile | Unreadable> {
  for (const path of paths) {
    if (path === '-') yield { file: '-', relative: '-', isNamed: true, read: () => process.stdin };
    else yield* filesUnder(path, options);
  }
}

/** Files and bytes below these paths, for a progress bar. */
export async function sizeOf(
  paths: readonly string[],
  options: { readonly ignore: boolean },
): Promise<{ files: number; bytes: number }> {
  const { statSync } = await import('node:fs');
  const total = { files: 0, bytes: 0 };
  for await (const file of filesAt(paths, options)) {
    if (!('path' in file)) continue;
    total.files++;
    total.bytes += statSync((file as DiskFile).path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return total;
}

/** A file as the threads that scan read it. */
export function diskFile(file: Omit<DiskFile, 'read'>): DiskFile {
  return { ...file, read: () => readPieces(file.path) };
}

async function* filesUnder(
  path: string,
  { ignore }: { ignore: boolean },
): AsyncGenerator<DiskFile | Unreadable> {
  const isDirectory = pathKind(path) === 'directory';
  const directory = resolve(isDirectory ? path : dirname(path));
  const project = findWorkspace(directory);
  const ignored = ignore && isDirectory ? await ignoreRules(directory, project) : undefined;
  for (const walked of walkFiles(path, { ignored })) {
    if ('reason' in walked) yield { file: walked.path, reason: walked.reason };
    else yield diskFile({ ...placed(walked.path, project), isNamed: !isDirectory });
  }
}

async function ignoreRules(directory: string, project: string) {
  const { IgnoreFiles } = await import('../platform/ignore-files.ts');
  const isRepository = pathKind(join(project, '.git')) !== 'missing';
  return IgnoreFiles.for(directory, isRepository ? project : undefined);
}

function placed(path: string, project: string): Pick<DiskFile, 'file' | 'path' | 'relative' | 'project'> {
  return { file: path, path, relative: slashed(relative(project, resolve(path))), project };
}

/** A path with `/` on every system. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

/** Where exceptions and a baseline are. Files are read when a finding asks for them, and once. */
export function excuseDeps(baseline: ReadonlySet<string>): ExcuseDeps {
  const known = new Map<string, Promise<readonly Exception[]>>();
  return {
    baseline,
    exceptionsOf: (project) => {
      const exceptions = known.get(project) ?? exceptionsIn(join(project, EXCEPTIONS_FILE));
      known.set(project, exceptions);
      return exceptions;
    },
  };
}

async function exceptionsIn(file: string): Promise<readonly Exception[]> {
  const text = readSmallFile(file, LIMITS.allowFileBytes)?.toString('utf8');
  if (text === undefined) return [];
  const { parseExceptions } = await import('../app/exceptions-file.ts');
  return parseExceptions(text, file);
}
