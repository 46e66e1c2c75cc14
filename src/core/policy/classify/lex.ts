/** Words of one command or statement, lower-case, in order. */
export type Statement = readonly string[];

/** Collects words into statements. */
export class Statements {
  readonly done: string[][] = [];
  #open: string[] = [];

  word(text: string): void {
    if (text !== '') this.#open.push(text.toLowerCase());
  }

  /** What follows begins anew. */
  end(): void {
    if (this.#open.length > 0) this.done.push(this.#open);
    this.#open = [];
  }
}

/** Where the run of characters that `is` accepts ends. */
export function runEnd(text: string, from: number, is: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && is(text.charCodeAt(at))) at += 1;
  return at;
}

/** Where `mark` is next, or the text's end. */
export function until(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at;
}
