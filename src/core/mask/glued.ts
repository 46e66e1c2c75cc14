import type { Anchor, AnchorSet } from './anchors.ts';
import { CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import type { Finder, Surroundings } from './finder.ts';
import { Window } from './window.ts';

/**
 * Vendor tokens right behind a known value or a placeholder. A letter or digit before a token mostly says that it is none; here
 * it says nothing, for it belongs to something else.
 */
export class GluedTokens {
  /** By the first two bytes. */
  readonly #anchors: ReadonlyMap<number, readonly Anchor[]>;
  readonly #around: Surroundings;
  /** Made for the few texts that ask for tokens. */
  #rest: Rest | undefined;

  constructor(set: AnchorSet, around: Surroundings) {
    this.#anchors = startsOf(set);
    this.#around = around;
  }

  /** The token that begins at `at`, where something else ends. */
  at(window: Window, at: number): Candidate | undefined {
    if (at > 0 && CLASSES.alnum[window.bytes[at - 1] as number] !== 1) return undefined;
    const anchors = this.#anchors.get(keyAt(window.peek(at), window.peek(at + 1)));
    if (anchors === undefined) return undefined;
    this.#rest ??= new Rest();
    this.#rest.show(window, at);
    let longest: Candidate | undefined;
    for (const anchor of anchors) {
      const token = this.#match(this.#rest, anchor, at);
      if (token !== undefined && token.end > (longest?.end ?? at)) longest = token;
    }
    if (this.#rest.starved) window.starved = true;
    return longest;
  }

  /** The window dropped its first bytes. */
  shift(): void {
    this.#rest?.forgetRuns();
  }

  #match(window: Rest, { literal, match }: Anchor, at: number): Candidate | undefined {
    for (let i = 0; i < literal.length; i++)
      if (window.peek(at + i) !== literal.charCodeAt(i)) return undefined;
    const token = match({ window, start: at, end: at + literal.length, floor: at, around: this.#around });
    if (token === undefined || (token.confidence ?? 1) < this.#around.threshold) return undefined;
    const { goesOn: _, ...whole } = token;
    return whole;
  }
}

/** What stands in a window behind some place, as if nothing stood before it. */
class Rest extends Window {
  #from = 0;

  constructor() {
    super(new Uint8Array(0), false);
  }

  show({ bytes, end, final }: Window, from: number): void {
    this.bytes = bytes;
    this.end = end;
    this.final = final;
    this.starved = false;
    this.#from = from;
  }

  override peek(at: number): number {
    return at < this.#from ? 0 : super.peek(at);
  }
}

/** Of what is no vendor's format these count, too: JSON Web Tokens. */
const TOKENS: ReadonlySet<string> = new Set(['eyJ']);

const starts = new WeakMap<AnchorSet, ReadonlyMap<number, readonly Anchor[]>>();

// Made once for each set of rules.
function startsOf(set: AnchorSet): ReadonlyMap<number, readonly Anchor[]> {
  const done = starts.get(set);
  if (done !== undefined) return done;
  const byKey = new Map<number, Anchor[]>();
  for (const anchor of set.anchors) {
    if (anchor.isStart !== true && !TOKENS.has(anchor.literal)) continue;
    const key = keyAt(anchor.literal.charCodeAt(0), anchor.literal.charCodeAt(1));
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [anchor]);
    else same.push(anchor);
  }
  starts.set(set, byKey);
  return byKey;
}

function keyAt(first: number, second: number): number {
  return (first << 8) | second;
}

const MARK = Buffer.from('hpm_');
/** A rule of one letter, and a tag. */
const SHORTEST_PLACEHOLDER = 22;
const LONGEST_PLACEHOLDER = 128;

/** Finds the tokens that stand right behind an issued placeholder. */
export class GluedFinder implements Finder {
  from = 0;
  readonly #tokens: GluedTokens;
  readonly #around: Surroundings;

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
      const token = this.#behind(window, at);
      if (window.starved) {
        this.from = at;
        return;
      }
      if (token !== undefined) found.push(token);
    }
    this.from = window.final ? window.end : Math.max(this.from, markBegun(text));
  }

  shift(count: number): void {
    this.from -= count;
    this.#tokens.shift();
  }

  // Asking for a token is cheap, and whether a placeholder was issued is not.
  #behind(window: Window, mark: number): Candidate | undefined {
    const past = window.runEnd(mark, CLASSES.word, mark + LONGEST_PLACEHOLDER);
    for (let at = mark + SHORTEST_PLACEHOLDER; at <= past; at++) {
      const token = this.#tokens.at(window, at);
      if (token !== undefined && this.#around.issuedEnd(window.bytes, mark, window.end) === at) return token;
    }
    return undefined;
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
