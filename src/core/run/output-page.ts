import type { Edit } from '../mask/finding.ts';
import type { ExceptedRecord, FindingRecord } from '../session/event.ts';

/** What may be shown and recorded. */
export interface Shown {
  readonly bytes: Uint8Array;
  /** Where they stand in `bytes`. */
  readonly findings: readonly FindingRecord[];
  /** The line of the whole output in which each of them stands, from 1. */
  readonly lines: readonly number[];
  /** What passed although a rule found it; missing: nothing did. */
  readonly excepted?: readonly ExceptedRecord[];
}

/** What is shown at a time. */
export class Page {
  readonly #parts: Uint8Array[] = [];
  readonly #findings: FindingRecord[] = [];
  readonly #lines: number[] = [];
  #length = 0;

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /** What comes next, of this length, hides something. */
  find({ rule, placeholder, why }: Edit, { length, line }: { length: number; line: number }): void {
    this.#findings.push({ rule, at: `${this.#length}-${this.#length + length}`, placeholder, why });
    this.#lines.push(line);
  }

  shown(): Shown {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    return { bytes, findings: this.#findings, lines: this.#lines };
  }
}
