import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Certificate } from '../core/session/certificate.ts';
import { checkpointText, SEAL_NAMESPACE, soloOrigin } from '../core/session/checkpoint.ts';
import { signSsh } from '../core/session/sshsig.ts';
import type { Head } from '../core/tlog/proof.ts';
import type { CheckpointAnswer, HubClient } from '../identity/hub-client.ts';
import { type CertifyDeps, freshCertificate } from './attest.ts';

export interface CheckpointDeps {
  readonly certify: CertifyDeps;
  /** Milliseconds on a clock that only goes forward. */
  readonly elapsed: () => number;
}

/**
 * Has the hub accept the heads of one session while that runs: no more often than `LIMITS.checkpointMs`, and where nothing
 * happens now and then all the same. What it has accepted nobody on this machine can take back.
 */
export class Checkpointer {
  readonly #session: string;
  readonly #deps: CheckpointDeps;
  #certificate: Certificate | undefined;
  #last: { readonly size: number; readonly at: number } | undefined;

  constructor(session: string, deps: CheckpointDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  /** True when a head of so many lines is to be sent. */
  isDue(size: number): boolean {
    if (this.#last === undefined) return true;
    const waited = this.#deps.elapsed() - this.#last.at;
    return waited >= (size === this.#last.size ? LIMITS.quietCheckpointMs : LIMITS.checkpointMs);
  }

  /**
   * Signs a head, whose lines the hub holds, and sends it.
   *
   * @throws {HallpassError} ERR_SESSION_FORKED when what was sent before is not what was recorded; ERR_UPLOAD_CONFLICT,
   * and what attesting and the hub throw
   */
  async send(head: Head, client: Pick<HubClient, 'checkpoint'>): Promise<void> {
    const { certify, elapsed } = this.#deps;
    const at = elapsed();
    this.#certificate = await freshCertificate(this.#certificate, certify);
    const checkpoint = checkpointText({ origin: soloOrigin(this.#session), ...head });
    const signer = { ...certify.signer, certificate: this.#certificate };
    const signature = signSsh(Buffer.from(checkpoint), SEAL_NAMESPACE, signer);
    this.#take(await client.checkpoint(this.#session, { checkpoint, signature }));
    this.#last = { size: head.size, at };
  }

  #take(answer: CheckpointAnswer): void {
    if (answer.outcome === 'accepted') return;
    const { outcome, why } = answer;
    if (outcome === 'forked')
      throw new HallpassError(
        'ERR_SESSION_FORKED',
        `what the hub holds of session ${this.#session} is not what was recorded: ${why}`,
      );
    if (outcome === 'conflict')
      throw new HallpassError(
        'ERR_UPLOAD_CONFLICT',
        `the hub takes no checkpoint of session ${this.#session}: ${why}`,
      );
    // By the hub's clock it has ended, or it names another authority since: the next try has another.
    this.#certificate = undefined;
    throw new HallpassError('ERR_CERTIFICATE', `the hub takes no checkpoint now: ${why}`);
  }
}
