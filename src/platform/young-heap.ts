import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Smaller, the garbage collector runs so often that a call takes a fifth longer. */
const ENOUGH_BYTES = 16 * 1024 * 1024;
const LOOK_MS = 1_000;

/**
 * Keeps the part of the heap where new objects are made from growing without need. V8 doubles it as traffic goes on and
 * hardly gives it back: in 100,000 calls a proxy that holds 16 MB of objects grew from 110 to 230 MB.
 */
export function boundYoungHeap(): void {
  const timer = setInterval(() => {
    if (isYoungHeapBound()) clearInterval(timer);
  }, LOOK_MS).unref();
}

/** Stops it where it is, if it is large enough. */
export function isYoungHeapBound(): boolean {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  if (young === undefined || young.space_size < ENOUGH_BYTES) return false;
  setFlagsFromString('--semi-space-growth-factor=1');
  return true;
}
