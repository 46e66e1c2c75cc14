import { LIMITS } from '../core/limits.ts';
import { type ScanDeps, type ScanEvent, type ScanFile, scanFile, type ScanSource } from './scan.ts';

/** A file that any thread can read by its path. */
export interface DiskFile extends ScanFile {
  readonly path: string;
}

/** Threads that scan. */
export interface ScanPool {
  /** How many batches it works on at once. */
  readonly width: number;
  scan(batch: readonly DiskFile[]): Promise<readonly ScanEvent[]>;
  close(): Promise<void>;
}

export interface ScanManyDeps extends ScanDeps {
  /** Starts the threads; undefined where there is one core. */
  readonly startPool: (() => ScanPool) | undefined;
}

type Item = DiskFile | ScanFile | Extract<ScanEvent, { kind: 'unreadable' }>;

/**
 * What `scan` tells, in the same order, with other threads helping once there was more to read than it takes to start
 * them.
 */
export async function* scanMany(files: ScanSource, deps: ScanManyDeps): AsyncGenerator<ScanEvent> {
  const { startPool } = deps;
  const rest = items(files);
  let bytes = 0;
  const alone = startPool === undefined ? Infinity : LIMITS.scanAloneBytes;
  while (bytes < alone) {
    const next: IteratorResult<Item, undefined> = await rest.next();
    if (next.done === true) return;
    for await (const event of eventsOf(next.value, deps)) {
      if (event.kind === 'scanned') bytes += event.bytes;
      yield event;
    }
  }
  const pool = startPool?.();
  if (pool === undefined) return;
  try {
    yield* inOrder(rest, pool, deps);
  } finally {
    await pool.close();
  }
}

async function* items(files: ScanSource): AsyncGenerator<Item, undefined> {
  for await (const file of files) yield 'reason' in file ? { kind: 'unreadable', ...file } : file;
  return undefined;
}

async function* eventsOf(item: Item, deps: ScanDeps): AsyncGenerator<ScanEvent> {
  if ('kind' in item) yield item;
  else yield* scanFile(item, deps);
}

// Batches are begun ahead, and told in the order in which they were begun.
async function* inOrder(
  rest: AsyncGenerator<Item, undefined>,
  pool: ScanPool,
  deps: ScanDeps,
): AsyncGenerator<ScanEvent> {
  const ahead: Promise<readonly ScanEvent[]>[] = [];
  for await (const batch of batches(rest)) {
    const begun = scanBatch(batch, pool, deps);
    // Told when it is its turn; a failure before that is not an unhandled one.
    begun.catch(() => undefined);
    ahead.push(begun);
    if (ahead.length >= pool.width * LIMITS.scanBatchesAhead) yield* (await ahead.shift()) ?? [];
  }
  for (const begun of ahead) yield* await begun;
}

async function scanBatch(
  batch: readonly Item[],
  pool: ScanPool,
  deps: ScanDeps,
): Promise<readonly ScanEvent[]> {
  if (batch.every((item) => 'path' in item)) return scanElsewhere(batch, pool, deps);
  const events: ScanEvent[] = [];
  for (const item of batch) for await (const event of eventsOf(item, deps)) events.push(event);
  return events;
}

async function scanElsewhere(
  batch: readonly DiskFile[],
  pool: ScanPool,
  { onRead }: ScanDeps,
): Promise<readonly ScanEvent[]> {
  const events = await pool.scan(batch);
  for (const event of events) if (event.kind === 'scanned') onRead?.(event.bytes);
  return events;
}

// What no other thread can read is a batch of its own.
async function* batches(rest: AsyncGenerator<Item, undefined>): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of rest) {
    const isAlone = !('path' in item);
    if (batch.length > 0 && (isAlone || batch.length >= LIMITS.scanBatchFiles)) {
      yield batch;
      batch = [];
    }
    if (isAlone) yield [item];
    else batch.push(item);
  }
  if (batch.length > 0) yield batch;
}
