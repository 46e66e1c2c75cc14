import { mayBeSql } from './anchored.ts';
import { codesOf, NUMBER, OTHER, type Statement, Statements, until } from './lex.ts';
import { SQL_RUNS_TEXT } from './sql-tables.ts';
import type { Entry } from './lexicon.ts';
import { WordSieve } from './word-sieve.ts';
import { SQL_WORDS } from './words.ts';

/**
 * The statements of a text in small letters, if it is SQL: words outside of comments and literals, `OTHER` for each that no
 * table names, and of statements those alone in which a word tells something. A parenthesis holds one too (`WITH x AS
 * (DELETE …`), and so does a function's body in dollar quotes. Linear time; a literal is looked into only where something
 * runs it.
 */
export function sqlStatements(text: string): readonly Statement[] {
  const codes = codesOf(text, ROOM);
  if (!mayBeSql(text, codes)) return [];
  const plain = readAs(text, STANDARD, codes);
  // In MySQL a backslash escapes a quote, and `#` begins a comment: read as one and as the other nothing is hidden.
  return text.includes('#') || text.includes("\\'")
    ? [...plain, ...readAs(text, MYSQL, codesOf(text, ROOM))]
    : plain;
}

interface Dialect {
  readonly escapes: boolean;
  readonly hashComments: boolean;
}

const STANDARD: Dialect = { escapes: false, hashComments: false };
const MYSQL: Dialect = { escapes: true, hashComments: true };

function readAs(text: string, dialect: Dialect, codes: Uint8Array): readonly Statement[] {
  const { statements, literals } = read(text, dialect, codes);
  if (!statements.some((words) => words.some(runsText))) return statements;
  const pieces = literals.flatMap((start, at) => (at % 2 === 0 ? text.slice(start, literals[at + 1]) : []));
  // `'DROP TABLE ' || 'users'`, too.
  const run = [...pieces, pieces.join('')].map((literal) => literal.replaceAll("''", "'"));
  return [
    ...statements,
    ...run.flatMap((literal) => read(literal, dialect, codesOf(literal, ROOM)).statements),
  ];
}

const MAY_RUN_TEXT = new WordSieve(SQL_RUNS_TEXT);

function runsText(word: string): boolean {
  return MAY_RUN_TEXT.passes(word) && SQL_RUNS_TEXT.has(word);
}

interface Found {
  readonly statements: readonly Statement[];
  /** Where each begins and ends, in turns. */
  readonly literals: readonly number[];
}

function read(text: string, dialect: Dialect, codes: Uint8Array): Found {
  const reader = new Reader(text, dialect, codes);
  reader.read();
  return reader;
}

// Of each ASCII character what it is; all others are letters, whose blanks are gone by now. A dot belongs to a word, so that
// `mysql.user` is one.
const LETTER = 1;
const DIGIT = 2;
const DOT = 4;
const WORD = LETTER | DIGIT | DOT;
const MARK = 8;
const KINDS = new Uint8Array(256).fill(LETTER, 0x80);
for (const character of 'abcdefghijklmnopqrstuvwxyz_') KINDS[character.charCodeAt(0)] = LETTER;
for (const character of '0123456789') KINDS[character.charCodeAt(0)] = DIGIT;
for (const character of `-/#'"\`;$()`) KINDS[character.charCodeAt(0)] = MARK;
KINDS['.'.charCodeAt(0)] = DOT;

/** Holds what is being read, of a short text: nobody waits in between. */
const ROOM = new Uint8Array(128);

class Reader implements Found {
  readonly literals: number[] = [];
  readonly #statements = new Statements();
  readonly #text: string;
  readonly #codes: Uint8Array;
  readonly #dialect: Dialect;
  /** What there was in the run that was read last. */
  #kinds = 0;

  constructor(text: string, dialect: Dialect, codes: Uint8Array) {
    this.#text = text;
    this.#codes = codes;
    this.#dialect = dialect;
  }

  get statements(): readonly Statement[] {
    return this.#statements.done;
  }

  read(): void {
    const codes = this.#codes;
    const { length } = this.#text;
    for (let at = 0; at < length;) {
      const kind = KINDS[codes[at] as number];
      if (kind === MARK) at = this.#mark(at);
      else at = kind === 0 ? at + 1 : this.#word(at);
    }
    this.#statements.finish();
  }

  #word(from: number): number {
    const end = this.#run(from, this.#text.length);
    if (this.#part(from, end)?.starts === true) this.#statements.end();
    return end;
  }

  /** Where the run of letters, digits and dots ends that begins here, at `stop` at the latest. */
  #run(from: number, stop: number): number {
    const codes = this.#codes;
    let kinds = 0;
    let at = from;
    for (; at < stop; at += 1) {
      const kind = KINDS[codes[at] as number] as number;
      if ((kind & WORD) === 0) break;
      kinds |= kind;
    }
    this.#kinds = kinds;
    return at;
  }

  /** Takes the run that was read last for a word; which one, if a table names it. */
  #part(from: number, end: number): Entry | undefined {
    const text = this.#text;
    const known = SQL_WORDS.at(this.#codes, from, end);
    if (known !== undefined) this.#statements.part(known.text, known.tells);
    else if (this.#kinds === DIGIT) this.#statements.part(NUMBER, false);
    else if ((this.#kinds & DOT) !== 0 && (this.#statements.goesOn || goesOn(text, from, end)))
      this.#statements.part(text.slice(from, end), true);
    else this.#statements.part(end - from > LONGEST_OTHER ? text.slice(from, end) : OTHER, false);
    return known;
  }

  #mark(at: number): number {
    const text = this.#text;
    const character = text[at];
    if (character === '-') return text[at + 1] === '-' ? until(text, '\n', at) : at + 1;
    if (character === '/') return text[at + 1] === '*' ? this.#afterComment(at) : at + 1;
    if (character === '#') return this.#dialect.hashComments ? until(text, '\n', at) : at + 1;
    if (character === "'") return this.#literal(at);
    if (character === '"' || character === '`') return this.#name(at, character);
    if (character === '(') this.#statements.enter();
    else if (character === ')') this.#statements.leave();
    else this.#statements.end();
    return at + 1;
  }

  #literal(at: number): number {
    const end = this.#dialect.escapes ? endOfEscaped(this.#text, at + 1) : endOfLiteral(this.#text, at + 1);
    this.literals.push(at + 1, end);
    return end + 1;
  }

  // A quoted name, which may hold anything.
  #name(at: number, quote: string): number {
    const end = until(this.#text, quote, at + 1);
    if (end === at + 1) return end + 1;
    if (this.#run(at + 1, end) === end) this.#part(at + 1, end);
    else this.#statements.part(this.#text.slice(at + 1, end), true);
    return end + 1;
  }

  // MySQL runs what stands in `/*! … */`.
  #afterComment(at: number): number {
    const text = this.#text;
    if (text[at + 2] !== '!') return until(text, '*/', at + 2) + 2;
    this.#statements.end();
    let end = at + 3;
    while (end < text.length && isVersion(this.#codes[end] as number)) end += 1;
    return end;
  }
}

// Part of a longer name, or one of MongoDB's.
function goesOn(text: string, from: number, end: number): boolean {
  return text[from] === '.' || text[end - 1] === '.' || text.startsWith('db.', from);
}

// Whatever is not ASCII counts as well.
function isVersion(code: number): boolean {
  return code >= 0x80 || KINDS[code] === DIGIT;
}

/** Longer words are kept as they are: what is joined to them by a dot depends on how long they are. */
const LONGEST_OTHER = 32;

// A quote within a literal is doubled.
function endOfLiteral(text: string, from: number): number {
  let at = until(text, "'", from);
  while (text[at + 1] === "'") at = until(text, "'", at + 2);
  return Math.min(at, text.length);
}

function endOfEscaped(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === "'" && text[at + 1] !== "'") return at;
    at += character === "'" || character === '\\' ? 2 : 1;
  }
  return text.length;
}
