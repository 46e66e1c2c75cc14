import process from 'node:process';

import type { Connection } from '../app/project-file.ts';
import type { PinStore } from '../core/policy/definitions/pins.ts';
import { keyed } from '../core/policy/definitions/read.ts';
import { DefinitionPins, MemoryPins } from '../platform/definition-pins.ts';
import type { Paths } from '../platform/paths.ts';
import { findWorkspace } from '../platform/workspace.ts';

/** Where the definitions of a connection are pinned: for its name and what stands behind it together. */
export function openPins(
  { connection, target }: { connection: string; target: Connection },
  { stateDir }: Paths,
  about: { key: Uint8Array; connection: string; upstream: string; persistent: boolean },
): PinStore {
  if (!about.persistent) return new MemoryPins();
  const behind = 'command' in target ? [target.command, ...target.args] : [new URL(target.url).origin];
  const identity = keyed(about.key, 'connection', JSON.stringify([connection, ...behind]));
  const { upstream } = about;
  return new DefinitionPins(stateDir, findWorkspace(process.cwd())).open(identity, {
    connection: about.connection,
    upstream,
  });
}
