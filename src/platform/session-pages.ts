import { PagedFile } from './paged-file.ts';
import type { SessionFiles } from './session-files.ts';

/** Both files of a session, read anywhere and while they grow. */
export class SessionPages {
  readonly log: PagedFile;
  readonly payloads: PagedFile;

  constructor({ log, payloads }: Pick<SessionFiles, 'log' | 'payloads'>) {
    this.log = new PagedFile(log);
    this.payloads = new PagedFile(payloads);
  }

  /** Opens what has taken the place of either: a recovery cuts a torn end, who removes payloads writes the sidecar anew. */
  reopen(): { readonly log: boolean; readonly payloads: boolean } {
    return { log: this.log.reopen(), payloads: this.payloads.reopen() };
  }

  close(): void {
    this.log.close();
    this.payloads.close();
  }
}
