import process from 'node:process';

/** Milliseconds of this thread's processor time: what others do meanwhile does not count. */
export async function processorMs(run: () => Promise<void> | void): Promise<number> {
  const began = process.threadCpuUsage();
  await run();
  const { user, system } = process.threadCpuUsage(began);
  return Math.max(0.001, (user + system) / 1000);
}

/** Milliseconds that pass, for what is so short that mostly nothing comes between; the thread's own clock is too coarse. */
export function elapsedMs(run: () => unknown): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}
