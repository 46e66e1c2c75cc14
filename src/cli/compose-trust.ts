import process from 'node:process';

import type { AcceptDeps } from '../app/accept-definitions.ts';
import type { TrustDeps } from '../app/trust.ts';
import { visible } from '../core/visible.ts';
import { DefinitionPins } from '../platform/definition-pins.ts';
import { readEnvironment } from '../platform/environment.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { readProjectFile, TrustStore } from '../platform/project.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { confirm } from './confirm.ts';
import type { Terminal } from './terminal.ts';

/** Wires `trust` to this machine. */
export function trustDeps(terminal: Terminal): TrustDeps {
  const store = new TrustStore(hallpassPaths(readEnvironment()).stateDir);
  const canAsk = terminal.stdinIsTty && terminal.stderrIsTty;
  return {
    readProjectFile: () => readProjectFile(process.cwd()),
    isTrusted: (file) => store.isTrusted(file),
    trust: (file) => store.trust(file),
    show: ({ path, text, digest }) => {
      terminal.note(`${path}  sha256 ${digest}`);
      // The project wrote it, so nothing in it may run in the terminal.
      for (const line of text.split('\n')) terminal.note(`  | ${visible(line, { oneLine: true })}`);
    },
    confirm: canAsk ? confirm : undefined,
  };
}

/** Wires `trust --tools` to this machine. */
export function acceptDeps(terminal: Terminal): AcceptDeps {
  const { stateDir } = hallpassPaths(readEnvironment());
  const canAsk = terminal.stdinIsTty && terminal.stderrIsTty;
  return {
    pins: () => new DefinitionPins(stateDir, findWorkspace(process.cwd())).list(),
    show: (line) => terminal.note(visible(line, { oneLine: true })),
    confirm: canAsk ? confirm : undefined,
    now: Date.now,
  };
}
