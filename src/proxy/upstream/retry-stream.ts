import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../../core/errors.ts';
import type { EventCursor } from '../../core/jsonrpc/event-cursor.ts';
import { EventTooLongError } from '../../core/jsonrpc/sse.ts';
import { LIMITS } from '../../core/limits.ts';

interface Stream {
  readonly signal: AbortSignal;
  /** Whether there is still something to wait for. */
  readonly isWanted: () => boolean;
  /** Opens it after the event with this id and reads it to its end; false when the server will not. */
  readonly open: (after: string | undefined) => Promise<boolean>;
}

/** Opens a stream that has ended again and again, as long as that brings something and something is wanted. */
export async function retryStream(cursor: EventCursor, { signal, isWanted, open }: Stream): Promise<void> {
  for (let misses = 0; misses < LIMITS.streamRetries && isWanted(); misses += 1) {
    await delay(cursor.retryMs ?? LIMITS.streamRetryMs, undefined, { signal });
    const { messages } = cursor;
    try {
      if (!(await open(cursor.id))) return;
    } catch (error) {
      if (!isBroken(error)) throw error;
    }
    if (cursor.messages > messages) misses = -1;
  }
}

/** Whether it was the connection that failed, and not what came over it. */
export function isBroken(error: unknown): boolean {
  if (error instanceof EventTooLongError || error instanceof HallpassError) return false;
  return error instanceof Error && 'code' in error && error.name !== 'AbortError';
}
