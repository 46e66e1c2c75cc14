import { splice } from '../mask/replacement.ts';
import type { Masker } from '../mask/masker.ts';
import { LF, feedsIn } from './line-ends.ts';
import type { OutputEdit } from './merged-edits.ts';
import { columnsIn, OutputHiding } from './output-hiding.ts';
import { Page, type Shown } from './output-page.ts';
import type { Passage } from './passage.ts';

/** Of what was written last, so much is remembered: a prompt is told by what stands before it. */
const BEHIND = 256;
/** No secret is in a shorter sequence. */
const SHORTEST_STRING = 12;

interface Plan {
  /** Sorted, free of overlaps, none past `upTo`. */
  readonly edits: readonly OutputEdit[];
  /** Offset in the text. */
  readonly upTo: number;
}

/** Writes text with its escape sequences, and in place of secrets their masks. */
export class OutputWriter {
  /** The text is written up to here. */
  written = 0;
  #lastText: Uint8Array = new Uint8Array(0);
  readonly #masker: Masker;
  readonly #keepWidth: boolean;
  #line = 1;
  #page = new Page();

  constructor(masker: Masker, keepWidth: boolean) {
    this.#masker = masker;
    this.#keepWidth = keepWidth;
  }

  /** The end of the text that was written. */
  get lastText(): Uint8Array {
    return this.#lastText;
  }

  /** Writes what of the passages comes before `upTo`; what is left of them comes first the next time. */
  write(passages: readonly Passage[], { edits, upTo }: Plan): { shown: Shown; left: Passage[] } {
    const before = this.written;
    this.#page = new Page();
    const hidings = edits
      .filter(({ end }) => end > before)
      .map((edit) => new OutputHiding(edit, columnsIn(passages, Math.max(edit.start, before), edit.end)));
    for (const passage of passages)
      if (passage.at <= upTo) this.#write(passage, { hidings, upTo: Math.max(before, upTo) });
    this.#remember(passages, before);
    const left = passages.filter(({ from, source }) => from < source.length);
    return { shown: this.#page.shown(), left };
  }

  #write(passage: Passage, { hidings, upTo }: { hidings: readonly OutputHiding[]; upTo: number }): void {
    const stop = Math.min(passage.end, upTo);
    for (const hiding of hidings) {
      if (hiding.end <= this.written || hiding.start >= stop) continue;
      this.#pass(passage, Math.max(hiding.start, this.written));
      this.#hide(passage, hiding, Math.min(hiding.end, stop));
    }
    this.#pass(passage, stop);
  }

  // As it stands, up to there in the text and with the sequences there. Only titles and links are looked into.
  #pass(passage: Passage, upTo: number): void {
    const { sequences, source, at } = passage;
    const place = upTo - at;
    for (; sequences.next(passage.next) <= place; passage.next++)
      if (sequences.strings.has(passage.next)) this.#passString(passage);
    const last = passage.next - 1;
    const end = last < 0 ? place : sequences.to(last) + place - sequences.next(last);
    this.#page.add(source.subarray(passage.from, end));
    passage.from = end;
    this.#goTo(passage, place, true);
  }

  #passString(passage: Passage): void {
    const { sequences, source, next } = passage;
    this.#page.add(source.subarray(passage.from, sequences.from(next)));
    this.#goTo(passage, sequences.place(next), true);
    this.#writeString(source.subarray(sequences.from(next), sequences.to(next)));
    passage.from = sequences.to(next);
  }

  // What stands in its middle stays.
  #hide(passage: Passage, hiding: OutputHiding, end: number): void {
    const { sequences, source, at } = passage;
    const stop = end - at;
    for (let place = this.written - at; place < stop;) {
      const next = Math.min(stop, sequences.place(passage.next));
      if (next > place) {
        const keepsLines = this.#writeHidden(hiding, passage.text.subarray(place, next));
        passage.from += next - place;
        this.#goTo(passage, next, keepsLines);
      }
      place = next;
      if (next === stop) continue;
      if (sequences.strings.has(passage.next)) this.#passString(passage);
      else this.#page.add(source.subarray(passage.from, sequences.to(passage.next)));
      passage.from = sequences.to(passage.next);
      place = sequences.next(passage.next++);
      this.#goTo(passage, place, true);
    }
  }

  // The first part of what is hidden brings the placeholder; where the width counts each its share of it. False: it had no lines.
  #writeHidden(hiding: OutputHiding, hidden: Uint8Array): boolean {
    const { replacement, keepsLines, cells, edit } = hiding;
    if (!hiding.begun) {
      const length = this.#keepWidth ? cells.length : replacement.length;
      this.#page.find(edit, { length, line: this.#line });
    }
    if (!this.#keepWidth && !hiding.begun) this.#page.add(replacement);
    hiding.begun = true;
    if (!this.#keepWidth && !keepsLines) return false;
    this.#page.add(Buffer.from([...hidden].flatMap((byte) => hiding.byteFor(byte, this.#keepWidth))));
    return true;
  }

  // A title or a link may have a secret in it.
  #writeString(sequence: Uint8Array): void {
    const edits = sequence.length < SHORTEST_STRING ? [] : this.#masker.inspect(sequence);
    const line = this.#line;
    for (const edit of edits) this.#page.find(edit, { length: edit.replacement.length, line });
    const shown = edits.length === 0 ? sequence : splice(sequence, edits);
    this.#page.add(shown);
    this.#line += feedsIn(shown);
  }

  // Counts the lines on the way, if they are shown; what reads as a line end and is none is no line.
  #goTo(passage: Passage, place: number, isShown: boolean): void {
    const { lineEnds, text, at } = passage;
    const { breaks } = passage.sequences;
    for (let end = lineEnds[passage.nextEnd]; end !== undefined && end < place;) {
      if (isShown && text[end] === LF && !breaks.has(end)) this.#line++;
      end = lineEnds[++passage.nextEnd];
    }
    this.written = Math.max(this.written, at + place);
  }

  // Copied, so that no whole piece is kept for it.
  #remember(passages: readonly Passage[], before: number): void {
    if (this.written === before) return;
    const from = Math.max(before, this.written - BEHIND);
    const parts = passages.map((passage) => passage.textIn(from, this.written));
    const missing = BEHIND - (this.written - from);
    const kept = this.#lastText.subarray(Math.max(0, this.#lastText.length - missing));
    this.#lastText = Uint8Array.from(Buffer.concat(missing > 0 ? [kept, ...parts] : parts));
  }
}
