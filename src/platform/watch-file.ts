import { LIMITS } from '../core/limits.ts';
import { fileStamp } from './file-stamp.ts';

/**
 * Calls when a file may have changed since now, also when another one has taken its place, until the function returned is
 * called. By looking now and then: events are not to be had from all file systems.
 */
export function watchFile(path: string, changed: () => void): () => void {
  let last = fileStamp(path);
  const timer = setInterval(() => {
    const stamp = fileStamp(path);
    if (stamp === last) return;
    last = stamp;
    changed();
  }, LIMITS.policyFileMs);
  timer.unref();
  return () => clearInterval(timer);
}
