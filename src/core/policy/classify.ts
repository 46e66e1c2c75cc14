import type { PolicyCall } from './call.ts';
import type { Statement } from './classify/lex.ts';
import { says } from './classify/phrases.ts';
import { shellCommands } from './classify/shell.ts';
import { sqlStatements } from './classify/sql.ts';
import {
  NAMES_DESTROY,
  NAMES_PRIVILEGED,
  NAMES_READ_SECRETS,
  SECRET_FILES,
  SHELL_DESTROYS,
  SHELL_PRIVILEGED,
  SHELL_READS_SECRETS,
  SQL_DESTROYS,
  SQL_NARROWS,
  SQL_PRIVILEGED,
  SQL_SECRETS,
} from './classify/tables.ts';

/** What a call is about to do, as far as its tool's name, its annotations and its arguments tell. */
export interface Traits {
  readonly destructive: boolean;
  readonly privileged: boolean;
  readonly readsSecrets: boolean;
}

/**
 * Guards against mistakes and the usual ways, not against whoever hides what a call does: arguments are a language that
 * only the server speaks. Linear in the arguments, which an attacker controls.
 */
export function classify(call: PolicyCall): Traits {
  const known = SEEN.get(call);
  if (known !== undefined) return known;
  const traits = judge(call);
  SEEN.set(call, traits);
  return traits;
}

const SEEN = new WeakMap<PolicyCall, Traits>();

function judge({ method, tool, annotations, args }: PolicyCall): Traits {
  if (method === 'resources/read')
    return { destructive: false, privileged: false, readsSecrets: namesSecrets(tool) };
  if (method !== 'tools/call') return { destructive: false, privileged: false, readsSecrets: false };
  const name = snake(tool);
  const texts = [...stringsIn(args())];
  const sql = texts.flatMap(sqlStatements);
  const shell = texts.flatMap(shellCommands);
  const both = (inSql: (words: Statement) => boolean, inShell: (words: Statement) => boolean): boolean =>
    sql.some(inSql) || shell.some(inShell);
  return {
    destructive:
      annotations.destructiveHint === true ||
      NAMES_DESTROY.test(name) ||
      both(destroysInSql, (words) => says(words, SHELL_DESTROYS)),
    privileged:
      NAMES_PRIVILEGED.test(name) ||
      both(
        (words) => says(words, SQL_PRIVILEGED),
        (words) => says(words, SHELL_PRIVILEGED),
      ),
    readsSecrets:
      NAMES_READ_SECRETS.test(name) ||
      both((words) => words.some((word) => SQL_SECRETS.has(word)), readsInShell) ||
      texts.some(namesSecrets),
  };
}

function destroysInSql(words: Statement): boolean {
  if (!says(words, SQL_DESTROYS)) return false;
  return words[0] !== 'delete' || !words.some((word) => SQL_NARROWS.has(word));
}

// `env FOO=1 make` runs make; alone it tells everything.
function readsInShell(words: Statement): boolean {
  if (words.some(namesSecrets)) return true;
  const [program] = words;
  if (program === 'env' || program === 'set') return words.length === 1;
  return says(words, SHELL_READS_SECRETS);
}

/** A path is no longer, and what is longer ends like one all the same. */
const PATH_CHARACTERS = 256;

function namesSecrets(text: string): boolean {
  return SECRET_FILES.test(text.slice(-PATH_CHARACTERS));
}

// deleteUser, delete-user and DELETE_USER are one name.
function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}

function* stringsIn(value: unknown): Generator<string> {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string') yield next;
    else if (Array.isArray(next)) {
      // A command and its arguments, perhaps.
      if (next.every((part) => typeof part === 'string')) yield next.join(' ');
      for (const part of next) waiting.push(part);
    } else if (next instanceof Map) for (const part of next.values()) waiting.push(part);
  }
}
