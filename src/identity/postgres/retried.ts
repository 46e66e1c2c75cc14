import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { LIMITS } from '../../core/limits.ts';
import type { Database } from './database.ts';

/**
 * Does it in a transaction, and once more where somebody else has changed the same entries of the catalog meanwhile: who owns a
 * table and who may read it is in one row, which PostgreSQL does not wait for. Throws ERR_DATABASE.
 */
export async function retried(database: Database, change: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await inTransaction(database, change);
      return;
    } catch (error) {
      if (!database.isConflict(error) || tries >= LIMITS.databaseTries) throw error;
    }
    // Not all of them at the same time again.
    await delay(randomInt(LIMITS.databaseRetryMs * Math.min(tries, 10)));
  }
}

async function inTransaction(database: Database, change: () => Promise<void>): Promise<void> {
  await database.query('BEGIN');
  try {
    await change();
    await database.query('COMMIT');
  } catch (error) {
    await database.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
