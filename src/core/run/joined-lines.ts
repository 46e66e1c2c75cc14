import type { KnownValues } from '../mask/known-values.ts';
import type { Placeholders } from '../mask/placeholders.ts';
import { isEscaped, isPlain, lineEnd, pastLineEnds, type Stretch, withoutLineEnds } from './line-ends.ts';
import type { OutputEdit } from './merged-edits.ts';

/** Line ends within one value, and what tells whether a number stands alone. */
const MARGIN = 128;

/** What `JoinedLines` knows by now: all offsets are those of the text. */
export interface Joined {
  readonly edits: OutputEdit[];
  readonly settled: number;
}

/**
 * Finds known values that somebody has broken into lines, as terminals, `fold` and mailers do. At most line ends it takes one
 * look: where the bytes on both sides stand side by side in no value, none goes through it.
 */
export class JoinedLines {
  readonly #known: KnownValues;
  readonly #placeholders: Placeholders;
  /** The end of the text so far, and where in the text it begins. */
  #kept: Uint8Array = new Uint8Array(0);
  #base = 0;

  constructor(known: KnownValues, placeholders: Placeholders) {
    this.#known = known;
    this.#placeholders = placeholders;
  }

  /** Takes the next piece of the text; undefined: nothing more comes. */
  advance(text: Uint8Array | undefined): Joined {
    // A value may be that long with all of its line ends.
    const reach = this.#known.size === 0 ? 0 : 2 * this.#known.longest + MARGIN;
    if (text === undefined) return this.#take(this.#kept, { reach, final: true });
    // Of a large piece only the first is copied to what was kept: then what is kept stands in the piece itself.
    const seam = text.length > 4 * reach ? 2 * reach : text.length;
    const first = this.#take(Buffer.concat([this.#kept, text.subarray(0, seam)]), { reach, final: false });
    if (seam === text.length) return first;
    const kept = text.subarray(seam - Math.min(seam, this.#kept.length));
    const { edits, settled } = this.#take(kept, { reach, final: false });
    return { edits: [...first.edits, ...edits], settled };
  }

  // What was kept, with what has come since.
  #take(bytes: Uint8Array, { reach, final }: { reach: number; final: boolean }): Joined {
    const end = bytes.length;
    const base = this.#base;
    const tail = Math.max(0, end - reach);
    const edits = this.#stretches(bytes, reach).flatMap(
      (stretch) => this.#search(bytes, stretch, true).edits,
    );
    const last = this.#search(bytes, { from: tail, to: end }, final);
    this.#kept = Uint8Array.from(bytes.subarray(Math.max(0, end - 2 * reach)));
    this.#base = base + end - this.#kept.length;
    return { edits: [...edits, ...last.edits].map((edit) => movedBy(edit, base)), settled: base + last.open };
  }

  // Around the line ends that a value may go through; what reaches the end of the text is looked at when there is more.
  #stretches(bytes: Uint8Array, reach: number): Stretch[] {
    const found: { from: number; to: number }[] = [];
    for (let at = lineEnd(bytes, 0); at < bytes.length;) {
      const next = pastLineEnds(bytes, at);
      if (at > 0 && next < bytes.length && this.#isCrossed(bytes, at, next)) {
        const [from, to] = [Math.max(0, at - reach), Math.min(bytes.length, next + reach)];
        const last = found.at(-1);
        if (last !== undefined && from <= last.to) last.to = to;
        else found.push({ from, to });
      }
      at = lineEnd(bytes, next);
    }
    return found;
  }

  // Two bytes tell most of them, four more, where these are the value's own and no escapes.
  #isCrossed(bytes: Uint8Array, at: number, next: number): boolean {
    if (isEscaped(bytes, at, next)) return true;
    if (!this.#known.hasPair(bytes[at - 1] as number, bytes[next] as number)) return false;
    return !isPlain(bytes, at, next) || this.#known.mayCross(bytes, at, next);
  }

  // `open`: a value may begin there that goes on behind the end.
  #search(bytes: Uint8Array, { from, to }: Stretch, final: boolean): { edits: OutputEdit[]; open: number } {
    const { joined, places } = withoutLineEnds(bytes, { from, to });
    const { matches, open } = this.#known.search(joined, { from: 0, end: joined.length }, final);
    const edits: OutputEdit[] = [];
    for (const match of matches) {
      const start = places[match.start] ?? to;
      const end = (places[match.end - 1] ?? to) + 1;
      // In one line it is found without joining; encoded over several it is, too.
      if (match.encoding !== 'plain' || end - start === match.end - match.start) continue;
      const placeholder = this.#placeholders.issue('known', this.#known.bytesOf(match));
      const why = `the value of ${match.source}, broken into lines`;
      const hidden = { rule: 'known', kind: 'known', replacement: placeholder, placeholder, why } as const;
      edits.push({ ...hidden, start, end, broken: true });
    }
    return { edits, open: open >= joined.length ? to : (places[open] ?? to) };
  }
}

function movedBy(edit: OutputEdit, by: number): OutputEdit {
  return { ...edit, start: edit.start + by, end: edit.end + by };
}
