import { LIMITS } from '../../limits.ts';
import { runEnd, type Statement, Statements, until } from './lex.ts';

// Of each ASCII character what it does to the word that it stands in; all others belong to it.
const ORDINARY = 0;
const BLANK = 1;
const BREAK = 2;
const SPECIAL = 3;
const KINDS = new Uint8Array(128);
const WORD = { kinds: KINDS, kind: ORDINARY };
for (const character of ' \t\r<,') KINDS[character.charCodeAt(0)] = BLANK;
for (const character of ';|&\n(){}`') KINDS[character.charCodeAt(0)] = BREAK;
for (const character of `'"$\\>`) KINDS[character.charCodeAt(0)] = SPECIAL;

export interface Commands {
  readonly commands: readonly Statement[];
  /** What stood in quotes: a language of its own, perhaps. */
  readonly quoted: readonly string[];
}

/**
 * The commands of a text, if it is a shell's: words with their quotes taken off (`c"a"t` is `cat`). What a shell would run
 * in turn (`bash -c '…'`, `$(…)`, a here-document) is looked into as well. Linear time.
 */
export function shellCommands(text: string, depth: number = LIMITS.quotesInQuotes): Commands {
  const reader = new Reader(text);
  reader.read();
  if (depth === 0) return reader;
  const inner = reader.quoted.map((part) => shellCommands(part, depth - 1));
  return {
    commands: [...reader.commands, ...inner.flatMap(({ commands }) => commands)],
    quoted: [...reader.quoted, ...inner.flatMap(({ quoted }) => quoted)],
  };
}

class Reader implements Commands {
  readonly quoted: string[] = [];
  readonly #statements = new Statements();
  readonly #text: string;
  #word = '';
  #writes = false;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get commands(): readonly Statement[] {
    return this.#statements.done;
  }

  read(): void {
    while (this.#at < this.#text.length) this.#step();
    this.#endCommand();
  }

  #step(): void {
    const from = this.#at;
    this.#at = runEnd(this.#text, from, WORD);
    if (this.#at > from) this.#word += this.#text.slice(from, this.#at);
    if (this.#at >= this.#text.length) return;
    const character = this.#text[this.#at] ?? '';
    const kind = KINDS[character.charCodeAt(0)];
    if (kind === SPECIAL) return this.#special(character);
    this.#at += 1;
    if (kind === BREAK) this.#endCommand();
    else this.#endWord();
  }

  #special(character: string): void {
    if (character === "'") return this.#quote(until(this.#text, "'", this.#at + 1));
    if (character === '"') return this.#quote(endOfDouble(this.#text, this.#at + 1), unescaped);
    if (character === '$') return this.#dollar();
    this.#at += 1;
    if (character === '>') this.#redirect();
    else this.#escape();
  }

  #quote(end: number, decode = (inner: string): string => inner): void {
    const inner = decode(this.#text.slice(this.#at + 1, end));
    if (/[\s"'(;]/.test(inner)) this.quoted.push(inner);
    this.#word += inner;
    this.#at = end + 1;
  }

  #escape(): void {
    if (this.#text[this.#at] !== '\n') this.#word += this.#text[this.#at] ?? '';
    this.#at += 1;
  }

  // `$IFS` is a blank, `$@` and `$1` are mostly nothing, and `$'\x63at'` is cat. Of other variables nobody knows.
  #dollar(): void {
    const rest = this.#text.slice(this.#at, this.#at + LONGEST);
    if (rest.startsWith("$'")) {
      this.#at += 1;
      return this.#quote(endOfDouble(this.#text, this.#at + 1, "'"), ansiUnescaped);
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
    if (!this.#writes) this.#statements.word(this.#word);
    if (this.#word !== '') this.#writes = false;
    this.#word = '';
  }

  #endCommand(): void {
    this.#endWord();
    this.#writes = false;
    this.#statements.end();
  }
}

/** Of what begins with a dollar sign and is no variable of the caller's. */
const LONGEST = 6;

function endOfDouble(text: string, from: number, mark = '"'): number {
  let at = from;
  while (at < text.length && text[at] !== mark) at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\$`])/g, '$1');
}

const ANSI: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

// Bash, "ANSI-C Quoting".
function ansiUnescaped(text: string): string {
  return text.replaceAll(/\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[0-7]{1,3}|[^])/g, (escape) => {
    const [, kind = ''] = escape;
    if (escape.length > 2 && 'xu'.includes(kind)) return characterOf(escape.slice(2), 16);
    return /[0-7]/.test(kind) ? characterOf(escape.slice(1), 8) : (ANSI[kind] ?? kind);
  });
}

function characterOf(digits: string, base: number): string {
  return String.fromCharCode(Number.parseInt(digits, base));
}
