import type { Edit } from '../mask/finding.ts';
import type { KnownValues } from '../mask/known-values.ts';
import type { Placeholders } from '../mask/placeholders.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Whether a number stands alone is told by what is before it. */
const BEHIND = 64;

/** A stretch of the text without a line end in it: where it stands in the text, and where when all lines are joined. */
interface Stretch {
  readonly at: number;
  readonly joined: number;
}

/** What `JoinedLines` knows by now: all offsets are those of the text. */
export interface Joined {
  readonly edits: Edit[];
  readonly settled: number;
}

/** Finds known values that somebody has broken into lines, as terminals, `fold` and mailers do. */
export class JoinedLines {
  readonly #known: KnownValues;
  readonly #placeholders: Placeholders;
  /** Length of the text so far. */
  #length = 0;
  /** The joined text from `#base` on. */
  #bytes = Buffer.alloc(0);
  #base = 0;
  #stretches: Stretch[] = [];
  /** From here on a value may still begin, in the joined text. */
  #open = 0;

  constructor(known: KnownValues, placeholders: Placeholders) {
    this.#known = known;
    this.#placeholders = placeholders;
  }

  /** Bytes of a line that may be the beginning of a value. */
  get held(): number {
    return this.#end - this.#open;
  }

  /** Takes the next piece of the text; undefined: nothing more comes. */
  advance(text: Uint8Array | undefined): Joined {
    if (text !== undefined) this.#append(text);
    // What is added to the text later is looked at then: what was added before there was any value, never is.
    if (this.#known.size === 0) this.#open = this.#end;
    const range = { from: this.#open - this.#base, end: this.#bytes.length };
    const { matches, open } = this.#known.search(this.#bytes, range, text === undefined);
    const upTo = open + this.#base;
    const edits: Edit[] = [];
    for (const match of matches) {
      if (match.encoding !== 'plain' || match.start >= open) continue;
      const start = this.#inText(match.start + this.#base);
      const end = this.#inText(match.end - 1 + this.#base) + 1;
      // In one line it is found without joining.
      if (end - start === match.end - match.start) continue;
      const placeholder = this.#placeholders.issue('known', this.#known.bytesOf(match));
      const why = `the value of ${match.source}, broken into lines`;
      edits.push({ rule: 'known', kind: 'known', start, end, why, replacement: placeholder, placeholder });
    }
    this.#open = upTo;
    const settled = upTo === this.#end ? this.#length : this.#inText(upTo);
    this.#forget();
    return { edits, settled };
  }

  get #end(): number {
    return this.#base + this.#bytes.length;
  }

  #append(text: Uint8Array): void {
    const parts: Uint8Array[] = [this.#bytes];
    let end = this.#end;
    let from = 0;
    for (const at of lineEnds(text)) {
      if (at > from) {
        this.#begin(this.#length + from, end);
        parts.push(text.subarray(from, at));
        end += at - from;
      }
      from = at + 1;
    }
    this.#length += text.length;
    this.#bytes = Buffer.concat(parts);
  }

  #begin(at: number, joined: number): void {
    const last = this.#stretches.at(-1);
    if (last === undefined || at - last.at !== joined - last.joined) this.#stretches.push({ at, joined });
  }

  #inText(joined: number): number {
    const stretch = this.#stretches.findLast((candidate) => candidate.joined <= joined);
    return stretch === undefined ? joined : stretch.at + joined - stretch.joined;
  }

  #forget(): void {
    const drop = this.#open - BEHIND - this.#base;
    if (drop <= 0) return;
    this.#bytes = this.#bytes.subarray(drop);
    this.#base += drop;
    const first = this.#stretches.findLastIndex(({ joined }) => joined <= this.#base);
    if (first > 0) this.#stretches = this.#stretches.slice(first);
  }
}

// All of them, and the end of the text.
function* lineEnds(text: Uint8Array): Generator<number> {
  let feed = placeOf(text, LF, 0);
  let back = placeOf(text, CR, 0);
  while (feed < text.length || back < text.length) {
    const end = Math.min(feed, back);
    yield end;
    if (end === feed) feed = placeOf(text, LF, end + 1);
    else back = placeOf(text, CR, end + 1);
  }
  yield text.length;
}

function placeOf(text: Uint8Array, byte: number, from: number): number {
  const at = text.indexOf(byte, from);
  return at === -1 ? text.length : at;
}
