import type { ApprovalAsk } from '../core/approvals/approval.ts';
import type { ApprovalPort, ApprovalTicket } from '../core/approvals/port.ts';
import { LocalApprovals } from '../platform/local-approvals.ts';
import type { SessionUpload } from './compose-session-upload.ts';

/**
 * Where held calls of a session wait: at the hub of who is logged in, where people decide them in a browser, and for
 * everybody else on this device. Whose it is, is known once the keys are open.
 */
export class KeptApprovals implements ApprovalPort {
  readonly #local: LocalApprovals;
  readonly #upload: SessionUpload;
  #atHub: Promise<ApprovalPort> | undefined;

  constructor(stateDir: string, upload: SessionUpload) {
    this.#local = new LocalApprovals(stateDir);
    this.#upload = upload;
  }

  get unattendedPossible(): boolean {
    const { recorder } = this.#upload;
    return recorder === undefined || recorder.hub.development;
  }

  async request(ask: ApprovalAsk): Promise<ApprovalTicket> {
    const { recorder } = this.#upload;
    if (recorder === undefined) return this.#local.request(ask);
    this.#atHub ??= openAtHub(recorder);
    return (await this.#atHub).request(ask);
  }

  close(): Promise<void> {
    return this.#local.close();
  }
}

async function openAtHub({ identity }: NonNullable<SessionUpload['recorder']>): Promise<ApprovalPort> {
  const [{ openHub }, { HubApprovals }] = await Promise.all([
    import('./compose-upload.ts'),
    import('../identity/hub-approvals.ts'),
  ]);
  const { client, hub } = openHub(identity);
  return new HubApprovals(client, hub);
}
