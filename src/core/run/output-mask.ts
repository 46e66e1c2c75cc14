import type { Passed } from '../mask/exceptions.ts';
import type { Masker } from '../mask/masker.ts';
import { moved } from '../mask/replacement.ts';
import { JoinedLines } from './joined-lines.ts';
import { LF } from './line-ends.ts';
import { LiveStream } from './live-stream.ts';
import { MaskCommands } from './mask-commands.ts';
import { mergedEdits, type OutputEdit } from './merged-edits.ts';
import type { ExceptedRecord } from '../session/event.ts';
import type { Shown } from './output-page.ts';
import { OutputWriter } from './output-writer.ts';
import { mayGo } from './idle.ts';
import { Passage, type ReadPiece } from './passage.ts';

export interface OutputOptions {
  /** On a terminal masks keep the width, so that what stands behind them stays where it is. */
  readonly keepWidth: boolean;
  /** The output itself said that this is a secret. */
  readonly onAnnounced: (value: string) => void;
}

/**
 * Masks what a program writes, as it comes. A secret is found whatever stands in its middle: the end of a write, a colour,
 * the end of a line. Held back is only what may still be part of one.
 */
export class OutputMask {
  readonly #masker: Masker;
  readonly #options: OutputOptions;
  readonly #stream: LiveStream;
  readonly #joined: JoinedLines;
  readonly #commands = new MaskCommands();
  readonly #writer: OutputWriter;
  /** What has not been written, in order. */
  #passages: Passage[] = [];
  /** Length of the text so far. */
  #length = 0;
  #edits: OutputEdit[] = [];
  /** What passed and was not told of: it is not written yet. */
  #passed: readonly Passed[] = [];
  /** By each of the searches the text is settled up to here. */
  #settled = { stream: 0, joined: 0 };

  constructor(masker: Masker, options: OutputOptions) {
    this.#masker = masker;
    this.#options = options;
    this.#stream = new LiveStream(masker);
    this.#joined = new JoinedLines(masker.known, masker.placeholders);
    // Titles and links have no place where it could be told what passed.
    this.#writer = new OutputWriter(masker.strict, options.keepWidth);
  }

  /** Bytes taken in and not put out. */
  get held(): number {
    return this.#passages.reduce((sum, { source, from }) => sum + source.length - from, 0);
  }

  /** Takes what the program wrote, as `TerminalText` reads it; returns what may be shown by now. */
  push(piece: ReadPiece): Shown {
    this.#take(new Passage(piece));
    return this.#write(Math.min(this.#settled.stream, this.#settled.joined, this.#commands.open));
  }

  /** Nothing more comes: all of it may be shown. */
  end(): Shown {
    this.#take(undefined);
    return this.#write(this.#length);
  }

  /**
   * Nothing has come for a while. What would be no secret were this the end goes, and what would be one goes masked, as long as
   * it does not go on at the end: on a terminal somebody sits before a prompt; elsewhere only whole lines are waited for.
   */
  idle(): Shown {
    const { written, lastText } = this.#writer;
    const held = this.#unwrittenText();
    const { upTo, edits } = mayGo(this.#masker, lastText, held);
    const whole = this.#options.keepWidth ? held.length : held.lastIndexOf(LF) + 1;
    const end = Math.min(written + Math.min(upTo, whole), this.#commands.open);
    this.#edits.push(...moved(edits, written).filter((edit) => edit.end <= end));
    return this.#write(end);
  }

  // Undefined: nothing more comes.
  #take(passage: Passage | undefined): void {
    const before = this.#stream.follow(() => this.#unwritten());
    this.#edits.push(...before.edits);
    if (passage !== undefined) this.#passages.push(passage);
    this.#length = passage?.end ?? this.#length;
    for (const announced of this.#commands.advance(passage)) this.#announce(announced);
    const { edits, passed, settled } = this.#stream.settle(passage?.text);
    const joined = this.#joined.advance(passage);
    this.#edits.push(...edits, ...joined.edits);
    this.#settled = { stream: settled, joined: joined.settled };
    const told = [...before.passed, ...passed];
    if (told.length > 0) this.#passed = [...this.#passed, ...told];
  }

  #unwritten(): { text: Uint8Array; at: number } {
    const { written, lastText } = this.#writer;
    return { text: Buffer.concat([lastText, this.#unwrittenText()]), at: written - lastText.length };
  }

  #unwrittenText(): Uint8Array {
    const { written } = this.#writer;
    return Buffer.concat(this.#passages.map((passage) => passage.textIn(written, passage.end)));
  }

  #announce({ value, start, end }: { value: string; start: number; end: number }): void {
    const outcome = this.#masker.known.add(value, 'the mask the command itself asked for', { sure: true });
    this.#options.onAnnounced(value);
    if (outcome === 'too-short') return;
    const placeholder = this.#masker.placeholders.issue('known', Buffer.from(value));
    const why = 'the command itself asked for it to be masked';
    this.#edits.push({
      rule: 'known',
      kind: 'known',
      start,
      end,
      why,
      replacement: placeholder,
      placeholder,
    });
  }

  // Up to there, but never into the middle of what is to be hidden.
  #write(upTo: number): Shown {
    const { ready, later, end } = mergedEdits(this.#edits, upTo);
    this.#edits = later;
    const { shown, left } = this.#writer.write(this.#passages, { edits: ready, upTo: end });
    this.#passages = left;
    return this.#passed.length === 0 ? shown : { ...shown, excepted: this.#takeWritten() };
  }

  #takeWritten(): readonly ExceptedRecord[] {
    const { written } = this.#writer;
    const told = this.#passed.filter(({ end }) => end <= written);
    this.#passed = this.#passed.filter(({ end }) => end > written);
    const byValue = new Map(
      told.map(({ rule, placeholder }) => [placeholder, { rule, at: '', placeholder }]),
    );
    return [...byValue.values()];
  }
}
