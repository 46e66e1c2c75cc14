import type { Browsers, StoredBrowser } from './database.ts';
import type { Sqlite } from './sqlite-connection.ts';

interface Row {
  readonly digest: string;
  readonly subject: string;
  readonly groups: string;
  readonly auth_time: number;
  readonly expires: number;
}

const INSERT =
  'INSERT INTO browsers (digest, subject, groups, auth_time, expires) VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING';
const SWEEP = 'DELETE FROM browsers WHERE expires <= ?';
// Of too many the oldest go.
const KEEP =
  'DELETE FROM browsers WHERE number <= (SELECT number FROM browsers ORDER BY number DESC LIMIT 1 OFFSET ?)';

/** Who is signed in to the hub's pages, in SQLite. */
export function sqliteBrowsers(sqlite: Sqlite): Browsers {
  return {
    put: async ({ digest, subject, groups, authTime, expires }, { now, limit }) =>
      sqlite.transaction(() => {
        sqlite.run(SWEEP, now);
        sqlite.run(INSERT, digest, subject, JSON.stringify(groups), authTime, expires);
        sqlite.run(KEEP, limit);
      }),
    find: async (digest) => {
      const [row] = sqlite.rows<Row>('SELECT * FROM browsers WHERE digest = ?', digest);
      return row && browserOf(row);
    },
    remove: async (digest) => sqlite.run('DELETE FROM browsers WHERE digest = ?', digest),
  };
}

function browserOf({ digest, subject, groups, auth_time: authTime, expires }: Row): StoredBrowser {
  return { digest, subject, groups: JSON.parse(groups) as string[], authTime, expires };
}
