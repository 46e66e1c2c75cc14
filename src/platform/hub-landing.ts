import { closeSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import { createForAppend, fileExists, privateDirectory, writeFully } from './files.ts';
import { type OpenedSession, SessionDirectory } from './session-directory.ts';
import { sessionFiles } from './session-files.ts';
import { SessionPages } from './session-pages.ts';

const PREFIX = 'fetching-';
const STALE_MS = 3_600_000;

/**
 * Sessions that came from a hub, for as long as they are looked at. Of each only the seal stays, so that it can be checked
 * again.
 */
export class HubLanding {
  readonly #kept: string;
  readonly #directory: string;
  readonly #sessions: SessionDirectory;

  /** `kept`: where the seals stay. */
  constructor(kept: string) {
    privateDirectory(kept);
    sweep(kept);
    this.#kept = kept;
    this.#directory = mkdtempSync(join(kept, PREFIX));
    this.#sessions = new SessionDirectory(this.#directory, () =>
      Promise.reject(new Error('not ours to seal')),
    );
  }

  async write(
    session: string,
    part: 'log' | 'payloads' | 'checkpoint' | 'signature' | 'receipt',
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const path = this.#sessions.files(session)[part];
    // Fetched once more: there may be more of it by now.
    rmSync(path, { force: true });
    const fd = createForAppend(path);
    try {
      for await (const chunk of bytes) writeFully(fd, chunk);
    } finally {
      closeSync(fd);
    }
  }

  /** Its `files` are where the seal will be when this process has ended, for the commands that repeat a check. */
  open(session: string): OpenedSession {
    return { ...this.#sessions.open(session), files: sessionFiles(this.#kept, session) };
  }

  /** All that came so far. */
  get sessions(): SessionDirectory {
    return this.#sessions;
  }

  /** Its events and payloads, to go back and forth in. */
  pages(session: string): SessionPages {
    return new SessionPages(this.#sessions.files(session));
  }

  /** Removes everything but the seals. */
  clear(): void {
    for (const id of this.#sessions.ids()) {
      const { checkpoint, signature } = this.#sessions.files(id);
      for (const path of [checkpoint, signature])
        if (fileExists(path)) renameSync(path, join(this.#kept, basename(path)));
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

// What a process that was killed left behind.
function sweep(kept: string): void {
  for (const name of readdirSync(kept)) {
    const path = join(kept, name);
    if (!name.startsWith(PREFIX) || Date.now() - statSync(path).mtimeMs < STALE_MS) continue;
    rmSync(path, { recursive: true, force: true });
  }
}
