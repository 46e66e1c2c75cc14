import process from 'node:process';

import { render } from 'ink';
import type { ReactNode } from 'react';

// DECAWM: what a terminal thinks wider than we do is cut at its edge, where it would push all that follows off its place.
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

export interface ShowOptions {
  /** For tests; otherwise the terminal of this process. */
  readonly stdout?: NodeJS.WriteStream;
  readonly stdin?: NodeJS.ReadStream;
}

/** Shows a screen that fills the terminal, until it leaves with a result. The terminal is then as it was. */
export async function showScreen(tree: ReactNode, options: ShowOptions = {}): Promise<unknown> {
  const { stdout = process.stdout, stdin = process.stdin } = options;
  // Keys that came early are still echoed: neither they nor the column they leave the cursor in are to shift the first line.
  if (stdin.isTTY) stdin.setRawMode(true);
  stdout.write(`\r${NO_WRAP}`);
  const wrapAgain = (): void => void stdout.write(WRAP);
  const forget = onEnding(wrapAgain);
  try {
    const screen = render(tree, {
      ...options,
      exitOnCtrlC: false,
      alternateScreen: true,
      patchConsole: false,
      interactive: true,
      incrementalRendering: true,
    });
    return await screen.waitUntilExit();
  } finally {
    forget();
    wrapAgain();
  }
}

// Ink puts back all that it has changed before a signal ends the program, but knows nothing of what we have.
function onEnding(putBack: () => void): () => void {
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals): void => {
    putBack();
    forget();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return forget;
}

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
