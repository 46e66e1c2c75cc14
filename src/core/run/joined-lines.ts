import type { KnownValues } from '../mask/known-values.ts';
import type { Placeholders } from '../mask/placeholders.ts';
import { isEscaped, isPlain, lineEndsIn, pastLineEnds, type Stretch, withoutLineEnds } from './line-ends.ts';
import type { OutputEdit } from './merged-edits.ts';
import type { Passage } from './passage.ts';

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
  advance(passage: Pick<Passage, 'text' | 'lineEnds'> | undefined): Joined {
    // A value may be that long with all of its line ends.
    const reach = this.#known.size === 0 ? 0 : 2 * this.#known.longest + MARGIN;
    if (passage === undefined) return this.#settle(this.#kept, { reach, edits: [], final: true });
    const { text, lineEnds } = passage;
    if (text.length <= 4 * reach) {
      const bytes = Buffer.concat([this.#kept, text]);
      const edits = this.#broken(bytes, lineEndsIn(bytes), reach);
      return this.#settle(bytes, { reach, edits, final: false });
    }
    // Of a large piece only the first is copied to what was kept.
    const seam = Buffer.concat([this.#kept, text.subarray(0, 2 * reach)]);
    const base = this.#base;
    const before = this.#broken(seam, lineEndsIn(seam), reach).map((edit) => movedBy(edit, base));
    this.#base += this.#kept.length;
    const within = this.#broken(text, lineEnds, reach);
    const { edits, settled } = this.#settle(text, { reach, edits: within, final: false });
    return { edits: [...before, ...edits], settled };
  }

  // Around the line ends that a value may go through.
  #broken(bytes: Uint8Array, lineEnds: readonly number[], reach: number): OutputEdit[] {
    if (reach === 0) return [];
    const stretches = this.#stretches(bytes, lineEnds, reach);
    return stretches.flatMap((stretch) => this.#search(bytes, stretch, true).edits);
  }

  // Looks at the end of what is there, and keeps it.
  #settle(
    bytes: Uint8Array,
    { reach, edits, final }: { reach: number; edits: readonly OutputEdit[]; final: boolean },
  ): Joined {
    const end = bytes.length;
    const base = this.#base;
    const last = this.#search(bytes, { from: Math.max(0, end - reach), to: end }, final);
    this.#kept = Uint8Array.from(bytes.subarray(Math.max(0, end - 2 * reach)));
    this.#base = base + end - this.#kept.length;
    return { edits: [...edits, ...last.edits].map((edit) => movedBy(edit, base)), settled: base + last.open };
  }

  // What reaches the end of the text is looked at when there is more.
  #stretches(bytes: Uint8Array, lineEnds: readonly number[], reach: number): Stretch[] {
    const found: { from: number; to: number }[] = [];
    let next = 0;
    for (const at of lineEnds) {
      if (at < next) continue;
      next = pastLineEnds(bytes, at);
      if (at === 0 || next >= bytes.length || !this.#isCrossed(bytes, at, next)) continue;
      const [from, to] = [Math.max(0, at - reach), Math.min(bytes.length, next + reach)];
      const last = found.at(-1);
      if (last !== undefined && from <= last.to) last.to = to;
      else found.push({ from, to });
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
