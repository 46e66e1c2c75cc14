import { basename } from 'node:path';

import { fileExists } from './files.ts';
import { fileStamp } from './file-stamp.ts';
import { sessionFiles } from './session-files.ts';
import { SessionPages } from './session-pages.ts';
import { UploadSpool } from './upload-spool.ts';
import { watchDirectory } from './watch-directory.ts';

/** The files of this machine's sessions, for who looks through them and at what becomes of them. */
export class ReviewFiles {
  readonly #directory: string;
  readonly #spool: UploadSpool;

  constructor({ sessionsDir, uploadsDir }: { sessionsDir: string; uploadsDir: string }) {
    this.#directory = sessionsDir;
    this.#spool = new UploadSpool(uploadsDir);
  }

  pages(id: string): SessionPages {
    return new SessionPages(sessionFiles(this.#directory, id));
  }

  /** Another text once anything of the session is other than it was. */
  stamp(id: string): string {
    const { log, payloads, checkpoint, signature, receipt } = sessionFiles(this.#directory, id);
    return [log, payloads, checkpoint, signature, receipt].map(fileStamp).join();
  }

  /** Whether it is to be uploaded, or the hub would not have it. */
  spooled(id: string): 'waiting' | 'quarantined' | undefined {
    const entry = this.#spool.find(id);
    if (entry === undefined) return undefined;
    return entry.quarantined === undefined ? 'waiting' : 'quarantined';
  }

  watchList(changed: () => void): { close(): void } {
    return watchDirectory(this.#directory, { changed });
  }

  /** Its seal is there; whether it is good, verifying says. */
  isSealed(id: string): boolean {
    const { checkpoint, signature } = sessionFiles(this.#directory, id);
    return fileExists(checkpoint) && fileExists(signature);
  }

  watchSession(id: string, changed: () => void): { close(): void } {
    const { log, payloads, checkpoint, receipt } = sessionFiles(this.#directory, id);
    return watchDirectory(this.#directory, {
      names: [log, payloads, checkpoint, receipt].map((path) => basename(path)),
      changed,
    });
  }
}
