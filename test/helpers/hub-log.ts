import { hash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

import { canonical } from '../../src/core/session/canonical.ts';
import { parseCertificate, signCertificate } from '../../src/core/session/certificate.ts';
import type { StartDetails } from '../../src/core/session/event.ts';
import { ephemeralSigner, type Signer } from '../../src/core/session/signer.ts';
import { signSsh } from '../../src/core/session/sshsig.ts';
import { leafHash, nodeHash } from '../../src/core/tlog/hash.ts';
import { type LogKey, signNote } from '../../src/core/tlog/note.ts';
import { consistencyProof, inclusionProof, rootOf, type Subtree } from '../../src/core/tlog/proof.ts';
import { type Receipt, receiptText } from '../../src/core/tlog/receipt.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { openSession } from '../../src/platform/session-store.ts';
import { DEVICE, message, sessionsIn, START } from './recorded-session.ts';

export const ADA = { issuer: 'https://issuer.example', subject: 'ada' };
export const CA = ephemeralSigner();
/** When the hub of these tests accepts, milliseconds since 1970. */
export const ACCEPTED = 1_795_175_030_000;

/** A hub's log, in memory, that says whatever a test wants it to say. */
export class HubLog {
  readonly key: LogKey;
  readonly leaves: Buffer[] = [];
  readonly signer: Signer;

  constructor(name = 'hub.example/log', signer = ephemeralSigner()) {
    this.signer = signer;
    this.key = { name, publicKey: Buffer.from(signer.publicKey) };
  }

  append(leaf: Buffer = randomBytes(40)): number {
    return this.leaves.push(leaf) - 1;
  }

  head(size = this.leaves.length) {
    return { size, root: rootOf(this.#subtree, size) };
  }

  note(size = this.leaves.length): string {
    return signNote({ origin: this.key.name, ...this.head(size) }, this.signer);
  }

  receipt(index: number, size = this.leaves.length): Receipt {
    const leaf = this.leaves[index] ?? Buffer.alloc(0);
    return { leaf, index, proof: inclusionProof(this.#subtree, index, size), checkpoint: this.note(size) };
  }

  consistency(from: number, to: number): Buffer[] {
    return consistencyProof(this.#subtree, from, to);
  }

  readonly #subtree: Subtree = (level, index) =>
    level === 0
      ? leafHash(this.leaves[index] ?? Buffer.alloc(0))
      : nodeHash(this.#subtree(level - 1, 2 * index), this.#subtree(level - 1, 2 * index + 1));
}

/** The leaf that a hub writes for this seal. */
export function leafOf(files: SessionFiles, changes: Record<string, unknown> = {}): Buffer {
  const fields = {
    accepted_at: ACCEPTED,
    attested: true,
    checkpoint: hash('sha256', readFileSync(files.checkpoint)),
    kind: 'session',
    session: files.id,
    signature: hash('sha256', readFileSync(files.signature)),
    subject: hash('sha256', `${ADA.issuer}|${ADA.subject}`),
    ...changes,
  };
  return Buffer.from(canonical(fields));
}

/** Puts the session into the log, among others, and its receipt beside it. */
export function accept(files: SessionFiles, log: HubLog, changes: Record<string, unknown> = {}): Receipt {
  for (let before = 0; before < 5; before += 1) log.append();
  const index = log.append(leafOf(files, changes));
  for (let after = 0; after < 4; after += 1) log.append();
  const receipt = log.receipt(index);
  writeFileSync(files.receipt, receiptText(receipt));
  return receipt;
}

/** Records a session of Ada's, who has logged in, sealed by the device's plain key. */
export async function recordOfAda(
  directory: string,
  start: Partial<StartDetails> = ADA,
): Promise<SessionFiles> {
  const session = await openSession({ ...START, ...start }, { sessionsDir: directory, signer: DEVICE });
  session.append(message({ method: 'tools/call', id: '1' }), Buffer.from('{"jsonrpc":"2.0","id":1}'));
  const { sealed, why } = await session.seal({ reason: 'client closed' });
  if (!sealed) throw new Error(why);
  return sessionsIn(directory).files(session.id);
}

export interface Certified {
  readonly ca?: Signer;
  readonly keyId?: string;
  readonly principals?: readonly string[];
  /** Seconds since 1970. */
  readonly validAfter?: number;
  readonly validBefore?: number;
  readonly signer?: Signer;
}

/** Signs the checkpoint again under a certificate. */
export function certify(files: SessionFiles, certified: Certified = {}): void {
  const { ca = CA, signer = DEVICE } = certified;
  const encoded = signCertificate(
    {
      publicKey: Buffer.from(signer.publicKey),
      nonce: randomBytes(32),
      serial: 1n,
      keyId: certified.keyId ?? `${ADA.issuer}|${ADA.subject}`,
      principals: certified.principals ?? [ADA.subject],
      validAfter: certified.validAfter ?? ACCEPTED / 1000 - 60,
      validBefore: certified.validBefore ?? ACCEPTED / 1000 + 600,
    },
    ca,
  );
  const certificate = parseCertificate(encoded);
  if (certificate === undefined) throw new Error('not a certificate');
  const armored = signSsh(readFileSync(files.checkpoint), 'hallpass-session', { ...signer, certificate });
  writeFileSync(files.signature, armored);
}
