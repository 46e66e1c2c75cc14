import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import {
  type Approval,
  type ApprovalAsk,
  type ApprovalDecision,
  cancel,
  consume,
  decide,
  expire,
  type Refused,
  stateOf,
} from '../core/approvals/approval.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { ApprovalBell } from './approval-bell.ts';
import { exclusively, openApprovalDatabase, unusable } from './approval-database.ts';

/**
 * The approvals of this device, which all its processes share. Nothing in it is unmasked. Whatever the database can't do is
 * an ERR_STATE_DIR.
 */
export class ApprovalStore {
  readonly #database: DatabaseSync;
  readonly #directory: string;
  readonly #bell: ApprovalBell;
  readonly #now: () => number;

  private constructor(database: DatabaseSync, directory: string, now: () => number) {
    this.#database = database;
    this.#directory = directory;
    this.#bell = new ApprovalBell(join(directory, 'waiting'));
    this.#now = now;
  }

  /** @throws {HallpassError} ERR_STATE_DIR */
  static async open(stateDir: string, now: () => number = Date.now): Promise<ApprovalStore> {
    const directory = join(stateDir, 'approvals');
    return new ApprovalStore(await openApprovalDatabase(directory), directory, now);
  }

  /**
   * Finds the one that is still good for this binding, or asks anew.
   *
   * @throws {HallpassError} ERR_TOO_MANY_HELD
   */
  async request(ask: ApprovalAsk): Promise<Approval> {
    const approval = this.#change(() => {
      this.#sweep();
      return this.#usable(ask.binding) ?? this.#insert(ask);
    });
    await this.#bell.ring();
    return approval;
  }

  find(id: string): Approval | undefined {
    const [found] = this.#read('SELECT body FROM approvals WHERE id = ?', id);
    return found;
  }

  /** The newest first: those that are pending, or approved and not used yet; with `all` also what is over. */
  list({ all = false } = {}): Approval[] {
    const now = this.#now();
    if (all) return this.#read(`SELECT body FROM approvals ${NEWEST_FIRST}`);
    const asked = this.#read(`SELECT body FROM approvals WHERE expires_at > ? ${NEWEST_FIRST}`, now);
    return asked.filter((approval) => isOpen(approval, now));
  }

  /** Undefined: there is none of that id. */
  async decide(id: string, decision: ApprovalDecision): Promise<Approval | Refused | undefined> {
    const result = this.#change(() => {
      this.#sweep();
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
  async listen(onChange: () => void): Promise<{ close(): void }> {
    try {
      return await this.#bell.listen(onChange);
    } catch (cause) {
      throw unusable(this.#directory, cause);
    }
  }

  close(): void {
    this.#database.close();
  }

  async #end(id: string, end: (approval: Approval) => Approval | undefined): Promise<boolean> {
    const ended = this.#change(() => {
      this.#sweep();
      const approval = this.find(id);
      const next = approval && end(approval);
      return next !== undefined && next !== approval && this.#write(next) !== undefined;
    });
    if (ended) await this.#bell.ring();
    return ended;
  }

  #usable(binding: string): Approval | undefined {
    const asked = this.#read(`SELECT body FROM approvals WHERE binding = ? ${NEWEST_FIRST}`, binding);
    return asked.find((approval) => isOpen(approval, this.#now()));
  }

  #insert(ask: ApprovalAsk): Approval {
    const now = this.#now();
    const undecided = this.#database.prepare(UNDECIDED).get(now)?.['count'];
    if (Number(undecided) >= LIMITS.approvalsPending)
      throw new HallpassError(
        'ERR_TOO_MANY_HELD',
        `${LIMITS.approvalsPending} calls wait for approval already`,
      );
    const id = `apr_${randomBytes(10).toString('hex')}`;
    const presented = clipped(ask.presented);
    const approval: Approval = { ...ask, presented, id, createdAt: now, decisions: [] };
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

  // What has run out is written down as such: a clock that is set back revives nothing.
  #sweep(): void {
    const now = this.#now();
    this.#database.prepare(FORGET).run(now - LIMITS.approvalKeptMs, now, LIMITS.approvalsKept);
    for (const approval of this.#read(RUN_OUT, now)) {
      const over = expire(approval, now);
      if (over !== approval) this.#write(over);
    }
  }

  #read(query: string, ...values: (string | number)[]): Approval[] {
    try {
      return this.#database
        .prepare(query)
        .all(...values)
        .map(parsed);
    } catch (cause) {
      throw unusable(this.#directory, cause);
    }
  }

  #change<T>(work: () => T): T {
    try {
      return exclusively(this.#database, work);
    } catch (cause) {
      throw unusable(this.#directory, cause);
    }
  }
}

const NEWEST_FIRST = 'ORDER BY created_at DESC, rowid DESC';
const UNDECIDED = `SELECT count(*) AS count FROM approvals
  WHERE expires_at > ? AND body ->> 'ended' IS NULL AND json_array_length(body, '$.decisions') = 0`;
const RUN_OUT = `SELECT body FROM approvals WHERE expires_at <= ? AND body ->> 'ended' IS NULL`;
const FORGET = `DELETE FROM approvals WHERE expires_at < ?
  OR expires_at <= ? AND id NOT IN (SELECT id FROM approvals ${NEWEST_FIRST} LIMIT ?)`;

function parsed(row: Record<string, unknown>): Approval {
  // Written by this class alone, into a file that is nobody else's.
  return JSON.parse(String(row['body'])) as Approval;
}

function isOpen(approval: Approval, now: number): boolean {
  const state = stateOf(approval, now);
  return state === 'pending' || state === 'approved';
}

// Attacker-written, and as long as a message may be. The binding is of all of it, shown or not.
function clipped(presented: string): string {
  const { length } = presented;
  const shown = LIMITS.presentedCharacters;
  return length <= shown ? presented : `${presented.slice(0, shown)} … and ${length - shown} characters more`;
}
