/** From the first character to behind the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const BLANK = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const ATOM = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const EMPTY = /\{[ \t\n\r]*\}|\[[ \t\n\r]*\]/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Goes through JSON text (RFC 8259) lexeme by lexeme. */
export class Scanner {
  readonly text: string;
  readonly #isPart: boolean;
  at = 0;

  /** Of a text of which only the beginning is there (`isPart`) the last string may be open. */
  constructor(text: string, isPart: boolean) {
    this.text = text;
    this.#isPart = isPart;
  }

  /** Why nothing was read: the text is over, or is none of JSON's. */
  get failure(): 'end' | 'bad' {
    const rest = this.peek() === '' ? '' : this.text.slice(this.at, this.at + 32);
    return rest === '' || (this.#isPart && /^[\w.+-]{1,31}$/.test(rest)) ? 'end' : 'bad';
  }

  /** The next character that is no blank; '' at the end. */
  peek(): string {
    BLANK.lastIndex = this.at;
    BLANK.exec(this.text);
    this.at = BLANK.lastIndex;
    return this.text[this.at] ?? '';
  }

  take(character: string): 'ok' | 'end' | 'bad' {
    const next = this.peek();
    if (next !== character) return next === '' ? 'end' : 'bad';
    this.at += 1;
    return 'ok';
  }

  string(): Span | undefined {
    if (this.peek() !== '"') return undefined;
    const from = this.at;
    const to = this.#stringEnd(from + 1);
    if (to === undefined) return undefined;
    this.at = to;
    return { from, to };
  }

  /** A string, number, literal or empty container as a whole; of any other container its bracket. */
  value(): Span | undefined {
    const first = this.peek();
    if (first === '"') return this.string();
    if (first !== '{' && first !== '[') return this.#match(ATOM);
    return this.#match(EMPTY) ?? { from: this.at, to: (this.at += 1) };
  }

  isContainer({ from, to }: Span): boolean {
    return to === from + 1 && (this.text[from] === '{' || this.text[from] === '[');
  }

  // By hand: for a string of megabytes a regular expression would need as much stack.
  #stringEnd(from: number): number | undefined {
    const { text } = this;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) return at + 1;
      if (code < 0x20) return undefined;
      if (code !== BACKSLASH) continue;
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return this.#isPart && text.length - at < 6 ? text.length : undefined;
      at = ESCAPE.lastIndex - 1;
    }
    return this.#isPart ? text.length : undefined;
  }

  #match(pattern: RegExp): Span | undefined {
    pattern.lastIndex = this.at;
    const from = this.at;
    if (!pattern.test(this.text)) return undefined;
    this.at = pattern.lastIndex;
    return { from, to: this.at };
  }
}
