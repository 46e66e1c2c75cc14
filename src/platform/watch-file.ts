import { unwatchFile, watchFile as watchStat, type StatsListener } from 'node:fs';

import { LIMITS } from '../core/limits.ts';

/**
 * Calls when a file may have changed, also when another one has taken its place, until the function returned is called. By
 * looking now and then: events are not to be had from all file systems.
 */
export function watchFile(path: string, changed: () => void): () => void {
  const listener: StatsListener = () => changed();
  watchStat(path, { interval: LIMITS.policyFileMs, persistent: false }, listener);
  return () => unwatchFile(path, listener);
}
