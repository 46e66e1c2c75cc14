import type { PolicyCall } from './call.ts';
import { argumentTexts, snakeName } from './classify/arguments.ts';
import { type Command, commandOf, commandSays, readsSecrets } from './classify/commands.ts';
import type { Statement } from './classify/lex.ts';
import { type Reading, says } from './classify/phrases.ts';
import { NAMES_DESTROY, NAMES_PRIVILEGED, NAMES_READ_SECRETS } from './classify/names.ts';
import { namesSecrets } from './classify/secret-files.ts';
import { type Commands, shellCommands } from './classify/shell.ts';
import { sqlStatements } from './classify/sql.ts';
import { WordSieve } from './classify/word-sieve.ts';
import { SHELL_DESTROYS, SHELL_PRIVILEGED } from './classify/shell-tables.ts';
import {
  MONGO_DESTROYS,
  SQL_ALWAYS,
  SQL_DESTROYS,
  SQL_FILLERS,
  SQL_NARROWS,
  SQL_OF_ROWS,
  SQL_PRIVILEGED,
  SQL_SECRETS,
} from './classify/sql-tables.ts';

/** What a call is about to do, as far as its tool's name, its annotations and its arguments tell. */
export interface Traits {
  readonly destructive: boolean;
  readonly privileged: boolean;
  readonly readsSecrets: boolean;
}

/**
 * Guards against mistakes and the usual ways, not against whoever hides what a call does: arguments are a language that
 * only the server speaks. Linear in the arguments, which an attacker controls. Each trait is found out when somebody asks, and
 * once: a policy that never asks what reads secrets does not pay for it.
 */
export function classify(call: PolicyCall): Traits {
  const known = SEEN.get(call);
  if (known !== undefined) return known;
  const traits = call.method === 'tools/call' ? traitsOfTool(call) : traitsOfOther(call);
  SEEN.set(call, traits);
  return traits;
}

const SEEN = new WeakMap<PolicyCall, Traits>();

function traitsOfOther({ method, tool }: PolicyCall): Traits {
  const isRead = method === 'resources/read';
  return { destructive: false, privileged: false, readsSecrets: isRead && namesSecrets(tool) };
}

function traitsOfTool({ tool, annotations, args }: PolicyCall): Traits {
  const name = snakeName(tool);
  const meaning = once(() => meaningOf(args(), name));
  const hints = annotations.destructiveHint === true;
  const destructive = once(() => hints || NAMES_DESTROY.test(name) || destroys(meaning()));
  const privileged = once(() => NAMES_PRIVILEGED.test(name) || changesRights(meaning()));
  const reads = once(() => NAMES_READ_SECRETS.test(name) || asksForSecrets(meaning()));
  return {
    get destructive() {
      return destructive();
    },
    get privileged() {
      return privileged();
    },
    get readsSecrets() {
      return reads();
    },
  };
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: read() }).value;
}

function destroys({ sql, commands }: Meaning): boolean {
  return sql.some(destroysInSql) || commands.some((command) => commandSays(command, SHELL_DESTROYS));
}

function changesRights({ sql, commands }: Meaning): boolean {
  return (
    sql.some((words) => says(words, SQL_PRIVILEGED, IN_SQL)) ||
    commands.some((command) => commandSays(command, SHELL_PRIVILEGED))
  );
}

function asksForSecrets({ sql, commands, texts }: Meaning): boolean {
  return (
    sql.some((words) => words.some(isSecretTable)) || commands.some(readsSecrets) || texts.some(namesSecrets)
  );
}

const IN_SQL: Reading = { fillers: SQL_FILLERS, anywhere: false };

interface Meaning {
  readonly sql: readonly Statement[];
  readonly commands: readonly Command[];
  readonly texts: readonly string[];
}

function meaningOf(args: unknown, name: string): Meaning {
  const found = argumentTexts(args, name);
  const texts = found.map(({ text }) => text);
  const commands: Command[] = [];
  const sql = found.flatMap(({ text, kind }) => (kind === 'shell' ? [] : sqlStatements(text)));
  for (const { text, kind } of found) {
    if (kind === 'sql' || (kind === 'any' && !/\s/.test(text))) continue;
    const shell = shellCommands(text);
    const own = shell.commands.map(commandOf);
    for (const command of own) commands.push(command);
    if (!own.some(({ runsSql }) => runsSql)) continue;
    for (const statement of handedSql(shell)) sql.push(statement);
  }
  return { sql, commands, texts };
}

// What a client of a database is given in quotes, and the lines that a here-document hands to it: they look like commands.
function handedSql({ commands, quoted, sentences }: Commands): readonly Statement[] {
  return [...[...quoted, ...sentences].flatMap(sqlStatements), ...commands];
}

const MAY_BE_SECRET_TABLE = new WordSieve(SQL_SECRETS);

function isSecretTable(word: string): boolean {
  return MAY_BE_SECRET_TABLE.passes(word) && SQL_SECRETS.has(word);
}

function destroysInSql(words: Statement): boolean {
  if (says(words, SQL_DESTROYS, IN_SQL)) return true;
  if (words.some(destroysInMongo)) return true;
  return says(words, SQL_OF_ROWS, IN_SQL) && !isNarrowed(words);
}

function destroysInMongo(word: string): boolean {
  return word.startsWith('db.') && MONGO_DESTROYS.test(word.slice(0, LONGEST_NAME));
}

/** No name of a collection with its method is longer. */
const LONGEST_NAME = 256;

// `WHERE true` and `WHERE 1 = 1` narrow nothing.
function isNarrowed(words: Statement): boolean {
  const at = words.findLastIndex((word) => SQL_NARROWS.has(word));
  if (at === -1) return false;
  const rest = words.slice(at + 1);
  return words[at] !== 'where' || rest.length === 0 || !rest.every((word) => SQL_ALWAYS.test(word));
}
