import { LIMITS } from '../limits.ts';
import type { Candidate } from './candidate.ts';
import type { Finder, Surroundings } from './finder.ts';
import { judge, type ValueKind } from './judge.ts';
import { begins, follow, type Place } from './manifest-place.ts';
import { MarkSearch } from './mark-search.ts';
import { DOUBTFUL } from './profile.ts';
import type { Window } from './window.ts';

/** `kind: Secret` and the end of the `data:` or `stringData:` that stand before it, in the order of the alphabet. */
const MARKS = ['kind: Secret', ':\n', ':\r\n'];
const LF = 0x0a;
const LONGEST_MARK = 12;
const NOTHING: ReadonlySet<ValueKind> = new Set<ValueKind>(['reference', 'dummy', 'empty']);
const ENTRY = /^(?<lead>\s*["']?[\w.-]+["']?:\s+["']?)(?<value>[^\s"'|>#{}][^\s"']*)["']?\s*$/;

/**
 * Finds what is under `data` and `stringData` of a document with `kind: Secret`, whatever its keys are called (Kubernetes,
 * Secrets). Held back is the line that is not complete, in such a document only, and what is under `data` until the kind is
 * known: at most 8 KB.
 */
export class ManifestFinder implements Finder {
  readonly #around: Surroundings;
  readonly #marks = new MarkSearch(MARKS);
  #place: Place | undefined;
  /** Start of the next line, in a document; else from where on one is looked for. */
  #at = 0;
  /** Found under `data` before the kind is known. */
  #pending: Candidate[] = [];
  /** Where the data begin of a document whose kind is not known. */
  #held = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** `Infinity` outside of such documents: then this finder holds nothing back. */
  get from(): number {
    if (this.#place === undefined) return Number.POSITIVE_INFINITY;
    return this.#place.isSecret ? this.#at : this.#held;
  }

  advance(window: Window, found: Candidate[]): void {
    const { isComplete, hasManifest } = this.#around.landmarks;
    if (isComplete && !hasManifest) return;
    for (;;) {
      const place = this.#place ?? this.#search(window);
      if (place === undefined) return;
      const end = lineEnd(window, this.#at);
      if (end === -1) return;
      this.#take(place, window.latin1(this.#at, end), found);
      // The line that ends a document may begin the next.
      if (this.#place !== undefined) this.#at = Math.min(end + 1, window.end);
      if (end === window.end) {
        this.#place = undefined;
        this.#pending = [];
        return;
      }
    }
  }

  shift(count: number): void {
    this.#at -= count;
    this.#held -= count;
    this.#marks.shift(count);
    this.#pending = this.#pending.map((c) => ({ ...c, start: c.start - count, end: c.end - count }));
  }

  #take(place: Place, line: string, found: Candidate[]): void {
    const next = follow(place, line);
    this.#place = next;
    if (next?.inData === true) this.#entry(line);
    if (next?.isSecret === true) found.push(...this.#pending);
    if (next === undefined || next.isSecret) this.#pending = [];
  }

  // The next line that begins a document: one that says what it is, or one with data.
  #search(window: Window): Place | undefined {
    const text = Buffer.from(window.bytes.buffer, window.bytes.byteOffset, window.end);
    const from = Math.max(0, this.#at);
    for (let at = this.#marks.next(text, from); at !== -1; at = this.#marks.next(text, at + 1)) {
      const place = begins(window, at);
      if (place === 'unknown') {
        this.#at = at;
        return undefined;
      }
      if (place === undefined) continue;
      this.#place = place;
      this.#at = text.indexOf(LF, at) + 1;
      this.#held = this.#at;
      return place;
    }
    this.#at = Math.max(from, window.end - LONGEST_MARK + 1);
    return undefined;
  }

  #entry(line: string): void {
    const groups = ENTRY.exec(line)?.groups;
    const lead = groups?.['lead'];
    const value = groups?.['value'];
    if (lead === undefined || value === undefined) return;
    const kind = judge(value);
    const confidence = kind === 'words' || kind === 'common' ? DOUBTFUL : 1;
    if (NOTHING.has(kind) || confidence < this.#around.threshold) return;
    const start = this.#at + lead.length;
    const end = start + value.length;
    const why = 'it is data of a Kubernetes Secret';
    this.#pending.push({ rule: 'secret_field', kind: 'field', start, end, why, confidence });
  }
}

// Where the line ends; -1 when that is not known yet. A line beyond the limit ends there.
function lineEnd(window: Window, from: number): number {
  const limit = from + LIMITS.tableRowBytes;
  const stop = Math.min(limit, window.end);
  let at = from;
  while (at < stop && window.bytes[at] !== LF) at++;
  return at === window.end && at < limit && !window.final ? -1 : at;
}
