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

  #buffer: Buffer | undefined;
  readonly #runs = new Map<Uint8Array, { readonly from: number; readonly to: number }>();

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
    if (this.#buffer?.buffer !== this.bytes.buffer || this.#buffer.byteOffset !== this.bytes.byteOffset)
      this.#buffer = Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    return this.#buffer.toString('latin1', start, end);
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
    const known = this.#runs.get(members);
    const isInside = known !== undefined && at >= known.from && at <= known.to;
    const end = this.runEnd(isInside ? Math.min(known.to, limit) : at, members, limit);
    this.#runs.set(members, {
      from: isInside ? known.from : at,
      to: isInside ? Math.max(known.to, end) : end,
    });
    return end;
  }

  /** Bytes were dropped and the rest moved. */
  forgetRuns(): void {
    this.#runs.clear();
  }

  /** First position before `at` (exclusive) such that all from there to `at` are in `members`, at least `floor`. */
  runStart(at: number, members: Uint8Array, floor: number): number {
    let i = at;
    const stop = Math.max(0, floor);
    while (i > stop && members[this.bytes[i - 1] as number] === 1) i--;
    return i;
  }
}
