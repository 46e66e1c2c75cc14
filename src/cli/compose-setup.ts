import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import type { Place } from '../app/setup-place.ts';
import type { SetupDeps, SetupRequest, SetupStore } from '../app/setup.ts';
import type { ClientName } from '../app/setup-entries.ts';
import { plainUndoLog, sealedUndoLog } from '../app/setup-log.ts';
import type { Launch } from '../app/setup-rewrite.ts';
import type { UndoDeps } from '../app/setup-undo.ts';
import { HallpassError } from '../core/errors.ts';
import { SecretBook } from '../identity/secret-book.ts';
import { clientConfigs } from '../platform/client-configs.ts';
import { type Environment, readEnvironment } from '../platform/environment.ts';
import { ensureDirectory, readSmallFile, replaceFile } from '../platform/files.ts';
import { LIMITS } from '../core/limits.ts';
import { hallpassPaths, type Paths } from '../platform/paths.ts';
import { digestOf, readTextFile, removeTextFile, writeTextFile } from '../platform/text-file.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { openDeviceVault } from './compose.ts';
import { openStore } from './compose-identity.ts';
import { confirm } from './confirm.ts';
import { showProposal } from './present-setup.ts';
import type { Terminal } from './terminal.ts';

interface Whose {
  readonly client: ClientName;
  readonly isProject: boolean;
}

/** Wires `setup` to this machine. */
export function setupDeps(request: SetupRequest, terminal: Terminal): SetupDeps {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  return {
    ...places(request, environment, paths),
    launch: launchOf(environment, paths),
    openStore: () => openSetupStore(environment, paths),
    digest: digestOf,
    show: (proposal) => {
      showProposal(proposal, terminal);
      // It is a secret, so it is not written anywhere.
      if (
        environment.passphrase !== undefined &&
        proposal.plan.servers.some(({ outcome }) => outcome === 'wrapped')
      )
        terminal.note('hallpass: the client needs HALLPASS_PASSPHRASE in its own environment');
    },
    confirm: terminal.stdinIsTty && terminal.stderrIsTty ? confirm : undefined,
    now: Date.now,
  };
}

/** Wires `setup --undo` to this machine. */
export async function undoDeps(whose: Whose): Promise<UndoDeps> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const { book, undo } = await openSetupStore(environment, paths);
  return { ...places(whose, environment, paths), book, undo, digest: digestOf };
}

function places(
  { client, isProject }: Whose,
  environment: Environment,
  { configDir }: Paths,
): { config: Place; connections: Place } {
  const project = findWorkspace(process.cwd());
  const files = clientConfigs(environment, project)[client];
  return {
    config: isProject ? placeOf(files.project, project) : placeOf(files.own),
    connections: placeOf(join(configDir, 'hallpass.yaml')),
  };
}

function placeOf(path: string, within?: string): Place {
  return {
    path,
    read: () => readTextFile(path, within),
    write: writeTextFile,
    remove: () => removeTextFile(path),
  };
}

async function openSetupStore(environment: Environment, paths: Paths): Promise<SetupStore> {
  const vault = await openDeviceVault(environment, paths);
  if (!vault.persistent)
    return { book: undefined, requireBook: () => refuse(vault.why), undo: plainLog(paths) };
  const store = openStore(vault, paths);
  const book = new SecretBook(store);
  return { book, requireBook: () => book, undo: sealedUndoLog(store) };
}

function refuse(why: string | undefined): never {
  throw new HallpassError('ERR_KEYCHAIN', `no secret can be moved: ${why ?? 'there is no keychain'}`, {
    hint: 'Unlock the keychain, or set HALLPASS_KEYCHAIN=file and HALLPASS_PASSPHRASE. With --keep-secrets they stay where they are.',
  });
}

function plainLog({ stateDir }: Paths): ReturnType<typeof plainUndoLog> {
  const path = join(stateDir, 'setup.json');
  return plainUndoLog({
    read: () => readSmallFile(path, LIMITS.credentialBytes)?.toString('utf8'),
    write: (text) => {
      ensureDirectory(stateDir);
      replaceFile(path, text);
    },
  });
}

// Absolute, since a client has a PATH and a directory of its own.
function launchOf(environment: Environment, { configDir, stateDir, cacheDir }: Paths): Launch {
  const { variables } = environment;
  const isSet = (...names: string[]): boolean => names.some((name) => Boolean(variables[name]));
  const env = {
    ...(isSet('HALLPASS_CONFIG_DIR', 'XDG_CONFIG_HOME') && { HALLPASS_CONFIG_DIR: configDir }),
    ...(isSet('HALLPASS_STATE_DIR', 'XDG_STATE_HOME') && { HALLPASS_STATE_DIR: stateDir }),
    ...(isSet('HALLPASS_CACHE_DIR') && { HALLPASS_CACHE_DIR: cacheDir }),
    ...(environment.keychain !== undefined && { HALLPASS_KEYCHAIN: environment.keychain }),
    ...(environment.profile !== undefined && { HALLPASS_PROFILE: environment.profile }),
  };
  return { command: resolve(process.execPath), args: [ownProgram()], env };
}

/** `bin/run.js` of this very package. */
function ownProgram(): string {
  return fileURLToPath(new URL('../../bin/run.js', import.meta.url));
}
