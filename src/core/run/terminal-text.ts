import { LIMITS } from '../limits.ts';
import { sequenceAt } from './escape-sequence.ts';

/** What a program wrote, cut into what is read and what is not. */
export interface Piece {
  /**
   * `text` is read as it stands. `through` changes how text looks and is not read: colours, a title, a line that was wrapped.
   * `break` moves the cursor: what stands before and after it does not belong together, and it reads as a line end.
   */
  readonly kind: 'text' | 'through' | 'break';
  /** It is `source[from..to)`. Coloured output has a piece for every few bytes, to slice which takes longer than to look at them. */
  readonly source: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Where in the text it stands. */
  readonly at: number;
}

const ESC = 0x1b;
const EMPTY = new Uint8Array(0);

/**
 * Tells the text of a stream from the escape sequences in it (ECMA-48), wherever the stream is cut: a secret with a colour in
 * its middle is one text. All bytes are attacker-controlled; what is no sequence is text.
 */
export class TerminalText {
  /** Length of the text so far. */
  length = 0;
  #begun: Uint8Array = EMPTY;

  /** Takes the next piece of the stream. A sequence that goes on is kept until it ends. */
  push(chunk: Uint8Array): Piece[] {
    return this.#cut(this.#joined(chunk), false);
  }

  /** Nothing more comes: what was begun is text. */
  end(): Piece[] {
    return this.#cut(this.#joined(EMPTY), true);
  }

  #joined(chunk: Uint8Array): Uint8Array {
    const begun = this.#begun;
    this.#begun = EMPTY;
    return begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
  }

  #cut(bytes: Uint8Array, final: boolean): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (let at = bytes.indexOf(ESC); at !== -1; at = bytes.indexOf(ESC, at)) {
      const { kind, end } = sequenceAt(bytes, at);
      if (kind === 'open' && !final && bytes.length - at < LIMITS.holdBackBytes) {
        this.#begun = bytes.slice(at);
        this.#add(pieces, 'text', { source: bytes, from, to: at });
        return pieces;
      }
      if (kind === 'text' || kind === 'open') {
        at += 1;
        continue;
      }
      this.#add(pieces, 'text', { source: bytes, from, to: at });
      this.#add(pieces, kind, { source: bytes, from: at, to: end });
      from = end;
      at = from;
    }
    this.#add(pieces, 'text', { source: bytes, from, to: bytes.length });
    return pieces;
  }

  #add(
    pieces: Piece[],
    kind: Piece['kind'],
    { source, from, to }: Pick<Piece, 'source' | 'from' | 'to'>,
  ): void {
    if (from === to) return;
    pieces.push({ kind, source, from, to, at: this.length });
    if (kind === 'text') this.length += to - from;
    if (kind === 'break') this.length += 1;
  }
}
