import type { Finding } from '../core/mask/finding.ts';
import { LIMITS } from '../core/limits.ts';
import { type AllowComment, allowComment } from './allow-comment.ts';

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
  /** Where the secret ends: the place behind its last character. */
  readonly endLine: number;
  readonly endColumn: number;
  /** What a comment on this line, or on a line of its own right above, says about allowing it. */
  readonly allow: AllowComment | undefined;
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
  /** Offset of the first byte of the line that was counted to. */
  #lineStart = 0;
  /** The line before it, unless it is long. Secrets in it are not taken out: it is never shown. */
  #above = '';

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
    const before = this.#shown(this.#excerptStart(finding), finding.start);
    const after = this.#shown(finding.end, end);
    const allow = allowComment({ before, after, above: this.#above });
    return { finding, line: this.#line, column: this.#column, before, after, allow, ...this.#endOf(finding) };
  }

  #endOf({ start, end }: Finding): Pick<FindingInLine, 'endLine' | 'endColumn'> {
    const inside = this.#tail.subarray(start - this.#base, end - this.#base);
    const last = inside.lastIndexOf(NEWLINE);
    const lines = last === -1 ? 0 : countOf(inside, NEWLINE);
    const characters = charactersIn(inside.subarray(last + 1));
    const from = last === -1 ? this.#column : 1;
    return { endLine: this.#line + lines, endColumn: from + characters };
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
    let aboveStart = -1;
    for (
      let at = this.#tail.indexOf(NEWLINE, from);
      at !== -1 && at < to;
      at = this.#tail.indexOf(NEWLINE, from)
    ) {
      this.#line++;
      this.#column = 1;
      aboveStart = this.#lineStart;
      from = at + 1;
      this.#lineStart = this.#base + from;
    }
    if (aboveStart !== -1) this.#keepAbove(aboveStart);
    this.#column += charactersIn(this.#tail.subarray(from, Math.max(from, to)));
    this.#counted = offset;
  }

  #keepAbove(start: number): void {
    const end = this.#lineStart - 1;
    const isShort = start >= this.#base && end - start <= LIMITS.excerptBytes;
    this.#above = isShort ? this.#text(start, end) : '';
  }

  #forget(settled: number): void {
    const oldest = Math.min(settled, this.#waiting[0]?.start ?? settled);
    const keep = Math.max(this.#base, oldest - LIMITS.excerptBytes - 4);
    this.#recent = this.#recent.filter((finding) => finding.end > keep);
    if (keep === this.#base) return;
    if (keep > this.#counted) this.#countTo(keep);
    // The beginning of a line stays as long as the line may be a comment about the next one.
    const line = keep - this.#lineStart <= LIMITS.excerptBytes ? this.#lineStart : keep;
    const from = Math.max(this.#base, Math.min(keep, this.#counted, line));
    this.#tail = this.#tail.subarray(from - this.#base);
    this.#base = from;
  }
}

function charactersIn(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (!isContinuation(byte)) count++;
  return count;
}

function countOf(bytes: Uint8Array, wanted: number): number {
  let count = 0;
  for (const byte of bytes) if (byte === wanted) count++;
  return count;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
