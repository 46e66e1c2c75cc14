import { stateOf } from '../../core/approvals/approval.ts';
import type { ApprovalChange, Approvals, ListedApproval, StoredApproval } from './database.ts';
import type { Sqlite } from './sqlite-connection.ts';
import { putMessage } from './sqlite-outbox.ts';

interface Row {
  readonly body: string;
  readonly presented: string;
}

/** The approvals in SQLite. */
export function sqliteApprovals(sqlite: Sqlite): Approvals {
  return {
    begin: async (...input) => sqlite.transaction(() => begin(sqlite, ...input)),
    find: async (id) => find(sqlite, id),
    change: async (id, work) => sqlite.transaction(() => change(sqlite, id, work)),
    list: async (now, limit) => list(sqlite, now, limit),
    sweep: async (before) => sqlite.run('DELETE FROM approvals WHERE expires_at < ?', before),
  };
}

function begin(
  sqlite: Sqlite,
  approval: StoredApproval,
  { now, limit, messages }: Parameters<Approvals['begin']>[1],
): Awaited<ReturnType<Approvals['begin']>> {
  const { id, owner, binding, expiresAt, presented, ...rest } = approval;
  const usable = findUsable(sqlite, approval, now);
  if (usable !== undefined) return { approval: usable, isNew: false };
  const open = 'SELECT count(*) AS count FROM approvals WHERE owner = ? AND settled = 0 AND expires_at > ?';
  const [counted] = sqlite.rows<{ count: number }>(open, owner, now);
  if ((counted?.count ?? 0) >= limit) return undefined;
  const insert = `INSERT INTO approvals (id, owner, binding, expires_at, settled, body, presented)
    VALUES (?, ?, ?, ?, 0, ?, ?)`;
  const body = JSON.stringify({ id, owner, binding, expiresAt, ...rest });
  sqlite.run(insert, id, owner, binding, expiresAt, body, presented);
  for (const message of messages) putMessage(sqlite, message);
  return { approval, isNew: true };
}

function findUsable(
  sqlite: Sqlite,
  { owner, binding }: StoredApproval,
  now: number,
): StoredApproval | undefined {
  const select = `SELECT body, presented FROM approvals
    WHERE owner = ? AND binding = ? AND settled = 0 AND expires_at > ? ORDER BY number DESC LIMIT 1`;
  const [row] = sqlite.rows<Row>(select, owner, binding, now);
  return row && approvalOf(row);
}

function find(sqlite: Sqlite, id: string): StoredApproval | undefined {
  const [row] = sqlite.rows<Row>('SELECT body, presented FROM approvals WHERE id = ?', id);
  return row && approvalOf(row);
}

function change<T>(
  sqlite: Sqlite,
  id: string,
  work: (approval: StoredApproval) => ApprovalChange<T>,
): T | undefined {
  const approval = find(sqlite, id);
  if (approval === undefined) return undefined;
  const { next, messages = [], result } = work(approval);
  if (next === undefined) return result;
  const { presented: _, ...body } = next;
  const update = 'UPDATE approvals SET settled = ?, body = ? WHERE id = ?';
  // When it ran out is for the clock to say, which is asked with every look at it.
  const isOver = !['pending', 'approved'].includes(stateOf(next, next.createdAt));
  sqlite.run(update, isOver ? 1 : 0, JSON.stringify(body), id);
  for (const message of messages) putMessage(sqlite, message);
  return result;
}

function list(sqlite: Sqlite, now: number, limit: number): ListedApproval[] {
  const open = 'settled = 0 AND expires_at > ?';
  const select = `SELECT body FROM approvals WHERE ${open}
    OR number IN (SELECT number FROM approvals WHERE NOT (${open}) ORDER BY number DESC LIMIT ?)
    ORDER BY number DESC`;
  // Our own JSON.
  return sqlite.rows<Row>(select, now, now, limit).map(({ body }) => JSON.parse(body) as ListedApproval);
}

function approvalOf({ body, presented }: Row): StoredApproval {
  // Our own JSON.
  return { ...(JSON.parse(body) as ListedApproval), presented };
}
