import { LIMITS } from '../limits.ts';

/** Words that recur, each kept once; long ones cut. */
export class Words {
  readonly #codes = new Map<string, number>([['', 0]]);
  readonly #words = [''];

  /** The number of a word; 0 is that of none. */
  code(word: string | undefined): number {
    if (word === undefined) return 0;
    const known = this.#codes.get(word);
    return known ?? this.#add(word);
  }

  word(code: number): string {
    return this.#words[code] ?? '';
  }

  /** For each number whether its word has this text, in any case. */
  with(text: string): boolean[] {
    const wanted = text.toLowerCase();
    return this.#words.map((word) => word !== '' && word.toLowerCase().includes(wanted));
  }

  // Copied: what is cut out of a line would keep all of the line in memory.
  #add(word: string): number {
    const copy = Buffer.from(word.slice(0, LIMITS.reviewLabelChars)).toString();
    const known = this.#codes.get(copy);
    if (known !== undefined) return known;
    this.#words.push(copy);
    this.#codes.set(copy, this.#words.length - 1);
    return this.#words.length - 1;
  }
}
