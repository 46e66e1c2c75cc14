import { leafHash, nodeHash } from '../../core/tlog/hash.ts';
import { consistencyProof, inclusionProof, rootOf, type Subtree } from '../../core/tlog/proof.ts';
import type { Acceptance, Log, LogEntry, SignedHead } from './database.ts';
import type { Sqlite } from './sqlite-connection.ts';

/** The transparency log in SQLite: leaves, and the roots of all full subtrees, so that a proof reads O(log² n) rows. */
export function sqliteLog(sqlite: Sqlite): Log {
  const subtree: Subtree = (level, index) => {
    const select = 'SELECT hash FROM nodes WHERE level = ? AND position = ?';
    const [node] = sqlite.rows<{ hash: Uint8Array }>(select, level, index);
    if (node === undefined) throw new Error(`the log lacks node ${level}/${index}`);
    return Buffer.from(node.hash);
  };
  return {
    accept: async (acceptance) => sqlite.transaction(() => accept(sqlite, subtree, acceptance)),
    entry: async (session) => entry(sqlite, session),
    head: async () => head(sqlite),
    root: async (size) => rootOf(subtree, size),
    inclusion: async (index, size) => inclusionProof(subtree, index, size),
    consistency: async (from, to) => consistencyProof(subtree, from, to),
  };
}

function accept(sqlite: Sqlite, subtree: Subtree, acceptance: Acceptance): LogEntry {
  const { session, leaf } = acceptance;
  const existing = entry(sqlite, session);
  if (existing !== undefined) return existing;
  const index = head(sqlite)?.size ?? 0;
  sqlite.run('INSERT INTO leaves (position, session, leaf) VALUES (?, ?, ?)', index, session, leaf);
  insertNodes(sqlite, subtree, { index, hash: leafHash(leaf) });
  const next = { size: index + 1, root: rootOf(subtree, index + 1) };
  const replace = 'INSERT OR REPLACE INTO head (only, size, root, note) VALUES (1, ?, ?, ?)';
  sqlite.run(replace, next.size, next.root, acceptance.sign(next));
  markAccepted(sqlite, acceptance);
  return { index, leaf };
}

// The new leaf, and each subtree that it completes.
function insertNodes(sqlite: Sqlite, subtree: Subtree, leaf: { index: number; hash: Buffer }): void {
  let { index, hash } = leaf;
  for (let level = 0; ; level += 1) {
    sqlite.run('INSERT INTO nodes (level, position, hash) VALUES (?, ?, ?)', level, index, hash);
    if (index % 2 === 0) return;
    hash = nodeHash(subtree(level, index - 1), hash);
    index = (index - 1) / 2;
  }
}

function markAccepted(sqlite: Sqlite, { session, seal, facts }: Acceptance): void {
  sqlite.run(
    `UPDATE sessions SET state = 'accepted', checkpoint = ?, signature = ?, kind = ?, connection = ?,
       started_at = ?, ended_at = ?, events = ?, findings = ?
     WHERE id = ?`,
    seal.checkpoint,
    seal.signature,
    facts.kind,
    facts.connection,
    facts.started_at,
    facts.ended_at,
    facts.events,
    facts.findings,
    session,
  );
}

function entry(sqlite: Sqlite, session: string): LogEntry | undefined {
  const select = 'SELECT position, leaf FROM leaves WHERE session = ?';
  const [row] = sqlite.rows<{ position: number; leaf: Uint8Array }>(select, session);
  return row && { index: row.position, leaf: Buffer.from(row.leaf) };
}

function head(sqlite: Sqlite): SignedHead | undefined {
  const [row] = sqlite.rows<{ size: number; root: Uint8Array; note: string }>('SELECT * FROM head');
  return row && { size: row.size, root: Buffer.from(row.root), note: row.note };
}
