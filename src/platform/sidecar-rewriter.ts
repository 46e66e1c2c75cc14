import { closeSync, fsyncSync, rmSync } from 'node:fs';

import { HallpassError } from '../core/errors.ts';
import type { Event } from '../core/session/event.ts';
import { PREFIX_BYTES, readPrefix, redactedRecord } from '../core/session/payload.ts';
import { FileSource } from './file-source.ts';
import { createForAppend, writeFully } from './files.ts';
import type { SessionFiles } from './session-files.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * Writes a sidecar anew beside the old one, without the payloads that are to go: event by event, holding one piece at a
 * time. What is to go is never written.
 */
export class SidecarRewriter {
  readonly #source: FileSource;
  readonly #fd: number;
  readonly #targets: Set<number>;
  /** What was not written yet, in front. */
  readonly #kept = Buffer.allocUnsafe(PIECE_BYTES);
  #keptBytes = 0;
  #size = 0;

  constructor(files: SessionFiles, targets: readonly number[]) {
    rmSync(files.rewritten, { force: true });
    this.#source = new FileSource(files.payloads);
    this.#fd = createForAppend(files.rewritten);
    this.#targets = new Set(targets);
  }

  /** Takes the next event of the log. Throws ERR_USAGE when it is to lose what it does not have. */
  step({ seq, payload }: Event): void {
    const isTarget = this.#targets.delete(seq);
    if (payload === undefined && isTarget) throw nothing(seq, 'has no payload');
    if (payload === undefined) return;
    const header = readPrefix(this.#source.peek(PREFIX_BYTES));
    // A crash has lost it, as the log says: nothing comes after it either.
    if (header === undefined && isTarget) throw nothing(seq, 'has lost its payload in a crash');
    if (header === undefined) return;
    if (header.state === 'stored' && header.size !== payload.size) throw changed(seq);
    if (header.state === 'redacted' && isTarget) throw nothing(seq, 'has had its payload redacted before');
    const size = PREFIX_BYTES + (header.state === 'redacted' ? 0 : header.size);
    if (isTarget) this.#write(redactedRecord());
    this.#pass(size, (piece) => (isTarget ? undefined : this.#write(piece)));
  }

  /** After the last event: what was written is on the disk. Returns its size. Throws ERR_USAGE when an event never came. */
  finish(): number {
    const [missing] = this.#targets;
    if (missing !== undefined) throw new HallpassError('ERR_USAGE', `there is no event ${missing}`);
    if (this.#source.peek(1).length > 0) throw changed();
    this.#flush();
    fsyncSync(this.#fd);
    return this.#size;
  }

  close(): void {
    closeSync(this.#fd);
    this.#source.close();
  }

  #pass(count: number, use: (piece: Buffer) => void): void {
    for (let left = count; left > 0;) {
      const piece = this.#source.peek(Math.min(left, PIECE_BYTES));
      if (piece.length === 0) return;
      use(piece);
      left -= piece.length;
      this.#source.skip(piece.length);
    }
  }

  // Most are small: written one by one they would take as long as all the rest.
  #write(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#keptBytes + bytes.length > this.#kept.length) this.#flush();
    if (bytes.length > this.#kept.length) return writeFully(this.#fd, bytes);
    this.#kept.set(bytes, this.#keptBytes);
    this.#keptBytes += bytes.length;
  }

  #flush(): void {
    writeFully(this.#fd, this.#kept.subarray(0, this.#keptBytes));
    this.#keptBytes = 0;
  }
}

// Verified a moment ago it was another.
function changed(seq?: number): HallpassError {
  const where = seq === undefined ? 'at its end' : `at event ${seq}`;
  return new HallpassError('ERR_SESSION_CORRUPT', `the payloads have changed while they were read, ${where}`);
}

function nothing(seq: number, why: string): HallpassError {
  return new HallpassError('ERR_USAGE', `event ${seq} ${why}`, {
    hint: 'hallpass sessions show SESSION --json numbers the events, and shows which have one.',
  });
}
