import type { Masker } from '../mask/masker.ts';
import { moved } from '../mask/replacement.ts';
import { JoinedLines } from './joined-lines.ts';
import { LiveStream } from './live-stream.ts';
import { MaskCommands } from './mask-commands.ts';
import { mergedEdits, type OutputEdit } from './merged-edits.ts';
import type { Shown } from './output-page.ts';
import { OutputWriter } from './output-writer.ts';
import { mayGo } from './idle.ts';
import { type Piece, TerminalText } from './terminal-text.ts';

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
  readonly #text = new TerminalText();
  readonly #stream: LiveStream;
  readonly #joined: JoinedLines;
  readonly #commands = new MaskCommands();
  readonly #writer: OutputWriter;
  /** What has not been written, in order. */
  #pieces: Piece[] = [];
  #edits: OutputEdit[] = [];
  /** By each of the searches the text is settled up to here. */
  #settled = { stream: 0, joined: 0 };

  constructor(masker: Masker, options: OutputOptions) {
    this.#masker = masker;
    this.#options = options;
    this.#stream = new LiveStream(masker);
    this.#joined = new JoinedLines(masker.known, masker.placeholders);
    this.#writer = new OutputWriter(masker, options.keepWidth);
  }

  /** Bytes taken in and not put out. */
  get held(): number {
    return this.#pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Takes what the program wrote; returns what may be shown by now. */
  push(chunk: Uint8Array): Shown {
    this.#take(this.#text.push(chunk), false);
    return this.#write(Math.min(this.#settled.stream, this.#settled.joined, this.#commands.open));
  }

  /** Nothing more comes: all of it may be shown. */
  end(): Shown {
    this.#take(this.#text.end(), true);
    return this.#write(this.#text.length);
  }

  /**
   * Nothing has come for a while. What would be no secret were this the end goes, and what would be one goes masked, as long as
   * it does not go on at the end: on a terminal somebody sits before a prompt; elsewhere only whole lines are waited for.
   */
  idle(): Shown {
    const { written, lastText } = this.#writer;
    const held = textOf(this.#pieces);
    const { upTo, edits } = mayGo(this.#masker, lastText, held);
    const whole = this.#options.keepWidth ? held.length : held.lastIndexOf(LF) + 1;
    const end = Math.min(written + Math.min(upTo, whole), this.#commands.open);
    this.#edits.push(...moved(edits, written).filter((edit) => edit.end <= end));
    return this.#write(end);
  }

  #take(pieces: readonly Piece[], final: boolean): void {
    this.#edits.push(...this.#stream.follow(() => this.#unwritten()));
    this.#pieces.push(...pieces);
    const text = textOf(pieces);
    for (const announced of [
      ...this.#commands.advance(text),
      ...(final ? this.#commands.advance(undefined) : []),
    ])
      this.#announce(announced);
    const parts = final ? [text, undefined] : [text];
    for (const part of parts) {
      const { edits, settled } = this.#stream.settle(part);
      const joined = this.#joined.advance(part);
      this.#edits.push(...edits, ...joined.edits);
      this.#settled = { stream: settled, joined: joined.settled };
    }
  }

  #unwritten(): { text: Uint8Array; at: number } {
    const { written, lastText } = this.#writer;
    return { text: Buffer.concat([lastText, textOf(this.#pieces)]), at: written - lastText.length };
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
    const { shown, left } = this.#writer.write(this.#pieces, { edits: ready, upTo: end });
    this.#pieces = left;
    return shown;
  }
}

const LF = 0x0a;

function textOf(pieces: readonly Piece[]): Uint8Array {
  const [first] = pieces;
  if (pieces.length === 1 && first?.kind === 'text') return first.source.subarray(first.from, first.to);
  const read = pieces.filter(({ kind }) => kind !== 'through');
  const text = Buffer.allocUnsafe(read.reduce((sum, piece) => sum + lengthIn(piece), 0));
  let end = 0;
  for (const piece of read) {
    if (piece.kind === 'break') text[end] = LF;
    else asBuffer(piece.source).copy(text, end, piece.from, piece.to);
    end += lengthIn(piece);
  }
  return text;
}

function lengthIn({ kind, from, to }: Piece): number {
  return kind === 'text' ? to - from : 1;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
