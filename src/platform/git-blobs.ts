import { HallpassError } from '../core/errors.ts';
import { type RunningGit, startGit } from './git.ts';

const NEWLINE = 0x0a;

/** Reads contents out of a repository by their ids, one after the other, through one `git cat-file --batch`. */
export class GitBlobs {
  readonly #git: RunningGit;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #isBusy = false;

  /** @throws {HallpassError} ERR_GIT */
  constructor(directory: string) {
    this.#git = startGit(directory, ['cat-file', '--batch']);
    this.#chunks = (this.#git.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** The content, in pieces. It is read to its end before the next one begins, whoever stops listening. */
  async *read(id: string): AsyncGenerator<Uint8Array> {
    if (this.#isBusy) throw new Error('one content at a time');
    this.#isBusy = true;
    this.#git.stdin.write(`${id}\n`);
    let left = await this.#size(id);
    try {
      while (left > 0) {
        const piece = await this.#take(left);
        left -= piece.length;
        yield piece;
      }
    } finally {
      // A newline follows the content.
      for (left += 1; left > 0;) left -= (await this.#take(left)).length;
      this.#isBusy = false;
    }
  }

  close(): void {
    this.#git.stop();
  }

  // "<id> blob <size>", or "<id> missing".
  async #size(id: string): Promise<number> {
    const line = await this.#line();
    const size = /^[0-9a-f]+ blob ([0-9]+)$/.exec(line)?.[1];
    if (size === undefined) throw new HallpassError('ERR_GIT', `the repository lacks the content ${id}`);
    return Number(size);
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      if (end === -1) await this.#more();
      else {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
    }
  }

  // At least one byte, at most so many.
  async #take(most: number): Promise<Buffer> {
    if (this.#rest.length === 0) await this.#more();
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async #more(): Promise<void> {
    const next: IteratorResult<Buffer, unknown> = await this.#chunks.next();
    if (next.done === true) throw new HallpassError('ERR_GIT', 'git cat-file ended early');
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
  }
}
