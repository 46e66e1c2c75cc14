/** A thread of `hallpass scan`: gets batches of files, answers with what it found. */
import { parentPort, workerData } from 'node:worker_threads';

import { type ScanEvent, scanFile } from '../app/scan.ts';
import type { Profile } from '../core/mask/profile.ts';
import { diskFile, scanDeps } from './compose-scan.ts';
import type { SentFile } from './scan-pool.ts';

const deps = scanDeps(workerData as { profile: Profile });

parentPort?.on('message', (files: readonly SentFile[]) => {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  void scanAll(files).then((events) => parentPort?.postMessage(events));
});

async function scanAll(files: readonly SentFile[]): Promise<ScanEvent[]> {
  const events: ScanEvent[] = [];
  for (const file of files) for await (const event of scanFile(diskFile(file), deps)) events.push(event);
  return events;
}
