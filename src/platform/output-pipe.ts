import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A pipe for a child to write into. */
export interface OutputPipe {
  /** For the child's stdio; closed here once it has it. */
  readonly writeEnd: number;
  readonly reader: Socket;
  /** The child has its own by now. */
  handedOver(): void;
}

/**
 * True pipes. What Node makes for `stdio: 'pipe'` are sockets, which nobody can open again: `echo … > /dev/stderr`, of which
 * shell scripts are full, would fail with ENXIO. The names are gone before anything else could find them.
 */
export function makePipes(count: number): OutputPipe[] {
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-run-'));
  try {
    const paths = Array.from({ length: count }, (_, i) => join(directory, String(i)));
    const { error, status } = spawnSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`mkfifo failed with ${status}`);
    return paths.map(openPipe);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

// The reading end first: to open the other one would wait for it.
function openPipe(path: string): OutputPipe {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  const reader = new Socket({ fd: readEnd, readable: true, writable: false });
  return { writeEnd, reader, handedOver: () => closeSync(writeEnd) };
}
