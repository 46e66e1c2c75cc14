import type { Message, Outbox } from './database.ts';
import type { Sqlite } from './sqlite-connection.ts';

interface Row extends Pick<Message, 'id' | 'webhook' | 'body' | 'tries'> {
  readonly created_at: number;
  readonly due_at: number;
}

const NEXT = 'SELECT * FROM outbox WHERE webhook = ? ORDER BY due_at, id LIMIT ?';
const KEEP = 'DELETE FROM outbox WHERE webhook NOT IN (SELECT value FROM json_each(?))';

/** The webhooks still to be delivered, in SQLite. */
export function sqliteOutbox(sqlite: Sqlite): Outbox {
  return {
    next: async (webhook, limit) => sqlite.rows<Row>(NEXT, webhook, limit).map(messageOf),
    postpone: async (id, dueAt) =>
      sqlite.run('UPDATE outbox SET due_at = ?, tries = tries + 1 WHERE id = ?', dueAt, id),
    remove: async (id) => sqlite.run('DELETE FROM outbox WHERE id = ?', id),
    keepOnly: async (webhooks) => sqlite.run(KEEP, JSON.stringify(webhooks)),
  };
}

/** To be called within the transaction of what it tells of. */
export function putMessage(sqlite: Sqlite, message: Message): void {
  const { id, webhook, body, createdAt, dueAt, tries } = message;
  const insert =
    'INSERT INTO outbox (id, webhook, body, created_at, due_at, tries) VALUES (?, ?, ?, ?, ?, ?)';
  sqlite.run(insert, id, webhook, body, createdAt, dueAt, tries);
}

function messageOf({ id, webhook, body, created_at, due_at, tries }: Row): Message {
  return { id, webhook, body, createdAt: created_at, dueAt: due_at, tries };
}
