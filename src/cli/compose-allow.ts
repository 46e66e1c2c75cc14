import { join, relative } from 'node:path';
import process from 'node:process';

import type { AllowDeps } from '../app/allow.ts';
import { EXCEPTIONS_FILE } from '../app/exceptions.ts';
import { scanMany } from '../app/scan-many.ts';
import { LIMITS } from '../core/limits.ts';
import type { Profile } from '../core/mask/profile.ts';
import { readSmallFile } from '../platform/files.ts';
import { writeProjectText } from '../platform/project-text.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { filesAt, poolStarter, scanDeps } from './compose-scan.ts';
import { confirm } from './confirm.ts';
import { showChange } from './present-change.ts';
import { findingLines } from './present-scan.ts';
import type { Terminal } from './terminal.ts';

/** Wires `allow` to this project, or to the paths that are named. */
export async function allowDeps(
  { paths, profile }: { paths: readonly string[]; profile: Profile },
  terminal: Terminal,
): Promise<AllowDeps> {
  const here = process.cwd();
  const places = paths.length === 0 ? [relative(here, findWorkspace(here)) || '.'] : paths;
  const startPool = await poolStarter(profile);
  return {
    events: scanMany(filesAt(places, { ignore: true }), { ...scanDeps({ profile }), startPool }),
    read: (project) => readSmallFile(fileIn(project), LIMITS.allowFileBytes)?.toString('utf8'),
    write: (project, text) => writeProjectText(fileIn(project), text),
    show: (finding, change) => {
      for (const line of findingLines(finding)) terminal.note(line);
      showChange(change, terminal);
    },
    confirm: terminal.stdinIsTty && terminal.stderrIsTty ? confirm : undefined,
  };
}

function fileIn(project: string): string {
  return join(project, EXCEPTIONS_FILE);
}
