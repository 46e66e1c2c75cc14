import { statSync } from 'node:fs';

import { LIMITS } from '../core/limits.ts';

/**
 * Calls when a file may have changed since now, also when another one has taken its place, until the function returned is
 * called. By looking now and then: events are not to be had from all file systems.
 */
export function watchFile(path: string, changed: () => void): () => void {
  let last = stampOf(path);
  const timer = setInterval(() => {
    const stamp = stampOf(path);
    if (stamp === last) return;
    last = stamp;
    changed();
  }, LIMITS.policyFileMs);
  timer.unref();
  return () => clearInterval(timer);
}

// What can't be looked at is another state, too: whoever reads it will say why.
function stampOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? '' : [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
  } catch {
    return '';
  }
}
