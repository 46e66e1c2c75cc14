import type { Claim } from '../../core/session/verify.ts';
import type { Sessions, SessionFacts, StoredSession, UploadFile, UploadState } from './database.ts';
import type { Sqlite } from './sqlite-connection.ts';

interface Row extends SessionFacts {
  readonly id: string;
  readonly owner: string;
  readonly subject: string;
  readonly state: UploadState;
  readonly log_bytes: number;
  readonly payload_bytes: number;
  readonly checkpoint: string | null;
  readonly signature: string | null;
  readonly claims: string;
  readonly heard_at: number;
}

const HOLD: Readonly<Record<UploadFile, string>> = {
  log: 'UPDATE sessions SET log_bytes = ?, heard_at = ? WHERE id = ?',
  payloads: 'UPDATE sessions SET payload_bytes = ?, heard_at = ? WHERE id = ?',
};

/** The sessions in SQLite. */
export function sqliteSessions(sqlite: Sqlite): Sessions {
  const find = (id: string): StoredSession | undefined => {
    const [row] = sqlite.rows<Row>('SELECT * FROM sessions WHERE id = ?', id);
    return row && stored(row);
  };
  return {
    find: async (id) => find(id),
    begin: async ({ id, owner, subject, now }, limit) =>
      find(id) ??
      sqlite.transaction(() => {
        const open = "SELECT count(*) AS count FROM sessions WHERE owner = ? AND state = 'open'";
        const [counted] = sqlite.rows<{ count: number }>(open, owner);
        if ((counted?.count ?? 0) >= limit) return undefined;
        const insert =
          "INSERT INTO sessions (id, owner, subject, state, heard_at) VALUES (?, ?, ?, 'open', ?)";
        sqlite.run(insert, id, owner, subject, now);
        return find(id);
      }),
    hold: async (id, file, { bytes, now }) => sqlite.run(HOLD[file], bytes, now, id),
    quarantine: async (id, { checkpoint, signature }, claims) =>
      sqlite.run(
        `UPDATE sessions SET state = 'quarantined', checkpoint = ?, signature = ?, claims = ?
         WHERE id = ? AND state = 'open'`,
        checkpoint,
        signature,
        JSON.stringify(claims),
        id,
      ),
    list: async (query) => list(sqlite, query).map(stored),
  };
}

const BEFORE = 'number < coalesce((SELECT number FROM sessions WHERE id = ?), 0)';

function list(sqlite: Sqlite, { owner, before, limit }: Parameters<Sessions['list']>[0]): Row[] {
  const wanted = [
    ...(owner === undefined ? [] : [{ clause: 'owner = ?', value: owner }]),
    ...(before === undefined ? [] : [{ clause: BEFORE, value: before }]),
  ];
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(({ clause }) => clause).join(' AND ')}`;
  const select = `SELECT * FROM sessions ${where} ORDER BY number DESC LIMIT ?`;
  return sqlite.rows<Row>(select, ...wanted.map(({ value }) => value), limit);
}

function stored(row: Row): StoredSession {
  const { checkpoint, signature, log_bytes, payload_bytes, claims, heard_at: heardAt, ...rest } = row;
  return {
    ...rest,
    log: log_bytes,
    payloads: payload_bytes,
    heardAt,
    seal: checkpoint === null || signature === null ? undefined : { checkpoint, signature },
    // Our own JSON.
    claims: JSON.parse(claims) as Claim[],
  };
}
