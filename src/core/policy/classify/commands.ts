import type { Statement } from './lex.ts';
import { type PhraseTable, type Reading, says } from './phrases.ts';
import { namesSecrets } from './secret-files.ts';
import { WordSieve } from './word-sieve.ts';
import {
  SECRET_WORDS,
  SHELL_CLIENTS_OF_SQL,
  SHELL_READS_SECRETS,
  SHELL_SHOWS_ALL,
  SHELL_STARTERS,
  SHELL_UNSETS,
} from './shell-tables.ts';

/** A command as tables describe it: by its program, wherever another program starts it. */
export interface Command {
  readonly words: Statement;
  readonly reading: Reading;
  /** It hands SQL to a server, in quotes or from a here-document. */
  readonly runsSql: boolean;
}

export function commandOf(all: Statement): Command {
  let first = 0;
  while (first < all.length && isAssignment(all[first] ?? '')) first += 1;
  const words = programsOf(first === 0 ? all : all.slice(first));
  let reading = AT_FIRST;
  let runsSql = false;
  for (const word of words) {
    const kind = MAY_BE_PROGRAM.passes(word) ? PROGRAMS.get(word) : undefined;
    if (kind === 'starts') reading = ANYWHERE;
    if (kind === 'sql') runsSql = true;
  }
  return { words, reading, runsSql };
}

const PROGRAMS: ReadonlyMap<string, 'starts' | 'sql'> = new Map([
  ...Array.from(SHELL_STARTERS, (name) => [name, 'starts'] as const),
  ...Array.from(SHELL_CLIENTS_OF_SQL, (name) => [name, 'sql'] as const),
]);
const MAY_BE_PROGRAM = new WordSieve(PROGRAMS.keys());

export function commandSays({ words, reading }: Command, table: PhraseTable): boolean {
  return says(words, table, reading);
}

/** Whether a command shows what holds secrets. */
export function readsSecrets(command: Command): boolean {
  const { words } = command;
  if (words.some((word) => isSecretWord(word) || namesSecrets(word))) return true;
  return showsEnvironment(command) || commandSays(command, SHELL_READS_SECRETS);
}

const MAY_BE_SECRET = new WordSieve(SECRET_WORDS);

function isSecretWord(word: string): boolean {
  return MAY_BE_SECRET.passes(word) && SECRET_WORDS.has(word);
}

const NO_FILLERS: ReadonlySet<string> = new Set();
const ANYWHERE: Reading = { fillers: NO_FILLERS, anywhere: true };
const AT_FIRST: Reading = { fillers: NO_FILLERS, anywhere: false };

// `env FOO=1 make` runs make; alone, or with nothing but assignments, it tells everything.
function showsEnvironment({ words, reading }: Command): boolean {
  const program = reading.anywhere ? words.findIndex((word) => SHELL_SHOWS_ALL.has(word)) : 0;
  if (program === -1 || !SHELL_SHOWS_ALL.has(words[program] ?? '')) return false;
  const rest = words.slice(program + 1);
  return rest.every(
    (word, at) => word.startsWith('-') || isAssignment(word) || SHELL_UNSETS.has(rest[at - 1] ?? ''),
  );
}

// Most commands have no path in them.
function programsOf(words: Statement): Statement {
  return words.some((word) => word.includes('/')) ? words.map(programOf) : words;
}

// A program by its name without the directory. A relative path is an argument, and says where.
function programOf(word: string, at: number): string {
  const isPath = word.charCodeAt(0) === SLASH || (at === 0 && word.includes('/'));
  return isPath && !namesSecrets(word) ? word.slice(word.lastIndexOf('/') + 1) : word;
}

const SLASH = 0x2f;

function isAssignment(word: string): boolean {
  return word.includes('=') && /^[a-z_]\w{0,63}=/.test(word);
}
