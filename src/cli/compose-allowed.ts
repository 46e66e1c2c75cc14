import { join } from 'node:path';
import process from 'node:process';

import type { ExceptionFiles, HereTest } from '../app/allowed.ts';
import { EXCEPTIONS_FILE as PROJECT_FILE } from '../app/exceptions.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { Placeholders } from '../core/mask/placeholders.ts';
import { visible } from '../core/visible.ts';
import { readEnvironment } from '../platform/environment.ts';
import { readSmallFile } from '../platform/files.ts';
import { KeychainUnavailable } from '../platform/keychain.ts';
import { writeOwnFile } from '../platform/own-file.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { writeProjectText } from '../platform/project-text.ts';
import { openExistingVault, type Vault } from '../platform/vault.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { deviceVaultDeps } from './compose.ts';
import { readOwn } from './compose-allow-value.ts';
import { EXCEPTIONS_FILE } from './compose-exceptions.ts';

/** The files that `allow` writes: the person's, and the one of this project. */
export function exceptionFiles(): ExceptionFiles {
  const workspace = findWorkspace(process.cwd());
  const own = join(hallpassPaths(readEnvironment()).configDir, EXCEPTIONS_FILE);
  const project = join(workspace, PROJECT_FILE);
  return {
    own: { file: own, read: () => readOwn(own, workspace), write: (text) => writeOwnFile(own, text) },
    project: {
      file: project,
      read: () => readSmallFile(project, LIMITS.allowFileBytes)?.toString('utf8'),
      write: (text) => writeProjectText(project, text),
    },
  };
}

/** Tells the placeholders of this project from others. A list is worth something without that, and asks for no passphrase. */
export async function keysHere(note: (line: string) => void): Promise<HereTest> {
  const environment = readEnvironment();
  const deps = deviceVaultDeps(environment, hallpassPaths(environment));
  const unknown = (why: string): HereTest => {
    note(`hallpass: ${visible(why, { oneLine: true })}: which are of this project is not known`);
    return () => null;
  };
  try {
    const vault = await openExistingVault({ ...deps, askPassphrase: undefined });
    return vault === undefined ? () => false : ofThisProject(vault);
  } catch (error) {
    if (error instanceof KeychainUnavailable) return unknown(error.message);
    if (error instanceof HallpassError && error.code === 'ERR_KEYCHAIN') return unknown(error.message);
    throw error;
  }
}

function ofThisProject(vault: Vault): HereTest {
  const placeholders = new Placeholders(vault.workspaceKey(findWorkspace(process.cwd())));
  return (placeholder) => placeholders.isIssued(placeholder);
}
