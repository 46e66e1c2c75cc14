const CR = 0x0d;

/** One of the literals, and how far it was looked for. */
interface Sought {
  readonly mark: Buffer;
  /** It has a carriage return in it: most texts have none. */
  readonly isOfWindows: boolean;
  /** Where it was found, or -1. */
  at: number;
  /** Nothing begins before this but what was found. */
  to: number;
}

/** Finds the next of a few literals. Remembers for each how far it was looked for: so no byte is searched twice for one. */
export class MarkSearch {
  readonly #sought: readonly Sought[];
  #returns = false;
  #returnsTo = 0;

  constructor(marks: readonly string[]) {
    this.#sought = marks.map((mark) => ({
      mark: Buffer.from(mark),
      isOfWindows: mark.includes('\r'),
      at: -1,
      to: 0,
    }));
  }

  /** Where the first of them begins from `from` on, or -1. */
  next(text: Buffer, from: number): number {
    let first = -1;
    for (const sought of this.#sought) {
      const at = sought.isOfWindows && !this.#hasReturns(text) ? -1 : find(sought, text, from);
      if (at !== -1 && (first === -1 || at < first)) first = at;
    }
    return first;
  }

  // Looks for the first carriage return, at most once for each byte.
  #hasReturns(text: Buffer): boolean {
    if (this.#returns) return true;
    this.#returns = text.indexOf(CR, this.#returnsTo) !== -1;
    this.#returnsTo = text.length;
    return this.#returns;
  }

  /** The text lost its first `count` bytes. */
  shift(count: number): void {
    this.#returnsTo = Math.max(0, this.#returnsTo - count);
    for (const sought of this.#sought) {
      sought.at = sought.at < count ? -1 : sought.at - count;
      sought.to = Math.max(0, sought.to - count);
    }
  }
}

function find(sought: Sought, text: Buffer, from: number): number {
  if (sought.at >= from) return sought.at;
  const start = Math.max(from, sought.to);
  sought.at = start >= text.length ? -1 : text.indexOf(sought.mark, start);
  sought.to = sought.at === -1 ? Math.max(start, text.length - sought.mark.length + 1) : sought.at + 1;
  return sought.at;
}
