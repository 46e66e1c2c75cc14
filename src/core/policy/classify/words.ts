import { Lexicon } from './lexicon.ts';
import type { PhraseTable } from './phrases.ts';
import {
  SECRET_DIRECTORIES,
  SECRET_ENDINGS,
  SECRET_FILES,
  SECRET_FILES_IN_DIRECTORIES,
} from './secret-tables.ts';
import {
  SECRET_WORDS,
  SHELL_CLIENTS_OF_SQL,
  SHELL_DESTROYS,
  SHELL_PRIVILEGED,
  SHELL_READS_SECRETS,
  SHELL_SHOWS_ALL,
  SHELL_STARTERS,
  SHELL_UNSETS,
} from './shell-tables.ts';
import {
  MONGO_WORDS,
  SQL_DESTROYS,
  SQL_FILLERS,
  SQL_NARROWS,
  SQL_OF_ROWS,
  SQL_PRIVILEGED,
  SQL_RUNS_TEXT,
  SQL_SECRETS,
  SQL_STARTERS,
} from './sql-tables.ts';

const OF_SQL = [SQL_DESTROYS, SQL_OF_ROWS, SQL_PRIVILEGED];
const OF_SHELLS = [SHELL_DESTROYS, SHELL_PRIVILEGED, SHELL_READS_SECRETS];

const SQL_BY_ITSELF = [...OF_SQL.flatMap(firstWords), ...SQL_SECRETS];
const SQL_OTHERS = [
  ...OF_SQL.flatMap(laterWords),
  ...SQL_FILLERS,
  ...SQL_NARROWS,
  ...MONGO_WORDS,
  // A name may come in parts, and a number is none that says nothing.
  ...Array.from(SQL_SECRETS).flatMap((name) => name.split('.')),
  'true',
];

/** Without one of them, or MongoDB's shell, a text of SQL says nothing. */
export const SQL_TELLING = [...SQL_BY_ITSELF, ...SQL_RUNS_TEXT];

/** All words that tell something of SQL. */
export const SQL_WORDS = new Lexicon({
  telling: SQL_TELLING,
  others: SQL_OTHERS,
  starters: SQL_STARTERS,
});

/** The same of a shell's commands, of parts of them, and of what they may hand to a database. */
export const SHELL_TELLING = [
  ...OF_SHELLS.flatMap(firstWords),
  ...SHELL_CLIENTS_OF_SQL,
  ...SHELL_SHOWS_ALL,
  // A word is looked for part by part.
  ...Array.from(SECRET_WORDS).flatMap((word) => word.split(':')[0] ?? []),
  ...SECRET_FILES,
  ...SECRET_FILES_IN_DIRECTORIES,
  ...SECRET_DIRECTORIES,
  ...SQL_BY_ITSELF,
];

export const SHELL_WORDS = new Lexicon({
  telling: SHELL_TELLING,
  others: [...OF_SHELLS.flatMap(laterWords), ...SHELL_STARTERS, ...SHELL_UNSETS, ...SQL_OTHERS],
});

/** What the names of such files end with. */
export const ENDINGS = new Lexicon({ telling: SECRET_ENDINGS });

function firstWords({ byFirst }: PhraseTable): string[] {
  return [...byFirst.keys()];
}

function laterWords({ byFirst }: PhraseTable): string[] {
  return [...byFirst.values()].flat(2).flatMap(({ words }) => Array.from(words));
}
