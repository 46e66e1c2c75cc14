import { byteClass, CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import type { Finder, Surroundings } from './finder.ts';
import type { GluedTokens } from './glued.ts';
import type { Window } from './window.ts';

const MARK = Buffer.from('hpm_');
/** A rule of one letter, and a tag. */
const SHORTEST_PLACEHOLDER = 22;
/** What authenticates it, and a character of the tag itself: such a run stands at the end of each. */
const SHORTEST_TAG = 7;
const IN_TAG = byteClass('abcdefghijklmnopqrstuvwxyz234567');
const LONGEST_PLACEHOLDER = 128;

/** Finds the tokens that stand right behind an issued placeholder. */
export class GluedFinder implements Finder {
  from = 0;
  readonly #tokens: GluedTokens;
  readonly #around: Surroundings;
  /** The end of a tag that was looked for last. */
  #tag = { window: 0, upTo: 0, asked: 0, at: 0 };

  constructor(tokens: GluedTokens, around: Surroundings) {
    this.#tokens = tokens;
    this.#around = around;
  }

  advance(window: Window, found: Candidate[]): void {
    const { isComplete, hasPlaceholder } = this.#around.landmarks;
    if (isComplete && !hasPlaceholder) {
      this.from = window.end;
      return;
    }
    const text = Buffer.from(window.bytes.buffer, window.bytes.byteOffset, window.end);
    for (let at = text.indexOf(MARK, this.from); at !== -1; at = text.indexOf(MARK, at + MARK.length)) {
      window.starved = false;
      const tokens = this.#behind(window, at);
      if (window.starved) {
        this.from = at;
        return;
      }
      found.push(...tokens);
    }
    this.from = window.final ? window.end : Math.max(this.from, markBegun(text));
  }

  shift(count: number): void {
    this.from -= count;
    this.#tokens.shift();
  }

  // Asking for a token is cheap, and whether a placeholder was issued is not.
  #behind(window: Window, mark: number): Candidate[] {
    const past = window.longRunEnd(mark, CLASSES.word, mark + LONGEST_PLACEHOLDER);
    for (
      let at = this.#tagEnd(window, mark + SHORTEST_PLACEHOLDER);
      at <= past;
      at = this.#tagEnd(window, at + 1)
    ) {
      const tokens = this.#tokens.from(window, at);
      if (tokens.length > 0 && this.#around.issuedEnd(window.bytes, mark, window.end) === at) return tokens;
    }
    return [];
  }

  // The first place from `from` on behind bytes as a placeholder has them at its end, or past the end. Marks may stand close together.
  #tagEnd({ bytes, end, id }: Window, from: number): number {
    const { asked, at: known, window, upTo } = this.#tag;
    if (window === id && upTo === end && from >= asked && from <= known) return known;
    let count = 0;
    let at = from - SHORTEST_TAG;
    while (at < end && (count < SHORTEST_TAG || at < from)) {
      count = IN_TAG[bytes[at] as number] === 1 ? count + 1 : 0;
      at++;
    }
    if (count < SHORTEST_TAG) at = end + 1;
    this.#tag = { window: id, upTo: end, asked: from, at };
    return at;
  }
}

// Where at the end of a text a mark may begin; the end itself when none does.
function markBegun(text: Buffer): number {
  for (let length = Math.min(MARK.length - 1, text.length); length > 0; length--) {
    const at = text.length - length;
    if (text.compare(MARK, 0, length, at) === 0) return at;
  }
  return text.length;
}
