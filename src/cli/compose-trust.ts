import process from 'node:process';
import { createInterface } from 'node:readline/promises';

import type { TrustDeps } from '../app/trust.ts';
import { visible } from '../core/visible.ts';
import { readEnvironment } from '../platform/environment.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { readConfigFile, TrustStore } from '../platform/project.ts';
import { findWorkspace } from '../platform/workspace.ts';
import type { Terminal } from './terminal.ts';

/** Wires `trust` to this machine. */
export function trustDeps(terminal: Terminal): TrustDeps {
  const store = new TrustStore(hallpassPaths(readEnvironment()).stateDir);
  const canAsk = terminal.stdinIsTty && terminal.stderrIsTty;
  return {
    readProjectFile: () => readConfigFile(findWorkspace(process.cwd())) ?? readConfigFile(process.cwd()),
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

async function confirm(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
