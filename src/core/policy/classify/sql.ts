import { WordSieve } from './word-sieve.ts';
import { runEnd, type Statement, Statements, until } from './lex.ts';

/**
 * The statements of a text in small letters, if it is SQL: words outside of comments and literals. A parenthesis holds one too (`WITH x AS
 * (DELETE …`), and so does a function's body in dollar quotes. Linear time; a literal is looked into only where something
 * runs it.
 */
export function sqlStatements(text: string): readonly Statement[] {
  const plain = readAs(text, STANDARD);
  // In MySQL a backslash escapes a quote, and `#` begins a comment: read as one and as the other nothing is hidden.
  return /\\'|#/.test(text) ? [...plain, ...readAs(text, MYSQL)] : plain;
}

interface Dialect {
  readonly escapes: boolean;
  readonly hashComments: boolean;
}

const STANDARD: Dialect = { escapes: false, hashComments: false };
const MYSQL: Dialect = { escapes: true, hashComments: true };

function readAs(text: string, dialect: Dialect): readonly Statement[] {
  const { statements, literals } = read(text, dialect);
  if (!statements.some((words) => words.some(runsText))) return statements;
  // `'DROP TABLE ' || 'users'`, too.
  const run = [...literals, literals.join('')].map((literal) => literal.replaceAll("''", "'"));
  return [...statements, ...run.flatMap((literal) => read(literal, dialect).statements)];
}

/** What takes a statement as a string and runs it. */
const RUNS_TEXT: ReadonlySet<string> = new Set([
  'execute',
  'exec',
  'prepare',
  'dblink',
  'dblink_exec',
  'sp_executesql',
  'query_to_xml',
]);

const MAY_RUN_TEXT = new WordSieve(RUNS_TEXT);

function runsText(word: string): boolean {
  return MAY_RUN_TEXT.passes(word) && RUNS_TEXT.has(word);
}

/** What stands before a statement and is none itself. */
const STARTERS: ReadonlySet<string> = new Set([
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

const MAY_START = new WordSieve(STARTERS);

interface Found {
  readonly statements: Statements;
  readonly literals: string[];
  readonly dialect: Dialect;
}

function read(text: string, dialect: Dialect): { statements: readonly Statement[]; literals: string[] } {
  const found = { statements: new Statements(), literals: [], dialect };
  let at = 0;
  while (at < text.length) at = step(text, at, found);
  found.statements.finish();
  return { statements: found.statements.done, literals: found.literals };
}

function step(text: string, at: number, found: Found): number {
  const end = runEnd(text, at, WORD);
  if (end === at) return mark(text, at, found);
  const word = text.slice(at, end);
  found.statements.part(word);
  if (MAY_START.passes(word) && STARTERS.has(word)) found.statements.end();
  return end;
}

function mark(text: string, at: number, { statements, literals, dialect }: Found): number {
  const character = text[at] ?? '';
  if (character === ' ') return at + 1;
  if (character === '-' && text[at + 1] === '-') return until(text, '\n', at);
  if (character === '/' && text[at + 1] === '*') return afterComment(text, at, statements);
  if (character === '#' && dialect.hashComments) return until(text, '\n', at);
  if (character === "'") {
    const end = endOfLiteral(text, at + 1, dialect);
    literals.push(text.slice(at + 1, end));
    return end + 1;
  }
  if (character === '"' || character === '`') {
    const end = until(text, character, at + 1);
    statements.part(text.slice(at + 1, end));
    return end + 1;
  }
  if (character === ';' || character === '$') statements.end();
  if (character === '(') statements.enter();
  if (character === ')') statements.leave();
  return at + 1;
}

// A quote within a literal is doubled.
function endOfLiteral(text: string, from: number, { escapes }: Dialect): number {
  let at = from;
  while (at < text.length) {
    if (text[at] === "'" && text[at + 1] !== "'") return at;
    at += text[at] === "'" || (escapes && text[at] === '\\') ? 2 : 1;
  }
  return text.length;
}

// MySQL runs what stands in `/*! … */`.
function afterComment(text: string, at: number, statements: Statements): number {
  if (text[at + 2] === '!') {
    statements.end();
    return runEnd(text, at + 3, DIGIT);
  }
  return until(text, '*/', at + 2) + 2;
}

// With the dot, so that `mysql.user` is one word. What is not ASCII is a letter; its blanks are gone by now.
const KINDS = new Uint8Array(128);
for (const character of '0123456789abcdefghijklmnopqrstuvwxyz_.') KINDS[character.charCodeAt(0)] = 1;
const WORD = { kinds: KINDS, kind: 1 };

const DIGITS = new Uint8Array(128).fill(1, 0x30, 0x3a);
const DIGIT = { kinds: DIGITS, kind: 1 };
