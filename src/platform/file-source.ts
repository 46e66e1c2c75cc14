import { closeSync, readSync } from 'node:fs';

import { LIMITS } from '../core/limits.ts';
import { openForReading, readError } from './files.ts';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** A file read from front to back: by the line, or by the byte. Holds one chunk, or one line if that is longer. */
export class FileSource {
  readonly #fd: number;
  readonly #path: string;
  #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #start = 0;
  #end = 0;
  #atEnd = false;
  #torn = 0;
  #position = 0;

  /** Throws what opening throws; a missing file is ENOENT. */
  constructor(path: string) {
    this.#path = path;
    this.#fd = openForReading(path);
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Offset in the file of what comes next. */
  get position(): number {
    return this.#position;
  }

  /** After the last line: how many bytes follow it without a newline, or in a line longer than any of ours. */
  get torn(): number {
    return this.#torn;
  }

  /** The next line without its newline, valid until the next call. */
  next(): Buffer | undefined {
    for (let searched = 0; ;) {
      // Behind the end are old bytes, in which a newline means nothing.
      const newline = this.#buffer.indexOf(NEWLINE, this.#start + searched);
      if (newline !== -1 && newline < this.#end) return this.#line(newline);
      searched = this.#end - this.#start;
      if (searched > LIMITS.eventBytes || !this.#fill()) return this.#stop();
    }
  }

  peek(count: number): Buffer {
    while (this.#end - this.#start < count && this.#fill());
    return this.#buffer.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  skip(count: number): void {
    this.#start += count;
    this.#position += count;
  }

  #line(newline: number): Buffer {
    const line = this.#buffer.subarray(this.#start, newline);
    this.skip(line.length + 1);
    return line;
  }

  #stop(): undefined {
    this.#torn = this.#end - this.#start;
    return undefined;
  }

  // Reads on behind what is still to be used, after moving that to the front or to a larger buffer.
  #fill(): boolean {
    if (this.#atEnd) return false;
    const rest = this.#buffer.subarray(this.#start, this.#end);
    const target =
      rest.length > this.#buffer.length / 2 ? Buffer.allocUnsafe(2 * this.#buffer.length) : this.#buffer;
    target.set(rest);
    this.#buffer = target;
    this.#end = rest.length;
    this.#start = 0;
    const count = this.#read(target);
    this.#end += count;
    this.#atEnd = count === 0;
    return count > 0;
  }

  // There are files that can be opened and not read, such as /proc/self/mem.
  #read(target: Buffer): number {
    try {
      return readSync(this.#fd, target, this.#end, target.length - this.#end, null);
    } catch (error) {
      throw readError(this.#path, error);
    }
  }
}
