import { type FSWatcher, watch, type WatchListener } from 'node:fs';
import { join } from 'node:path';

import { LIMITS } from '../core/limits.ts';
import { fileStamp } from './file-stamp.ts';

/**
 * Calls when something may have changed in a directory, or in its files of those names, until closed: at most once in
 * `LIMITS.watchRestMs`, and where names are not given, for what is only written on, in `LIMITS.watchPollMs`. Where the system tells of changes, by its word; and by looking now and then, since not all do.
 */
export function watchDirectory(
  path: string,
  { names, changed }: { readonly names?: readonly string[]; readonly changed: () => void },
): { close(): void } {
  const soon = resting(changed, LIMITS.watchRestMs);
  const later = resting(changed, LIMITS.watchPollMs);
  const paths = names?.map((name) => join(path, name)) ?? [path];
  let last = stampOf(paths);
  const timer = setInterval(() => {
    const now = stampOf(paths);
    if (now !== last) soon.call();
    last = now;
  }, LIMITS.watchPollMs).unref();
  const watcher = tryWatch(path, (event, name) => {
    if (names === undefined && event === 'change') later.call();
    else if (name === null || names === undefined || names.includes(name)) soon.call();
  });
  return {
    close: () => {
      clearInterval(timer);
      watcher?.close();
      soon.close();
      later.close();
    },
  };
}

// Not everywhere, and not for ever: there may be too many watchers, or the directory goes.
function tryWatch(path: string, changed: WatchListener<string>): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, changed);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}

/** At once, and then again after a while if there was more meanwhile. */
function resting(call: () => void, ms: number): { call(): void; close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  const run = (): void => {
    isDue = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue) run();
    }, ms).unref();
    call();
  };
  return {
    call: () => {
      if (timer === undefined) run();
      else isDue = true;
    },
    close: () => clearTimeout(timer),
  };
}

function stampOf(paths: readonly string[]): string {
  return paths.map(fileStamp).join();
}
