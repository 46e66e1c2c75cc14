/** Longer words of a set are told apart by their first letter alone. */
const LONGEST = 31;

/**
 * Tells of most words that they are none of a set, by how they begin and how long they are. Asking the set itself takes a hash
 * of each word, which for a long text is most of the work.
 */
export class WordSieve {
  /** By first character; a bit for each length. */
  readonly #lengths = new Uint32Array(128);

  /** The words begin with ASCII. */
  constructor(words: Iterable<string>) {
    for (const word of words) {
      const first = word.charCodeAt(0);
      this.#lengths[first] = (this.#lengths[first] as number) | bitOf(word.length);
    }
  }

  /** False: it is not in the set. */
  passes(word: string): boolean {
    const first = word.charCodeAt(0);
    return first < 128 && ((this.#lengths[first] as number) & bitOf(word.length)) !== 0;
  }
}

function bitOf(length: number): number {
  return 1 << Math.min(length, LONGEST);
}
