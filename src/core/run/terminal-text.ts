import { LIMITS } from '../limits.ts';
import { colourEnd, type Sequence, sequenceAt } from './escape-sequence.ts';
import { NO_SEQUENCES, type ReadPiece, type SequenceNumbers } from './passage.ts';

const ESC = 0x1b;
const LF = 0x0a;
const EMPTY = new Uint8Array(0);
/** What is shorter is copied sooner byte by byte. */
const SHORT_RUN = 48;

/** Where a stream was left, so that somebody else goes on. */
export interface TextRest {
  /** Length of the text so far. */
  readonly length: number;
  /** The beginning of a sequence that has not ended. */
  readonly begun: Uint8Array;
}

/**
 * Tells the text of a stream from the escape sequences in it (ECMA-48), wherever the stream is cut: a secret with a colour in
 * its middle is one text. All bytes are attacker-controlled; what is no sequence is text.
 */
export class TerminalText {
  #length: number;
  #begun: Uint8Array;

  constructor({ length, begun }: TextRest = { length: 0, begun: EMPTY }) {
    this.#length = length;
    this.#begun = begun;
  }

  get rest(): TextRest {
    return { length: this.#length, begun: this.#begun };
  }

  /** Takes the next piece of the stream. A sequence that goes on is kept until it ends. */
  push(chunk: Uint8Array): ReadPiece {
    return this.#read(this.#joined(chunk), false);
  }

  /** Nothing more comes: what was begun is text. */
  end(): ReadPiece {
    return this.#read(this.#joined(EMPTY), true);
  }

  #joined(chunk: Uint8Array): Uint8Array {
    const begun = this.#begun;
    this.#begun = EMPTY;
    return begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
  }

  #read(bytes: Uint8Array, final: boolean): ReadPiece {
    const at = this.#length;
    const first = bytes.indexOf(ESC);
    if (first === -1) {
      this.#length += bytes.length;
      return { source: bytes, text: bytes, at, sequences: NO_SEQUENCES };
    }
    const sequences = { numbers: [], strings: new Set<number>(), breaks: new Set<number>() };
    const run = new TextRun(bytes);
    const end = readSequences(run, { first, final, sequences });
    this.#begun = Uint8Array.from(bytes.subarray(end));
    run.takeTo(end);
    this.#length += run.length;
    return { source: bytes.subarray(0, end), text: run.text(), at, sequences };
  }
}

interface Reading {
  /** Where the first ESC stands. */
  readonly first: number;
  readonly final: boolean;
  readonly sequences: Found;
}

interface Found extends SequenceNumbers {
  readonly numbers: number[];
  readonly strings: Set<number>;
  readonly breaks: Set<number>;
}

// Returns where the sequence begins that goes on behind the end; where there is none, the end.
function readSequences(run: TextRun, { first, final, sequences }: Reading): number {
  const { bytes } = run;
  for (let at = first; at !== -1;) {
    const colour = colourEnd(bytes, at);
    const found: Sequence = colour === -1 ? sequenceAt(bytes, at) : { kind: 'through', end: colour };
    const { kind, end } = found;
    if (kind === 'open' && !final && bytes.length - at < LIMITS.holdBackBytes) return at;
    if (kind === 'text' || kind === 'open') {
      at = bytes.indexOf(ESC, at + 1);
      continue;
    }
    run.takeTo(at);
    const place = run.length;
    if (kind === 'string') sequences.strings.add(sequences.numbers.length / 4);
    if (kind === 'break') sequences.breaks.add(place);
    if (kind === 'break') run.addLineEnd();
    run.from = end;
    sequences.numbers.push(at, end, place, run.length);
    at = bytes.indexOf(ESC, end);
  }
  return bytes.length;
}

/** The text of a source, as it is read. */
class TextRun {
  readonly bytes: Buffer;
  length = 0;
  /** What comes before it is read. */
  from = 0;
  readonly #text: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#text = Buffer.allocUnsafe(bytes.length);
  }

  takeTo(end: number): void {
    const { bytes, from } = this;
    if (end - from > SHORT_RUN) bytes.copy(this.#text, this.length, from, end);
    else for (let at = from, to = this.length; at < end; at++, to++) this.#text[to] = bytes[at] as number;
    this.length += end - from;
    this.from = end;
  }

  addLineEnd(): void {
    this.#text[this.length++] = LF;
  }

  text(): Uint8Array {
    return this.#text.subarray(0, this.length);
  }
}
