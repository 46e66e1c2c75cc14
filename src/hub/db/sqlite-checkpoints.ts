import type { Checkpoints, RunningCheckpoint } from './database.ts';
import type { Sqlite } from './sqlite-connection.ts';

interface Row extends Omit<RunningCheckpoint, 'subtrees' | 'acceptedAt'> {
  readonly subtrees: Uint8Array;
  readonly accepted_at: number;
}

const REPLACE = `INSERT OR REPLACE INTO checkpoints
  (session, size, bytes, subtrees, checkpoint, signature, accepted_at, cosignature)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const HEARD = `UPDATE sessions
  SET heard_at = ?, kind = ?, connection = ?, started_at = ?, events = ? WHERE id = ?`;

/** The checkpoints of running sessions in SQLite. */
export function sqliteCheckpoints(sqlite: Sqlite): Checkpoints {
  return {
    find: async (session) => find(sqlite, session),
    replace: async (session, before, next) =>
      sqlite.transaction(() => {
        if ((find(sqlite, session)?.size ?? 0) !== before || !isOpen(sqlite, session)) return false;
        const { size, bytes, subtrees, checkpoint, signature, acceptedAt, cosignature } = next;
        const seal = [checkpoint, signature, acceptedAt, cosignature] as const;
        sqlite.run(REPLACE, session, size, bytes, subtrees, ...seal);
        const { kind, connection, started_at } = next;
        sqlite.run(HEARD, acceptedAt, kind, connection, started_at, size, session);
        return true;
      }),
  };
}

function find(sqlite: Sqlite, session: string): RunningCheckpoint | undefined {
  const [row] = sqlite.rows<Row>('SELECT * FROM checkpoints WHERE session = ?', session);
  if (row === undefined) return undefined;
  const { size, bytes, subtrees, checkpoint, signature, accepted_at: acceptedAt, cosignature } = row;
  return { size, bytes, subtrees: Buffer.from(subtrees), checkpoint, signature, acceptedAt, cosignature };
}

function isOpen(sqlite: Sqlite, session: string): boolean {
  return sqlite.rows("SELECT 1 FROM sessions WHERE id = ? AND state = 'open'", session).length > 0;
}
