import { OTHER, type Statement } from './lex.ts';
import { WordSieve } from './word-sieve.ts';

/** What statements say, by their first word. */
export interface PhraseTable {
  readonly byFirst: ReadonlyMap<string, readonly Phrase[]>;
  readonly mayBegin: WordSieve;
}

/** Words after a first one, in this order. */
type Phrase = readonly PhraseWord[];

interface PhraseWord {
  readonly words: ReadonlySet<string>;
  readonly mayBe: WordSieve;
  /** Others may stand before it. */
  readonly far: boolean;
}

/** Reads phrases as they are written in tables: one a line; `a|b` is either; between words that `…` parts may be others. */
export function phrases(table: string): PhraseTable {
  const byFirst = new Map<string, Phrase[]>();
  for (const line of table.trim().split('\n')) {
    const [first = '', ...rest] = line.trim().split(/\s+/);
    const phrase = phraseOf(rest);
    for (const word of first.split('|')) byFirst.set(word, [...(byFirst.get(word) ?? []), phrase]);
  }
  return { byFirst, mayBegin: new WordSieve(byFirst.keys()) };
}

/** The same, of which all words but the first may have others before them. */
export function loosePhrases(table: string): PhraseTable {
  return phrases(table.replaceAll(/(?<=\S) +(?=\S)/g, ' … '));
}

function phraseOf(words: readonly string[]): Phrase {
  return words.flatMap((word, at) => {
    const either = word.split('|');
    const far = words[at - 1] === '…';
    return word === '…' ? [] : [{ words: new Set(either), mayBe: new WordSieve(either), far }];
  });
}

export interface Reading {
  /** Words that may stand anywhere and say nothing: `IF EXISTS`. */
  readonly fillers: ReadonlySet<string>;
  /** The first word may stand anywhere: something else starts it. */
  readonly anywhere: boolean;
}

/** Whether a statement says one of them. Linear in the statement. */
export function says(statement: Statement, table: PhraseTable, { fillers, anywhere }: Reading): boolean {
  const beginnings = anywhere ? statement.length : Math.min(1, statement.length);
  // What is far is looked for to the end: where it is not after the first of two beginnings, it is not after the second.
  let over: Set<Phrase> | undefined;
  for (let at = 0; at < beginnings; at += 1) {
    const beginning = startingWith(statement[at] ?? OTHER, table);
    if (beginning === undefined) continue;
    for (const phrase of beginning) {
      if (over?.has(phrase) === true) continue;
      const found = follows(statement, at + 1, { phrase, fillers });
      if (found === 'yes') return true;
      if (found === 'never' && anywhere) (over ??= new Set()).add(phrase);
    }
  }
  return false;
}

function startingWith(word: string, { byFirst, mayBegin }: PhraseTable): readonly Phrase[] | undefined {
  if (word === OTHER) return undefined;
  const whole = mayBegin.passes(word) ? byFirst.get(word) : undefined;
  return whole ?? (hasHead(word) ? byFirst.get(headOf(word)) : undefined);
}

function follows(
  statement: Statement,
  from: number,
  { phrase, fillers }: { phrase: Phrase; fillers: ReadonlySet<string> },
): 'yes' | 'no' | 'never' {
  let at = from;
  for (const word of phrase) {
    while (!isOneOf(word, statement[at])) {
      if (at >= statement.length) return word.far ? 'never' : 'no';
      if (!passes(word, statement[at], fillers)) return 'no';
      at += 1;
    }
    at += 1;
  }
  return 'yes';
}

function passes({ far }: PhraseWord, between: string | undefined, fillers: ReadonlySet<string>): boolean {
  return far || fillers.has(between ?? '');
}

// `of=/dev/sda` is `of`, `secret/db` is a secret, and `-rvf` is `-r` among others.
function isOneOf({ words, mayBe }: PhraseWord, candidate: string | undefined): boolean {
  if (candidate === undefined || candidate === OTHER) return false;
  if (mayBe.passes(candidate) && words.has(candidate)) return true;
  if (candidate.charCodeAt(0) !== HYPHEN) return hasHead(candidate) && words.has(headOf(candidate));
  if (!/^-[a-z]{2,8}$/.test(candidate)) return words.has(headOf(candidate));
  return Array.from(candidate.slice(1)).some((letter) => words.has(`-${letter}`));
}

const HYPHEN = 0x2d;

// `of` of `of=/dev/sda`.
function hasHead(word: string): boolean {
  const end = Math.min(word.length, LONGEST_WORD + 1);
  for (let at = 0; at < end; at += 1) if (isSign(word.charCodeAt(at))) return at > 0;
  return false;
}

function isSign(code: number): boolean {
  return code === 0x3d || code === 0x2f || code === 0x3a;
}

/** No word of a table is longer. */
const LONGEST_WORD = 64;

function headOf(word: string): string {
  return /^[^=/:]+/.exec(word.slice(0, LONGEST_WORD))?.[0] ?? '';
}
