import type { Secret } from '../../core/secret.ts';
import type { DatabaseAddress } from './database-address.ts';

export type Row = Readonly<Record<string, unknown>>;

/** One connection to a PostgreSQL server. */
export interface Database {
  /** Throws ERR_DATABASE. */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Whether that was the reason of a query's error: somebody else was changing the same. */
  isConflict(error: unknown): boolean;
  close(): Promise<void>;
}

export interface OpenDatabase {
  readonly address: DatabaseAddress;
  readonly password: Secret;
  /** A file of authorities to believe instead of the usual ones. */
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

/** Connects. Throws ERR_DATABASE. */
export type Connect = (to: OpenDatabase) => Promise<Database>;
