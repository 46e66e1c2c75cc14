import process from 'node:process';

import type { ScanDeps, ScanFile, Unreadable } from '../app/scan.ts';
import { createDetector } from '../core/mask/detect.ts';
import { lookalikeEnd } from '../core/mask/placeholders.ts';
import { fileProblem, readText, relativePath, walkFiles } from '../platform/walk-files.ts';

/** What `hallpass scan` needs: the detector and the files. */
export function scanDeps(): ScanDeps {
  return { detector: createDetector({ issuedEnd: lookalikeEnd }), files, reason: fileProblem };
}

function* files(path: string): Generator<ScanFile | Unreadable> {
  if (path === '-') {
    yield { file: '-', relative: '-', read: () => process.stdin };
    return;
  }
  for (const walked of walkFiles(path)) {
    if ('reason' in walked) yield { file: walked.path, reason: walked.reason };
    else yield { file: walked.path, relative: relativePath(walked.path), read: () => readText(walked.path) };
  }
}
