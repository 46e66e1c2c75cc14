import { LIMITS } from '../../limits.ts';
import { SHELL_ANCHORS } from './anchored.ts';
import { codesOf, NUMBER, OTHER, type Statement, Statements } from './lex.ts';
import { PATH_CHARACTERS } from './secret-files.ts';
import { BREAK, DIGIT, ENDS, isDropped, KINDS, MARK, ODD, SPECIAL } from './shell-kinds.ts';
import { NOTHING, TELLS, toldBy } from './telling.ts';
import { SHELL_WORDS } from './words.ts';

export interface Commands {
  /** Those in which a word tells something; `OTHER` stands for each word that no table names. */
  readonly commands: readonly Statement[];
  /** What stood in quotes: a language of its own, perhaps. */
  readonly quoted: readonly string[];
  /** Words with blanks in them. */
  readonly sentences: readonly string[];
}

/**
 * The commands of a text, if it is a shell's: words with their quotes taken off (`c"a"t` is `cat`). What a shell would run
 * in turn (`bash -c '…'`, `$(…)`, a here-document) is looked into as well. Linear time.
 */
export function shellCommands(text: string): Commands {
  const codes = codesOf(text, ROOM);
  if (!SHELL_ANCHORS.standIn(codes, text.length)) return NO_COMMANDS;
  const reader = new Reader();
  reader.read(text, codes);
  let read = 0;
  for (let depth = 0; depth < LIMITS.quotesInQuotes && read < reader.quoted.length; depth += 1) {
    const inner = reader.quoted.slice(read);
    read += inner.length;
    for (const part of inner) reader.read(part, codesOf(part, ROOM));
  }
  return reader;
}

const NO_COMMANDS: Commands = { commands: [], quoted: [], sentences: [] };

// What stands in quotes: what makes it a language of its own, what needs a closer look, and what is escaped.
const LANGUAGE = 1;
const LOOK = 2;
const ESCAPED = 4;
const WITHIN = new Uint8Array(256).fill(LOOK, 0x80);
for (const character of ' \t\n\v\f\r"\'(;') WITHIN[character.charCodeAt(0)] = LANGUAGE;

const DOUBLE = 0x22;
const SINGLE = 0x27;
const HYPHEN = 0x2d;
const BACKSLASH = 0x5c;

/** Hold what is being read, of a short text or a word: nobody waits in between. */
const ROOM = new Uint8Array(128);
const WORD_ROOM = new Uint8Array(PATH_CHARACTERS);

class Reader implements Commands {
  readonly quoted: string[] = [];
  readonly sentences: string[] = [];
  readonly #statements = new Statements();
  #text = '';
  #codes: Uint8Array = new Uint8Array();
  #at = 0;
  /** What has been read of a word that does not stand there as it is meant. */
  #word = '';
  #writes = false;
  /** What there was in the run of a word's characters that was read last. */
  #kinds = 0;
  /** The same of quotes. */
  #within = 0;

  get commands(): readonly Statement[] {
    return this.#statements.done;
  }

  read(text: string, codes: Uint8Array): void {
    this.#text = text;
    this.#codes = codes;
    this.#at = 0;
    while (this.#at < text.length) this.#step();
    this.#endCommand();
  }

  #step(): void {
    const from = this.#at;
    const next = this.#run();
    const end = this.#at;
    if (end > from) {
      if (next === SPECIAL || this.#word !== '') this.#word += this.#text.slice(from, end);
      else this.#plainWord(from, end);
    }
    if (next === SPECIAL) return this.#special(this.#text[end] ?? '');
    this.#at += 1;
    if (next === BREAK) this.#endCommand();
    else this.#endWord();
  }

  /** Moves past characters that belong to a word; what stands behind them. */
  #run(): number {
    const codes = this.#codes;
    const { length } = this.#text;
    let kinds = 0;
    for (let at = this.#at; at < length; at += 1) {
      const kind = KINDS[codes[at] as number] as number;
      if ((kind & ENDS) !== 0) {
        this.#at = at;
        this.#kinds = kinds;
        return kind;
      }
      kinds |= kind;
    }
    this.#at = length;
    this.#kinds = kinds;
    return BREAK;
  }

  // Most words stand there as they are meant, and no table names them.
  #plainWord(from: number, end: number): void {
    const writes = this.#writes;
    this.#writes = false;
    if (writes) return;
    const known = SHELL_WORDS.at(this.#codes, from, end);
    if (known !== undefined) this.#statements.word(known.text, known.tells);
    else if ((this.#kinds & MARK) !== 0 || this.#codes[from] === HYPHEN) this.#markedWord(from, end);
    else this.#statements.word(this.#kinds === DIGIT ? NUMBER : OTHER, false);
    if ((this.#kinds & ODD) !== 0) this.#sentence(this.#text.slice(from, end));
  }

  #markedWord(from: number, end: number): void {
    const told = toldBy(this.#codes, from, end);
    if (told === NOTHING) this.#statements.word(OTHER, false);
    else this.#statements.word(this.#text.slice(from, end), told === TELLS);
  }

  #sentence(word: string): void {
    if (/\s/.test(word)) this.sentences.push(word);
  }

  #special(character: string): void {
    if (character === "'") return this.#quote(this.#endOfQuote(SINGLE, false));
    if (character === '"') return this.#quote(this.#endOfQuote(DOUBLE, true), unescaped);
    if (character === '$') return this.#dollar();
    this.#at += 1;
    if (character === '>') this.#redirect();
    else this.#escape();
  }

  /** Where a quote ends that begins here, or the text. */
  #endOfQuote(mark: number, escapes: boolean): number {
    const codes = this.#codes;
    const { length } = this.#text;
    let within = 0;
    let at = this.#at + 1;
    for (; at < length && codes[at] !== mark; at += 1) {
      within |= WITHIN[codes[at] as number] as number;
      if (!escapes || codes[at] !== BACKSLASH) continue;
      at += 1;
      within |= ESCAPED;
    }
    this.#within = within;
    return Math.min(at, length);
  }

  #quote(end: number, decode?: (inner: string) => string): void {
    const within = this.#within;
    const raw = this.#text.slice(this.#at + 1, end);
    const inner = (within & ESCAPED) !== 0 && decode !== undefined ? decode(raw) : raw;
    if ((within & LANGUAGE) !== 0 || (within !== 0 && /[\s"'(;]/.test(inner))) this.quoted.push(inner);
    this.#word += inner;
    this.#at = end + 1;
  }

  #escape(): void {
    if (this.#text[this.#at] !== '\n') this.#word += this.#text[this.#at] ?? '';
    this.#at += 1;
  }

  // `$IFS` is a blank, `$@` and `$1` are mostly nothing, and `$'\x63at'` is cat. Of other variables nobody knows.
  #dollar(): void {
    if (!isDropped(this.#codes, this.#at + 1, this.#text.length)) {
      this.#at += 1;
      return;
    }
    const rest = this.#text.slice(this.#at, this.#at + LONGEST);
    if (rest.startsWith("$'")) {
      this.#at += 1;
      return this.#quote(this.#endOfQuote(SINGLE, true), ansiUnescaped);
    }
    const [special = '$'] = /^\$(?:ifs\b|\{ifs\}|[@*#?!0-9-]|\{[@*0-9]\})/.exec(rest) ?? [];
    this.#at += special.length;
    if (special.includes('ifs')) this.#endWord();
  }

  // What is written to is not read.
  #redirect(): void {
    if (/^\d$/.test(this.#word)) this.#word = '';
    this.#endWord();
    if (this.#text[this.#at] === '>') this.#at += 1;
    while (this.#text[this.#at] === ' ') this.#at += 1;
    this.#writes = this.#text[this.#at] !== '&' && this.#text[this.#at] !== '(';
    if (this.#text[this.#at] === '&') this.#at += 1;
  }

  #endWord(): void {
    const word = this.#word;
    if (word === '') return;
    this.#word = '';
    const writes = this.#writes;
    this.#writes = false;
    if (writes) return;
    this.#statements.word(word, toldBy(codesOf(word, WORD_ROOM), 0, word.length) === TELLS);
    this.#sentence(word);
  }

  #endCommand(): void {
    this.#endWord();
    this.#writes = false;
    this.#statements.end();
  }
}

/** Of what begins with a dollar sign and is no variable of the caller's. */
const LONGEST = 6;

function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\$`])/g, '$1');
}

const ANSI: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

// Bash, "ANSI-C Quoting". In small letters, as all the rest is: `.Env` is a name of `.env` on many a machine.
function ansiUnescaped(text: string): string {
  return ansiCharacters(text).toLowerCase();
}

function ansiCharacters(text: string): string {
  return text.replaceAll(/\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[0-7]{1,3}|[^])/g, (escape) => {
    const [, kind = ''] = escape;
    if (escape.length > 2 && 'xu'.includes(kind)) return characterOf(escape.slice(2), 16);
    return /[0-7]/.test(kind) ? characterOf(escape.slice(1), 8) : (ANSI[kind] ?? kind);
  });
}

function characterOf(digits: string, base: number): string {
  return String.fromCharCode(Number.parseInt(digits, base));
}
