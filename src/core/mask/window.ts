const MARK = 'hpm_';
const SHORT_ASK = 256;
const MANY_ASKS = 256;
/** What is longer is compared sooner by Node itself. */
const SHORT_COMPARED = 64;
let ids = 0;

/**
 * The part of a text that is in memory. For a whole text it is the text; a stream slides it along.
 *
 * Matchers read ahead through `peek`. One that reads past the end while more may come gets NUL and leaves `starved` set:
 * its verdict is then thrown away and asked for again when there is more. So a verdict that stands never depended on
 * bytes that had not arrived, and a stream decides exactly as a whole text does.
 */
export class Window {
  bytes: Uint8Array;
  /** How much of `bytes` is filled. */
  end: number;
  /** No more will come. */
  final: boolean;
  /** Something was read that is not there yet. */
  starved = false;

  /** Another one whenever offsets mean something else: what was remembered about these bytes holds as long as it is the same. */
  id = nextId();

  #buffer: Buffer | undefined;
  /** Made for the few texts that ask for them. */
  #runs: Map<Uint8Array, { from: number; to: number }> | undefined;
  /** The first mark of a placeholder that begins at `#markFrom` or later, of those in `#markEnd` bytes. */
  #mark = 0;
  #markFrom = 0;
  #markEnd = -1;
  #asks = 0;

  constructor(bytes: Uint8Array, final: boolean) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.final = final;
  }

  /** The byte at `at`; NUL before the start and past the end. */
  peek(at: number): number {
    if (at < this.end) return this.bytes[at] ?? 0;
    if (!this.final) this.starved = true;
    return 0;
  }

  /** What stands in `start..end`, a character per byte. Does not look past the end. */
  latin1(start: number, end: number): string {
    return this.#asBuffer().toString('latin1', start, end);
  }

  /** True when the bytes of `start..end` stand at `from`, too. */
  isSame({ start, end }: { readonly start: number; readonly end: number }, from: number): boolean {
    if (end - start > SHORT_COMPARED) {
      const buffer = this.#asBuffer();
      return buffer.compare(buffer, start, end, from, from + end - start) === 0;
    }
    for (let at = start, i = from; at < end; at++, i++) if (this.bytes[i] !== this.bytes[at]) return false;
    return true;
  }

  /** True when the mark of a placeholder begins in `start..end`. */
  hasMark(start: number, end: number): boolean {
    if (this.#markEnd !== this.end) {
      // Few ask, of most texts: all of it is searched when many do.
      if (end - start <= SHORT_ASK && ++this.#asks < MANY_ASKS) return this.#hasMarkIn(start, end);
      this.#findMark(0);
    } else if (start < this.#markFrom) return this.#hasMarkBefore(start, end);
    if (this.#mark < start) this.#findMark(start);
    return this.#mark < end;
  }

  #hasMarkIn(start: number, end: number): boolean {
    const stop = Math.min(end, this.end - MARK.length + 1);
    for (let at = start; at < stop; at++) if (isMark(this.bytes, at)) return true;
    return false;
  }

  // What was found lies ahead, and few ask about what lies behind.
  #hasMarkBefore(start: number, end: number): boolean {
    for (let at = start; at < end && at < this.#markFrom; at++) if (isMark(this.bytes, at)) return true;
    return this.#mark < end;
  }

  #findMark(from: number): void {
    const at = this.#asBuffer().indexOf(MARK, from);
    this.#mark = at === -1 || at > this.end - MARK.length ? Infinity : at;
    this.#markFrom = from;
    this.#markEnd = this.end;
  }

  #asBuffer(): Buffer {
    if (this.#buffer?.buffer !== this.bytes.buffer || this.#buffer.byteOffset !== this.bytes.byteOffset)
      this.#buffer = Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    return this.#buffer;
  }

  /** `at`, or the end when that comes first. */
  ahead(at: number): number {
    if (at <= this.end) return at;
    if (!this.final) this.starved = true;
    return this.end;
  }

  /** First position from `at` on whose byte is not in `members`, at most `limit`. */
  runEnd(at: number, members: Uint8Array, limit: number): number {
    const stop = Math.min(limit, this.end);
    let i = at;
    while (i < stop && members[this.bytes[i] as number] === 1) i++;
    if (i === this.end && i < limit && !this.final) this.starved = true;
    return i;
  }

  /**
   * Like `runEnd`, for a run that many places of it are asked about: remembers how far it was followed, so that all the
   * asking together reads each byte once.
   */
  longRunEnd(at: number, members: Uint8Array, limit: number): number {
    this.#runs ??= new Map();
    const known = this.#runs.get(members);
    if (known === undefined) {
      const end = this.runEnd(at, members, limit);
      this.#runs.set(members, { from: at, to: end });
      return end;
    }
    const isInside = at >= known.from && at <= known.to;
    const end = this.runEnd(isInside ? Math.min(known.to, limit) : at, members, limit);
    if (!isInside) known.from = at;
    known.to = isInside ? Math.max(known.to, end) : end;
    return end;
  }

  /** Bytes were dropped and the rest moved. */
  forgetRuns(): void {
    this.#runs = undefined;
    this.#markEnd = -1;
    this.id = nextId();
  }

  /** First position before `at` (exclusive) such that all from there to `at` are in `members`, at least `floor`. */
  runStart(at: number, members: Uint8Array, floor: number): number {
    let i = at;
    const stop = Math.max(0, floor);
    while (i > stop && members[this.bytes[i - 1] as number] === 1) i--;
    return i;
  }
}

/** True when the mark of a placeholder, `hpm_`, stands at `at`. */
export function isMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x68 && bytes[at + 1] === 0x70 && bytes[at + 2] === 0x6d && bytes[at + 3] === 0x5f;
}

const MOST_IDS = 2 ** 30;

function nextId(): number {
  ids = ids === MOST_IDS ? 1 : ids + 1;
  return ids;
}
