import type { Finding } from '../core/mask/finding.ts';
import { LIMITS } from '../core/limits.ts';

/** A finding with its place as a person counts, and the line around it with every secret taken out. */
export interface FindingInLine {
  readonly finding: Finding;
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
  /** The line up to the secret, or the end of it when the line is long. */
  readonly before: string;
  /** The line from the secret on. */
  readonly after: string;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Puts findings into their lines while the text goes by, in bounded memory. A finding comes out once everything around it is
 * decided, so that no other secret on its line is shown.
 */
export class ScanLines {
  #tail = Buffer.alloc(0);
  /** Offset of the tail's first byte. */
  #base = 0;
  #waiting: Finding[] = [];
  /** Findings whose secrets may still lie around a later one. */
  #recent: Finding[] = [];
  #counted = 0;
  #line = 1;
  #column = 1;

  /** Takes the next piece of the text. */
  push(chunk: Uint8Array): void {
    this.#tail = Buffer.concat([this.#tail, chunk]);
  }

  /** Takes what was found, in order; returns what can be shown when nothing before `settled` is open any more. */
  locate(found: readonly Finding[], settled: number): FindingInLine[] {
    this.#waiting.push(...found);
    this.#recent.push(...found);
    const ready: FindingInLine[] = [];
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const end = this.#excerptEnd(first);
      if (end > settled || (end === this.#end && settled < this.#end)) break;
      ready.push(this.#inLine(first, end));
      this.#waiting.shift();
    }
    this.#forget(settled);
    return ready;
  }

  get #end(): number {
    return this.#base + this.#tail.length;
  }

  #inLine(finding: Finding, end: number): FindingInLine {
    this.#countTo(finding.start);
    const start = this.#excerptStart(finding);
    return {
      finding,
      line: this.#line,
      column: this.#column,
      before: this.#shown(start, finding.start),
      after: this.#shown(finding.end, end),
    };
  }

  // The text with every secret in it replaced by its rule.
  #shown(start: number, end: number): string {
    let text = '';
    let from = start;
    for (const finding of this.#recent) {
      if (finding.end <= from || finding.start >= end) continue;
      text += `${this.#text(from, Math.max(from, finding.start))}[${finding.rule}]`;
      from = finding.end;
    }
    return text + this.#text(from, Math.max(from, end));
  }

  #text(start: number, end: number): string {
    return this.#tail.toString('utf8', start - this.#base, end - this.#base);
  }

  #excerptStart({ start }: Finding): number {
    const from = Math.max(this.#base, start - LIMITS.excerptBytes);
    const newline = this.#tail.lastIndexOf(NEWLINE, start - this.#base - 1);
    const lineStart = start > this.#base && newline !== -1 ? this.#base + newline + 1 : this.#base;
    return this.#characterStart(Math.max(from, lineStart));
  }

  #excerptEnd({ end }: Finding): number {
    const newline = this.#tail.indexOf(NEWLINE, end - this.#base);
    const lineEnd = newline === -1 ? this.#end : this.#base + newline;
    if (lineEnd - end > LIMITS.excerptBytes) return this.#characterStart(end + LIMITS.excerptBytes);
    return lineEnd > end && this.#tail[lineEnd - this.#base - 1] === RETURN ? lineEnd - 1 : lineEnd;
  }

  #characterStart(at: number): number {
    let start = at;
    while (start > this.#base && at - start < 3 && isContinuation(this.#tail[start - this.#base])) start--;
    return start;
  }

  #countTo(offset: number): void {
    let from = this.#counted - this.#base;
    const to = offset - this.#base;
    for (
      let at = this.#tail.indexOf(NEWLINE, from);
      at !== -1 && at < to;
      at = this.#tail.indexOf(NEWLINE, from)
    ) {
      this.#line++;
      this.#column = 1;
      from = at + 1;
    }
    for (; from < to; from++) if (!isContinuation(this.#tail[from])) this.#column++;
    this.#counted = offset;
  }

  #forget(settled: number): void {
    const oldest = Math.min(settled, this.#waiting[0]?.start ?? settled);
    const keep = Math.max(this.#base, oldest - LIMITS.excerptBytes - 4);
    this.#recent = this.#recent.filter((finding) => finding.end > keep);
    if (keep === this.#base) return;
    if (keep > this.#counted) this.#countTo(keep);
    const from = Math.min(keep, this.#counted);
    this.#tail = this.#tail.subarray(from - this.#base);
    this.#base = from;
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
