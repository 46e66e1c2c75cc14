import { constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/** A value that an editor or agent keeps in an SQLite database. */
export interface DatabaseValue {
  readonly table: string;
  readonly key: string;
  readonly value: Uint8Array;
}

/** Whether a file is one of SQLite's, by its name. */
export function isDatabase(path: string): boolean {
  return /\.(?:vscdb|db|sqlite)$/.test(path);
}

/**
 * The texts and blobs of every table, row by row. The database is never written to, not even beside: one that somebody has
 * open, which shows by its write-ahead log, is read from a private copy, as what is newest stands in that log alone.
 */
export function* databaseValues(path: string): Generator<DatabaseValue> {
  if (!existsSync(`${path}-wal`)) {
    yield* valuesIn(path);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-scan-'));
  try {
    const copy = join(directory, basename(path));
    for (const end of ['', '-wal']) copyFileSync(path + end, copy + end, constants.COPYFILE_FICLONE);
    takeInLog(copy);
    yield* valuesIn(copy);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function takeInLog(copy: string): void {
  const database = new DatabaseSync(copy);
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

function* valuesIn(path: string): Generator<DatabaseValue> {
  const url = pathToFileURL(path);
  url.search = 'mode=ro&immutable=1';
  const database = new DatabaseSync(url, { readOnly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .all();
    for (const { name } of tables) yield* valuesOf(database, String(name));
  } finally {
    database.close();
  }
}

// Names in the file are attacker-controlled.
function* valuesOf(database: DatabaseSync, table: string): Generator<DatabaseValue> {
  const rows = database.prepare(`SELECT rowid AS "hallpass row", * FROM "${table.replaceAll('"', '""')}"`);
  for (const row of rows.iterate()) {
    const { 'hallpass row': number, ...columns } = row;
    const { key } = columns;
    for (const [column, value] of Object.entries(columns)) {
      if (typeof value !== 'string' && !(value instanceof Uint8Array)) continue;
      const name = typeof key === 'string' && column === 'value' ? key : `${String(number)}.${column}`;
      yield { table, key: name, value: Buffer.from(value) };
    }
  }
}
