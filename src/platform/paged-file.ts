import { closeSync, fstatSync, readSync, statSync } from 'node:fs';

import { isSystemError } from '../core/errors.ts';
import { openForReading, readError } from './files.ts';

const PAGE_BYTES = 16 * 1024;
const PAGES_KEPT = 64;
// What is longer is read into memory of its own.
const SCRATCH_BYTES = 1024 * 1024;
const NOTHING = Buffer.alloc(0);

interface Page {
  readonly buffer: Buffer;
  readonly length: number;
}

/** A file read anywhere, whole or while it grows at its end. Keeps some of its pages. One that is missing is empty. */
export class PagedFile {
  readonly #path: string;
  readonly #pages = new Map<number, Page>();
  #scratch = NOTHING;
  #fd: number | undefined;
  #sizeSeen = 0;

  constructor(path: string) {
    this.#path = path;
    this.#open();
  }

  /** Bytes there are now. */
  size(): number {
    return this.#fd === undefined ? 0 : fstatSync(this.#fd).size;
  }

  /** At most so many bytes, fewer only at the end of the file. Valid until the next call. */
  read(offset: number, length: number): Buffer {
    const index = Math.floor(offset / PAGE_BYTES);
    const within = offset - index * PAGE_BYTES;
    if (within + length <= PAGE_BYTES)
      return this.#page(index, within + length).subarray(within, within + length);
    const buffer = length > SCRATCH_BYTES ? Buffer.allocUnsafe(length) : this.#scratchOf(length);
    return buffer.subarray(0, this.readInto(buffer, offset));
  }

  /** Fills the buffer as far as the file goes. Returns how many bytes came. */
  readInto(buffer: Buffer, offset: number): number {
    let done = 0;
    for (let count = 1; this.#fd !== undefined && count > 0 && done < buffer.length; done += count)
      count = this.#readAt(this.#fd, buffer.subarray(done), offset + done);
    return done;
  }

  /** Opens what is at the path now, if that is another file, or the same one cut. True: it was. */
  reopen(): boolean {
    const isCut = this.size() < this.#sizeSeen;
    if (!isCut && this.#isCurrent()) {
      this.#sizeSeen = this.size();
      return false;
    }
    this.close();
    this.#open();
    return true;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#pages.clear();
  }

  #open(): void {
    try {
      this.#fd = openForReading(this.#path);
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw readError(this.#path, error);
    }
    this.#sizeSeen = this.size();
  }

  // What was deleted may still be read to its end.
  #isCurrent(): boolean {
    const there = statSync(this.#path, { throwIfNoEntry: false });
    if (there === undefined) return true;
    if (this.#fd === undefined) return false;
    const { dev, ino } = fstatSync(this.#fd);
    return there.dev === dev && there.ino === ino;
  }

  // The last page of a file that grows is read again once more of it is wanted.
  #page(index: number, wanted: number): Buffer {
    const known = this.#pages.get(index);
    if (known !== undefined && known.length >= wanted) return known.buffer.subarray(0, known.length);
    const { buffer } = known ?? this.#oldestPage() ?? { buffer: Buffer.allocUnsafeSlow(PAGE_BYTES) };
    const length = this.readInto(buffer, index * PAGE_BYTES);
    this.#pages.set(index, { buffer, length });
    return buffer.subarray(0, length);
  }

  // Its memory serves the next: a search through everything is not to leave gigabytes behind.
  #oldestPage(): Page | undefined {
    const [oldest] = this.#pages.keys();
    if (this.#pages.size < PAGES_KEPT || oldest === undefined) return undefined;
    const page = this.#pages.get(oldest);
    this.#pages.delete(oldest);
    return page;
  }

  #scratchOf(length: number): Buffer {
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(length);
    return this.#scratch.subarray(0, length);
  }

  // There are files that can be opened and not read, such as /proc/self/mem.
  #readAt(fd: number, buffer: Buffer, offset: number): number {
    try {
      return readSync(fd, buffer, 0, buffer.length, offset);
    } catch (error) {
      throw readError(this.#path, error);
    }
  }
}
