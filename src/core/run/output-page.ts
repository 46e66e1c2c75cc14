import type { Edit } from '../mask/finding.ts';
import type { FindingRecord } from '../session/event.ts';

/** What may be shown and recorded. */
export interface Shown {
  readonly bytes: Uint8Array;
  /** Where they stand in `bytes`. */
  readonly findings: readonly FindingRecord[];
  /** The line of the whole output in which each of them stands, from 1. */
  readonly lines: readonly number[];
}

const LF = 0x0a;
const NOTHING = new Uint8Array(0);

/** What is shown at a time. */
export class Page {
  line: number;
  readonly #parts: Uint8Array[] = [];
  readonly #findings: FindingRecord[] = [];
  readonly #lines: number[] = [];
  #length = 0;
  /** What may go on. */
  #open: { source: Uint8Array; from: number; to: number } = { source: NOTHING, from: 0, to: 0 };

  constructor(line: number) {
    this.line = line;
  }

  /** Adds `source[from..to)`; what stands side by side in one source is one part. */
  take(source: Uint8Array, from: number, to: number): void {
    if (from === to) return;
    if (this.#open.source !== source || this.#open.to !== from) {
      this.#close();
      this.#open = { source, from, to };
    }
    this.#open.to = to;
    this.#length += to - from;
  }

  add(bytes: Uint8Array): void {
    this.take(bytes, 0, bytes.length);
  }

  find({ rule, placeholder, why }: Edit, length: number): void {
    this.#close();
    this.#findings.push({ rule, at: `${this.#length}-${this.#length + length}`, placeholder, why });
    this.#lines.push(this.line);
  }

  shown(): Shown {
    this.#close();
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    return { bytes, findings: this.#findings, lines: this.#lines };
  }

  #close(): void {
    const { source, from, to } = this.#open;
    this.#open = { source: NOTHING, from: 0, to: 0 };
    if (from === to) return;
    const part = source.subarray(from, to);
    this.#parts.push(part);
    for (let at = part.indexOf(LF); at !== -1; at = part.indexOf(LF, at + 1)) this.line++;
  }
}
