import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Certificate } from '../../../src/core/session/certificate.ts';
import { checkpointText } from '../../../src/core/session/checkpoint.ts';
import type { Signer } from '../../../src/core/session/signer.ts';
import { signSsh } from '../../../src/core/session/sshsig.ts';
import type { Head } from '../../../src/core/tlog/proof.ts';
import type { SessionFiles } from '../../../src/platform/session-files.ts';
import { openSession, type SessionWriter } from '../../../src/platform/session-store.ts';
import { DEVICE, message, sessionsIn, START } from '../../helpers/recorded-session.ts';
import type { TestHub } from './test-hub.ts';
import { put, type Recorded } from './uploading.ts';

/** A session of somebody who has logged in, while it is recorded. */
export class RunningSession {
  readonly #directory: string;
  readonly #writer: SessionWriter;
  readonly #sent = { log: 0, payloads: 0 };

  private constructor(directory: string, writer: SessionWriter) {
    this.#directory = directory;
    this.#writer = writer;
  }

  static async begin(who: { issuer: string; subject: string }, signer: Signer = DEVICE) {
    const directory = mkdtempSync(join(tmpdir(), 'hallpass-test-'));
    const writer = await openSession({ ...START, ...who }, { sessionsDir: directory, signer });
    return new RunningSession(directory, writer);
  }

  get id(): string {
    return this.#writer.id;
  }

  get files(): SessionFiles {
    return sessionsIn(this.#directory).files(this.id);
  }

  head(): Head {
    return this.#writer.head();
  }

  /** Of the log, as sent. */
  get bytes(): number {
    return this.#sent.log;
  }

  say(payload = '{"id":1}', count = 1): void {
    for (let said = 0; said < count; said += 1)
      this.#writer.append(message({ method: 'tools/call' }), Buffer.from(payload));
  }

  /** Sends what is new, as live upload does. */
  async send(hub: TestHub, token: string): Promise<void> {
    for (const file of ['payloads', 'log'] as const) {
      const bytes = readFileSync(this.files[file]);
      for (let offset = this.#sent[file]; offset < bytes.length; offset = this.#sent[file]) {
        const piece = bytes.subarray(offset, offset + 1024 * 1024);
        const { status } = await put(hub, token, { session: this.id, file, offset, bytes: piece });
        if (status !== 201) throw new Error(`${file} at ${offset}: ${status}`);
        this.#sent[file] += piece.length;
      }
    }
  }

  async seal(): Promise<Recorded> {
    await this.#writer.seal({ reason: 'client closed' });
    const [checkpoint, signature] = [this.files.checkpoint, this.files.signature];
    return {
      id: this.id,
      log: readFileSync(this.files.log),
      payloads: readFileSync(this.files.payloads),
      checkpoint: readFileSync(checkpoint, 'utf8'),
      signature: readFileSync(signature, 'utf8'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.seal({ reason: 'test' });
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A head as the hub is told it. */
export function signedHead(
  session: string,
  head: Head,
  by: { certificate?: Certificate; signer?: Signer; namespace?: string },
): { checkpoint: string; signature: string } {
  const { certificate, signer = DEVICE, namespace = 'hallpass-session' } = by;
  const checkpoint = checkpointText({ origin: `local/session/${session}`, ...head });
  const certified = { ...signer, ...(certificate && { certificate }) };
  return { checkpoint, signature: signSsh(Buffer.from(checkpoint), namespace, certified) };
}
