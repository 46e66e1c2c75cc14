import { plainView } from '../../bytes.ts';

/** Words of one command or statement, in order. */
export type Statement = readonly string[];

/** Stands for a word that no table names; none of them holds it. */
export const OTHER = '\0';

/** Stands for a whole number that no table names. */
export const NUMBER = '0';

/** Of what is joined by dots nothing longer is looked for. */
const LONGEST_NAME = 256;

/** Collects words into statements, one within another perhaps. A statement of which no word tells anything is dropped. */
export class Statements {
  readonly done: string[][] = [];
  /** Of all that are open, the outermost first. What is above `#top` is over. */
  readonly #words: string[] = [];
  #top = 0;
  /** Where the innermost begins, and whether it tells anything; then those around it. */
  #start = 0;
  #tells = false;
  readonly #starts: number[] = [];
  readonly #telling: boolean[] = [];

  word(text: string, tells: boolean): void {
    this.#words[this.#top] = text;
    this.#top += 1;
    if (tells) this.#tells = true;
  }

  /** Continues the last word where one ends, or the other begins, with a dot: `mysql`.`user` is one name. */
  part(text: string, tells: boolean): void {
    const last = this.#top > this.#start ? this.#words[this.#top - 1] : undefined;
    if (last === undefined || !(beginsWithDot(text) || endsWithDot(last)) || last.length > LONGEST_NAME)
      return this.word(text, tells);
    this.#words[this.#top - 1] = last + text;
    if (tells) this.#tells = true;
  }

  /** The last word ends with a dot: whatever comes next is part of its name. */
  get goesOn(): boolean {
    return this.#top > this.#start && endsWithDot(this.#words[this.#top - 1] ?? '');
  }

  /** What follows begins anew. */
  end(): void {
    if (this.#tells) this.done.push(this.#words.slice(this.#start, this.#top));
    this.#top = this.#start;
    this.#tells = false;
  }

  /** What follows stands within what came before, which goes on after `leave`. */
  enter(): void {
    this.#starts.push(this.#start);
    this.#telling.push(this.#tells);
    this.#start = this.#top;
    this.#tells = false;
  }

  leave(): void {
    this.end();
    const start = this.#starts.pop();
    if (start === undefined) return;
    this.#start = start;
    this.#tells = this.#telling.pop() === true;
  }

  /** What is open is as good as ended: a text may be cut. */
  finish(): void {
    while (this.#starts.length > 0) this.leave();
    this.end();
  }
}

function beginsWithDot(text: string): boolean {
  return text.charCodeAt(0) === DOT;
}

function endsWithDot(text: string): boolean {
  return text.charCodeAt(text.length - 1) === DOT;
}

const DOT = 0x2e;

/** Stands for what is not ASCII. */
const FOREIGN = 0x80;

/**
 * The characters of a text one by one, which are read several times faster than from the text itself: those of ASCII, and
 * `FOREIGN` for each other. There may be more behind them. Of a short text they stand in `room`.
 */
export function codesOf(text: string, room: Uint8Array): Uint8Array {
  if (text.length > room.length && isAscii(text)) return plainView(Buffer.from(text, 'latin1'));
  const codes = text.length > room.length ? new Uint8Array(text.length) : room;
  for (let at = 0; at < text.length; at += 1) codes[at] = Math.min(text.charCodeAt(at), FOREIGN);
  return codes;
}

/** Where `mark` is next, or the text's end. */
export function until(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at;
}

const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * A text as a lenient server might read it: small letters, full-width ones too, and no invisible characters. Letters of
 * another script that look the same stay: no server runs a word that has one in it.
 */
export function folded(text: string): string {
  const plain = isAscii(text) ? text : text.normalize('NFKC').replaceAll(IGNORED, '');
  return plain.toLowerCase();
}

// Of all characters those of ASCII alone take one byte each, and counting bytes is the fastest way to look at all of them.
function isAscii(text: string): boolean {
  return Buffer.byteLength(text, 'utf8') === text.length;
}
