import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import {
  type Approval,
  type ApprovalAsk,
  type ApprovalDecision,
  cancel,
  consume,
  decide,
  type Refused,
  stateOf,
} from '../core/approvals/approval.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { ApprovalBell } from './approval-bell.ts';
import { privateDirectory } from './files.ts';

/** The approvals of this device, which all its processes share. Nothing in it is unmasked. */
export class ApprovalStore {
  readonly #database: DatabaseSync;
  readonly #bell: ApprovalBell;
  readonly #now: () => number;

  private constructor(database: DatabaseSync, bell: ApprovalBell, now: () => number) {
    this.#database = database;
    this.#bell = bell;
    this.#now = now;
  }

  /** @throws {HallpassError} ERR_STATE_DIR */
  static async open(stateDir: string, now: () => number = Date.now): Promise<ApprovalStore> {
    const directory = join(stateDir, 'approvals');
    privateDirectory(directory);
    const { DatabaseSync } = await import('node:sqlite');
    const file = join(directory, 'approvals.sqlite');
    try {
      // SQLite would make it for all to read; what it makes beside it takes after it.
      closeSync(openSync(file, 'a', 0o600));
      chmodSync(file, 0o600);
      const database = new DatabaseSync(file, { timeout: LIMITS.databaseBusyMs });
      database.exec(SCHEMA);
      return new ApprovalStore(database, new ApprovalBell(join(directory, 'waiting')), now);
    } catch (cause) {
      throw new HallpassError('ERR_STATE_DIR', `the approvals in ${directory} can't be kept`, { cause });
    }
  }

  /** Finds the one that is still good for this binding, or asks anew. */
  async request(ask: ApprovalAsk): Promise<Approval> {
    const approval = this.#change(() => {
      this.#sweep();
      return this.#usable(ask.binding) ?? this.#insert(ask);
    });
    await this.#bell.ring();
    return approval;
  }

  find(id: string): Approval | undefined {
    const row = this.#database.prepare('SELECT body FROM approvals WHERE id = ?').get(id);
    return row === undefined ? undefined : read(row);
  }

  /** The newest first. */
  list(): Approval[] {
    const rows = this.#database.prepare('SELECT body FROM approvals ORDER BY created_at DESC, id').all();
    return rows.map(read);
  }

  /** Undefined: there is none of that id. */
  async decide(id: string, decision: ApprovalDecision): Promise<Approval | Refused | undefined> {
    const result = this.#change(() => {
      const approval = this.find(id);
      if (approval === undefined) return undefined;
      const next = decide(approval, decision);
      return typeof next === 'string' ? next : this.#write(next);
    });
    await this.#bell.ring();
    return result;
  }

  /** True once, for whoever comes first, of all processes. */
  async consume(id: string): Promise<boolean> {
    return this.#end(id, (approval) => consume(approval, this.#now()));
  }

  async cancel(id: string): Promise<boolean> {
    return this.#end(id, (approval) => cancel(approval, this.#now()));
  }

  /** Tells of every change that another process, or this one, makes. */
  listen(onChange: () => void): Promise<{ close(): void }> {
    return this.#bell.listen(onChange);
  }

  close(): void {
    this.#database.close();
  }

  async #end(id: string, end: (approval: Approval) => Approval | undefined): Promise<boolean> {
    const ended = this.#change(() => {
      const approval = this.find(id);
      const next = approval && end(approval);
      return next !== undefined && next !== approval && this.#write(next) !== undefined;
    });
    if (ended) await this.#bell.ring();
    return ended;
  }

  #usable(binding: string): Approval | undefined {
    const rows = this.#database
      .prepare('SELECT body FROM approvals WHERE binding = ? ORDER BY created_at DESC')
      .all(binding);
    return rows
      .map(read)
      .find((approval) => ['pending', 'approved'].includes(stateOf(approval, this.#now())));
  }

  #insert(ask: ApprovalAsk): Approval {
    const id = `apr_${randomBytes(10).toString('hex')}`;
    const approval: Approval = { ...ask, id, createdAt: this.#now(), decisions: [] };
    this.#database
      .prepare('INSERT INTO approvals (id, binding, created_at, expires_at, body) VALUES (?, ?, ?, ?, ?)')
      .run(id, ask.binding, approval.createdAt, ask.expiresAt, JSON.stringify(approval));
    return approval;
  }

  #write(approval: Approval): Approval {
    const body = JSON.stringify(approval);
    this.#database.prepare('UPDATE approvals SET body = ? WHERE id = ?').run(body, approval.id);
    return approval;
  }

  #sweep(): void {
    const before = this.#now() - LIMITS.approvalKeptMs;
    this.#database.prepare('DELETE FROM approvals WHERE expires_at < ?').run(before);
  }

  // One writer at a time: of two that read the same state, one would overwrite the other's word.
  #change<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function read(row: Record<string, unknown>): Approval {
  // Written by this class alone, into a file that is nobody else's.
  return JSON.parse(String(row['body'])) as Approval;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS approvals (
    id TEXT PRIMARY KEY,
    binding TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_binding ON approvals (binding);
`;
