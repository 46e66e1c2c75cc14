import { phrases } from './phrases.ts';

// What each statement or command begins with, and what follows it. `a|b` is either; `…` is anything.

/** Words of SQL that may stand between those of a phrase. */
export const SQL_FILLERS: ReadonlySet<string> = new Set([
  'if',
  'exists',
  'not',
  'or',
  'replace',
  'temporary',
  'temp',
  'unlogged',
  'unique',
  'concurrently',
  'foreign',
  'materialized',
  'recursive',
  'low_priority',
  'quick',
  'ignore',
  'only',
  'session',
  'local',
  'global',
]);

export const SQL_DESTROYS = phrases(`
  drop table|database|schema|view|index|sequence|function|procedure|trigger|type|domain|extension|column|constraint|role|user|group|policy|rule|tablespace|publication|subscription|server|owned|event|keyspace|collection
  truncate
  alter … drop
`);

/** These say which rows they are about, or mean all of them. */
export const SQL_OF_ROWS = phrases(`
  delete from
  delete … from
  update … set
`);

/** A statement about rows that has one of these names them. */
export const SQL_NARROWS: ReadonlySet<string> = new Set(['where', 'limit']);

/** What says nothing behind WHERE: it is true of every row. */
export const SQL_ALWAYS = /^(?:true|\d+)$/;

export const SQL_PRIVILEGED = phrases(`
  create|alter|drop user|role|login|group|policy
  grant … to
  revoke … from
  set role|authorization
  alter system
  alter default privileges
  alter … owner
  alter … disable
  reassign owned
  create security
  create extension
  copy … program
  load_file
  security label
  flush privileges
  set password
`);

/** Methods of MongoDB's shell. */
export const MONGO_DESTROYS = /^db\.(?:.*\.(?:drop|deletemany|deleteone|remove)|dropdatabase|dropuser)$/;

/** Words that stand in them, where a name comes in parts. */
export const MONGO_WORDS = [
  'db',
  'drop',
  'deletemany',
  'deleteone',
  'remove',
  'dropdatabase',
  'dropuser',
] as const;

/** Relations that hold passwords or their hashes. */
export const SQL_SECRETS: ReadonlySet<string> = new Set([
  'pg_authid',
  'pg_shadow',
  'pg_catalog.pg_authid',
  'pg_catalog.pg_shadow',
  'pg_user_mapping',
  'pg_user_mappings',
  'pg_catalog.pg_user_mapping',
  'pg_catalog.pg_user_mappings',
  'pg_subscription',
  'mysql.user',
  'mysql.global_priv',
  'sys.sql_logins',
  'sys.syslogins',
  'sys.user$',
  'dba_users',
  'pg_read_file',
  'pg_read_binary_file',
]);

/** What takes a statement as a string and runs it. */
export const SQL_RUNS_TEXT: ReadonlySet<string> = new Set([
  'execute',
  'exec',
  'prepare',
  'dblink',
  'dblink_exec',
  'sp_executesql',
  'query_to_xml',
]);

/** What stands before a statement and is none itself. */
export const SQL_STARTERS: ReadonlySet<string> = new Set([
  'begin',
  'then',
  'else',
  'loop',
  'do',
  'as',
  'atomic',
  'explain',
  'analyze',
  'verbose',
]);
