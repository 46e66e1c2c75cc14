import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

const GIVE_UP_MS = 60_000;
const POLL_MS = 20;

/** Ids of live processes whose environment holds `mark`. Reads /proc, so elsewhere than on Linux there are none. */
export function processesMarked(mark: string): number[] {
  if (process.platform !== 'linux') return [];
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => environmentOf(id).includes(mark)).map(Number);
}

/** Ids of the processes that this one started and that are still its own. Reads /proc. */
export function childrenOf(parent: number): number[] {
  return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** Whether there is such a process, and it is no zombie. Reads /proc. */
export function isAlive(id: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Kills what `alive` finds until it finds nothing more. */
export async function endProcesses(alive: () => number[]): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (let left = alive(); left.length > 0; left = alive()) {
    if (performance.now() > deadline) throw new Error(`processes ${left.join()} could not be ended`);
    left.forEach(end);
    await delay(POLL_MS);
  }
}

// A zombie has an empty environment, a process that has just gone none, and another user's is none of ours.
function environmentOf(id: string): string[] {
  try {
    return readFileSync(`/proc/${id}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function end(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
