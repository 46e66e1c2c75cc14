import { runEnd, type Statement, Statements, until } from './lex.ts';

/**
 * The statements of a text, if it is SQL: words outside of comments and literals. A parenthesis begins one too (`WITH x AS
 * (DELETE …`), and so does a function's body in dollar quotes. Linear time; a literal is looked into only where something
 * runs it.
 */
export function sqlStatements(text: string): readonly Statement[] {
  const statements = new Statements();
  const literals: string[] = [];
  let at = 0;
  while (at < text.length) at = step(text, at, { statements, literals });
  statements.end();
  const runs = statements.done.some((words) => words.some((word) => RUNS_TEXT.has(word)));
  return runs
    ? [...statements.done, ...literals.flatMap((literal) => plainStatements(literal))]
    : statements.done;
}

/** What takes a statement as a string and runs it. */
const RUNS_TEXT: ReadonlySet<string> = new Set([
  'execute',
  'exec',
  'prepare',
  'dblink_exec',
  'sp_executesql',
]);

interface Found {
  readonly statements: Statements;
  readonly literals: string[];
}

function plainStatements(text: string): readonly Statement[] {
  const statements = new Statements();
  let at = 0;
  while (at < text.length) at = step(text, at, { statements, literals: [] });
  statements.end();
  return statements.done;
}

function step(text: string, at: number, { statements, literals }: Found): number {
  const two = text.slice(at, at + 2);
  if (two === '--') return until(text, '\n', at);
  if (two === '/*') return afterComment(text, at, statements);
  const character = text[at] ?? '';
  if (character === "'") {
    const end = until(text, "'", at + 1);
    literals.push(text.slice(at + 1, end));
    return end + 1;
  }
  if (character === '"' || character === '`') {
    const end = until(text, character, at + 1);
    statements.word(text.slice(at + 1, end));
    return end + 1;
  }
  if (';()$'.includes(character)) statements.end();
  const end = runEnd(text, at, isWord);
  if (end === at) return at + 1;
  statements.word(text.slice(at, end));
  return end;
}

// MySQL runs what stands in `/*! … */`.
function afterComment(text: string, at: number, statements: Statements): number {
  if (text[at + 2] === '!') {
    statements.end();
    return runEnd(text, at + 3, isDigit);
  }
  return until(text, '*/', at + 2) + 2;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

// With the dot, so that `mysql.user` is one word.
function isWord(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || isDigit(code) || code === 0x5f || code === 0x2e || code > 0x7f;
}
