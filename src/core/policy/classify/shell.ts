import { type Statement, Statements, until } from './lex.ts';

const BREAKS = ';|&\n(){}`';
const BLANKS = ' \t\r<>=,';

/**
 * The commands of a text, if it is a shell's: words with their quotes taken off (`c"a"t` is `cat`), a program by its name
 * without the directory. What a shell would run in turn (`bash -c '…'`, `$(…)`) is looked into as well. Linear time.
 */
export function shellCommands(text: string): readonly Statement[] {
  const statements = new Statements();
  const quoted: string[] = [];
  let word = '';
  let at = 0;
  const endWord = (): void => {
    statements.word(word);
    word = '';
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === "'" || character === '"') {
      const end = until(text, character, at + 1);
      const inner = text.slice(at + 1, end);
      if (inner.includes(' ') || character === '"') quoted.push(inner);
      word += inner;
      at = end;
    } else if (character === '\\') {
      if (text[at + 1] !== '\n') word += text[at + 1] ?? '';
      at += 1;
    } else if (BREAKS.includes(character)) {
      endWord();
      statements.end();
    } else if (BLANKS.includes(character)) endWord();
    else if (character !== '$') word += character;
    at += 1;
  }
  endWord();
  statements.end();
  const inner = quoted.filter((part) => !part.includes('"') && !part.includes("'")).flatMap(shellCommands);
  return [...statements.done.map(byName), ...inner];
}

// Assignments and what only starts another program come before the program.
const STARTERS: ReadonlySet<string> = new Set([
  'sudo',
  'doas',
  'command',
  'exec',
  'nohup',
  'time',
  'xargs',
  'busybox',
  'eval',
]);

function byName(words: readonly string[]): Statement {
  const first = words.findIndex((word) => !STARTERS.has(baseName(word)) && !word.startsWith('-'));
  if (first === -1) return words.map(baseName);
  const [program = '', ...rest] = words.slice(first);
  return [baseName(program), ...rest];
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}
