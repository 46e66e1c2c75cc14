import type { ApprovalSource } from '../core/approvals/source.ts';
import { HallpassError } from '../core/errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import { fileExists } from '../platform/files.ts';
import { localApprovalSource } from '../platform/local-approval-source.ts';
import { hallpassPaths } from '../platform/paths.ts';

/** Whose approvals are looked at: those of this device and of the hub of who is logged in, or of one of both only. */
export interface Where {
  readonly hub?: boolean;
  readonly local?: boolean;
  readonly profile?: string | undefined;
}

/** The one place that says where approvals are kept. A hub is opened when this device has been looked through. */
export class ApprovalPlaces implements AsyncIterable<ApprovalSource> {
  readonly #where: Where;
  readonly #opened: ApprovalSource[] = [];
  /** Hears why there is nothing to be had of a hub that nobody has asked for by name. */
  readonly onLost: ((error: HallpassError) => void) | undefined;

  constructor(where: Where, note: (line: string) => void) {
    this.#where = where;
    this.onLost = isNamed(where)
      ? undefined
      : ({ message }) => note(`hallpass: those at the hub are not shown: ${message}`);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ApprovalSource> {
    const { hub = false, local = false, profile } = this.#where;
    const { stateDir, credentialsDir } = hallpassPaths(readEnvironment());
    if (!hub) yield this.#open(await localApprovalSource(stateDir, mask));
    // Who never logged in anywhere is not to be asked for a passphrase.
    if (local || (!isNamed(this.#where) && !fileExists(credentialsDir))) return;
    const source = await this.#hub(profile);
    if (source !== undefined) yield this.#open(source);
  }

  close(): void {
    for (const source of this.#opened) source.close();
  }

  #open(source: ApprovalSource): ApprovalSource {
    this.#opened.push(source);
    return source;
  }

  async #hub(profile: string | undefined): Promise<ApprovalSource | undefined> {
    try {
      return await openHubSource(profile);
    } catch (error) {
      if (this.onLost === undefined || !(error instanceof HallpassError)) throw error;
      // Nobody is logged in.
      if (error.code !== 'ERR_AUTH') this.onLost(error);
      return undefined;
    }
  }
}

// Who decides nothing needs none of the rules.
async function mask(reason: string): Promise<string> {
  const { maskReasonHere } = await import('./mask-remark.ts');
  return maskReasonHere(reason);
}

function isNamed({ hub = false, profile }: Where): boolean {
  return hub || profile !== undefined;
}

async function openHubSource(profile: string | undefined): Promise<ApprovalSource> {
  const [{ openIdentity }, { openHub }, { hubApprovalSource }] = await Promise.all([
    import('./compose-identity.ts'),
    import('./compose-upload.ts'),
    import('../identity/hub-approval-source.ts'),
  ]);
  return hubApprovalSource(openHub(await openIdentity(profile)).client);
}
