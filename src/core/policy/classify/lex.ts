/** Words of one command or statement, in order. */
export type Statement = readonly string[];

/** Of what is joined by dots nothing longer is looked for. */
const LONGEST_NAME = 256;

/** Collects words into statements, one within another perhaps. */
export class Statements {
  readonly done: string[][] = [];
  readonly #outer: string[][] = [];
  #open: string[] = [];

  word(text: string): void {
    if (text !== '') this.#open.push(text);
  }

  /** Continues the last word where one ends, or the other begins, with a dot: `mysql`.`user` is one name. */
  part(text: string): void {
    const last = this.#open.at(-1);
    if (last === undefined || !(beginsWithDot(text) || endsWithDot(last)) || last.length > LONGEST_NAME)
      return this.word(text);
    this.#open[this.#open.length - 1] = last + text;
  }

  /** What follows begins anew. */
  end(): void {
    if (this.#open.length > 0) this.done.push(this.#open);
    this.#open = [];
  }

  /** What follows stands within what came before, which goes on after `leave`. */
  enter(): void {
    this.#outer.push(this.#open);
    this.#open = [];
  }

  leave(): void {
    const outer = this.#outer.pop();
    this.end();
    if (outer !== undefined) this.#open = outer;
  }

  /** What is open is as good as ended: a text may be cut. */
  finish(): void {
    this.end();
    while (this.#outer.length > 0) this.leave();
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

/** Where the run of characters ends that are not ASCII, or of this kind. */
export function runEnd(
  text: string,
  from: number,
  { kinds, kind }: { kinds: Uint8Array; kind: number },
): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80 && kinds[code] !== kind) return at;
  }
  return at;
}

/** Where `mark` is next, or the text's end. */
export function until(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at;
}

const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * A text as a lenient server might read it: small letters, full-width ones too, and no invisible characters. Letters of
 * another script that look the same stay: no server runs a word that has one in it.
 */
export function folded(text: string): string {
  const plain = NOT_ASCII.test(text) ? text.normalize('NFKC').replaceAll(IGNORED, '') : text;
  return plain.toLowerCase();
}
