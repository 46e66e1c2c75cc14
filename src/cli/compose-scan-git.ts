import { join, relative, resolve } from 'node:path';
import process from 'node:process';

import type { ScanDeps, ScanEvent } from '../app/scan.ts';
import { scanGit } from '../app/scan-git.ts';
import { HallpassError } from '../core/errors.ts';
import { GitBlobs } from '../platform/git-blobs.ts';
import { changesSince, gitTop, stagedChanges } from '../platform/git-changes.ts';
import { slashed } from './compose-scan.ts';

/** What the index, or the commits since a revision, bring anew. */
export async function* gitEvents(
  { paths, since }: { paths: readonly string[]; since: string | undefined },
  deps: ScanDeps,
): AsyncGenerator<ScanEvent> {
  const top = await gitTop(process.cwd());
  const inside = paths.map((path) => inRepository(top, path));
  const blobs = new GitBlobs(top);
  try {
    yield* scanGit({
      ...deps,
      changes: since === undefined ? stagedChanges(top, inside) : changesSince(top, since, inside),
      read: (blob) => blobs.read(blob),
      shown: (path) => relative(process.cwd(), join(top, path)),
      project: top,
    });
  } finally {
    blobs.close();
  }
}

function inRepository(top: string, path: string): string {
  const inside = slashed(relative(top, resolve(path)));
  if (!inside.startsWith('..')) return inside === '' ? '.' : inside;
  throw new HallpassError('ERR_USAGE', `${path} is not in the repository ${top}`);
}
