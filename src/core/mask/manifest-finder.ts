import { LIMITS } from '../limits.ts';
import type { Candidate } from './candidate.ts';
import type { Finder, Surroundings } from './finder.ts';
import { judge, type ValueKind } from './judge.ts';
import { DOUBTFUL } from './profile.ts';
import type { Window } from './window.ts';

const KIND = Buffer.from('kind: Secret');
const LF = 0x0a;
const MOST_INDENT = 64;
const NOTHING: ReadonlySet<ValueKind> = new Set<ValueKind>(['reference', 'dummy', 'empty']);
const ENTRY = /^(?<lead>\s*["']?[\w.-]+["']?:\s+["']?)(?<value>[^\s"'|>#{}][^\s"']*)["']?\s*$/;

interface Place {
  /** Column of `kind`, at which `data` stands, too. */
  readonly column: number;
  readonly inData: boolean;
  /** Bytes until a Secret that goes on is given up. */
  readonly left: number;
}

/**
 * Finds what is under `data` and `stringData` after `kind: Secret`, whatever its keys are called (Kubernetes, Secrets). Held
 * back is the line that is not complete, in such a document only.
 */
export class ManifestFinder implements Finder {
  readonly #around: Surroundings;
  #place: Place | undefined;
  /** Start of the next line, in a Secret; else from where on one is looked for. */
  #at = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** `Infinity` outside of Secrets: then this finder holds nothing back. */
  get from(): number {
    return this.#place === undefined ? Number.POSITIVE_INFINITY : this.#at;
  }

  advance(window: Window, found: Candidate[]): void {
    for (;;) {
      const place = this.#place ?? this.#search(window);
      if (place === undefined) return;
      const end = lineEnd(window, this.#at);
      if (end === -1) return;
      const line = window.latin1(this.#at, end);
      const next = follow(place, line);
      if (next?.inData === true) this.#entry(line, found);
      this.#place = next;
      this.#at = Math.min(end + 1, window.end);
      if (end === window.end) {
        this.#place = undefined;
        return;
      }
    }
  }

  shift(count: number): void {
    this.#at -= count;
  }

  // The next line that says `kind: Secret` and nothing else.
  #search(window: Window): Place | undefined {
    const text = Buffer.from(window.bytes.buffer, window.bytes.byteOffset, window.end);
    const from = Math.max(0, this.#at);
    for (let at = text.indexOf(KIND, from); at !== -1; at = text.indexOf(KIND, at + 1)) {
      const past = at + KIND.length;
      const end = window.bytes[past] === 0x0d ? past + 1 : past;
      if (end >= window.end && !window.final) {
        this.#at = at;
        return undefined;
      }
      const column = columnOf(window, at);
      if (column === -1 || window.bytes[end] !== LF || end >= window.end) continue;
      this.#at = end + 1;
      this.#place = { column, inData: false, left: LIMITS.tableRowBytes };
      return this.#place;
    }
    this.#at = Math.max(from, window.end - KIND.length + 1);
    return undefined;
  }

  #entry(line: string, found: Candidate[]): void {
    const groups = ENTRY.exec(line)?.groups;
    const lead = groups?.['lead'];
    const value = groups?.['value'];
    if (lead === undefined || value === undefined) return;
    const kind = judge(value);
    const confidence = kind === 'words' || kind === 'common' ? DOUBTFUL : 1;
    if (NOTHING.has(kind) || confidence < this.#around.threshold) return;
    const start = this.#at + lead.length;
    const why = 'it is data of a Kubernetes Secret';
    found.push({ rule: 'secret_field', kind: 'field', start, end: start + value.length, why, confidence });
  }
}

// The place after this line; undefined when the document ends with it.
function follow({ column, inData, left }: Place, line: string): Place | undefined {
  const rest = left - line.length - 1;
  const indent = line.length - line.trimStart().length;
  const text = line.trim();
  if (rest <= 0 || text === '---' || indent < column)
    return text === '' && rest > 0 ? { column, inData, left: rest } : undefined;
  if (indent > column) return { column, inData, left: rest };
  return { column, inData: text === 'data:' || text === 'stringData:', left: rest };
}

// Column of `at` on its line, or -1 when more than blanks and a dash stand before it.
function columnOf(window: Window, at: number): number {
  let start = at;
  while (start > 0 && at - start < MOST_INDENT && isIndent(window.bytes[start - 1] as number)) start--;
  if (start > 0 && window.bytes[start - 1] !== LF) return -1;
  return at - start;
}

function isIndent(byte: number): boolean {
  return byte === 0x20 || byte === 0x2d;
}

// Where the line ends; -1 when that is not known yet. A line beyond the limit ends there.
function lineEnd(window: Window, from: number): number {
  const limit = from + LIMITS.tableRowBytes;
  const stop = Math.min(limit, window.end);
  let at = from;
  while (at < stop && window.bytes[at] !== LF) at++;
  return at === window.end && at < limit && !window.final ? -1 : at;
}
