import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';

import type { StartDetails } from '../../../src/core/session/event.ts';
import { type Certificate, parseCertificate } from '../../../src/core/session/certificate.ts';
import type { Signer } from '../../../src/core/session/signer.ts';
import { signSsh } from '../../../src/core/session/sshsig.ts';
import { certificateRequest } from '../../../src/identity/hub-certificate.ts';
import { openSession } from '../../../src/platform/session-store.ts';
import { DEVICE, message, sessionsIn, START } from '../../helpers/recorded-session.ts';
import { bearer, type HubCalls } from './hub-calls.ts';

/** A sealed session, in memory. */
export interface Recorded {
  readonly id: string;
  readonly log: Buffer;
  readonly payloads: Buffer;
  readonly checkpoint: string;
  readonly signature: string;
}

export interface Recording {
  readonly start?: Partial<StartDetails>;
  readonly signer?: Signer;
  /** Bytes of each payload. */
  readonly payloads?: readonly Buffer[];
}

/** Records a session and seals it with a plain key. */
export async function record(recording: Recording = {}): Promise<Recorded> {
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-test-'));
  try {
    const {
      start,
      signer = DEVICE,
      payloads = [Buffer.from('{"id":1}'), Buffer.from('{"id":1,"result":{}}')],
    } = recording;
    const session = await openSession({ ...START, ...start }, { sessionsDir: directory, signer });
    for (const payload of payloads) session.append(message({ method: 'tools/call' }), payload);
    await session.seal({ reason: 'client closed' });
    const files = sessionsIn(directory).files(session.id);
    return {
      id: session.id,
      log: readFileSync(files.log),
      payloads: readFileSync(files.payloads),
      checkpoint: readFileSync(files.checkpoint, 'utf8'),
      signature: readFileSync(files.signature, 'utf8'),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A session of somebody who has logged in, sealed under a certificate of the hub's. */
export async function recordAttested(
  hub: HubCalls,
  token: string,
  who: { subject: string; recording?: Recording },
): Promise<Recorded> {
  const { subject, recording = {} } = who;
  const signer = recording.signer ?? DEVICE;
  const recorded = await record({ ...recording, start: { ...recording.start, issuer: hub.issuer, subject } });
  return sealedWith(recorded, signer, await certify(hub, token, signer));
}

/** The same session under a seal that carries this certificate. */
export function sealedWith(recorded: Recorded, signer: Signer, certificate: Certificate): Recorded {
  const checkpoint = Buffer.from(recorded.checkpoint);
  return { ...recorded, signature: signSsh(checkpoint, 'hallpass-session', { ...signer, certificate }) };
}

/** `ahead`: of the hub's clock, milliseconds. */
export async function certify(
  hub: HubCalls & { readonly ahead?: number },
  token: string,
  signer: Signer,
): Promise<Certificate> {
  const now = Math.floor((Date.now() + (hub.ahead ?? 0)) / 1000);
  const request = certificateRequest(signer, { hub: hub.url, token, now });
  const answer = await hub.post('/ssh/certificate', token, request);
  const { certificate } = (await answer.json()) as { certificate: string };
  const parsed = parseCertificate(Buffer.from(certificate.split(' ')[1] ?? '', 'base64'));
  if (parsed === undefined) throw new Error(`no certificate: ${answer.status}`);
  return parsed;
}

export interface Piece {
  readonly session: string;
  readonly file: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Sends a chunk as the contract says. */
export function put(hub: HubCalls, token: string, piece: Piece): Promise<Response> {
  return putRaw(hub, token, { ...piece, bytes: zstdCompressSync(piece.bytes) });
}

/** Sends a body as it is, under its digest or another. */
export function putRaw(hub: HubCalls, token: string, piece: Piece & { digest?: string }): Promise<Response> {
  const { session, file, offset, bytes } = piece;
  const digest = piece.digest ?? `sha-256=:${hash('sha256', bytes, 'base64')}:`;
  return fetch(`${hub.url}/sessions/${session}/${file}/${offset}`, {
    method: 'PUT',
    headers: { ...bearer(token), 'content-type': 'application/zstd', 'content-digest': digest },
    body: new Uint8Array(bytes),
  });
}

/** Sends both files, in chunks of `chunk` bytes. Returns the statuses. */
export async function upload(
  hub: HubCalls,
  token: string,
  given: { recorded: Recorded; chunk?: number },
): Promise<number[]> {
  const { recorded, chunk = 64 * 1024 } = given;
  const statuses: number[] = [];
  for (const file of ['log', 'payloads'] as const) {
    for (let offset = 0; offset < recorded[file].length; offset += chunk) {
      const bytes = recorded[file].subarray(offset, offset + chunk);
      statuses.push((await put(hub, token, { session: recorded.id, file, offset, bytes })).status);
    }
  }
  return statuses;
}

export interface SealAnswer {
  readonly session: string;
  readonly state: string;
  readonly attested: boolean;
  readonly accepted_at: number;
  readonly leaf: string;
  readonly index: number;
  readonly proof: readonly string[];
  readonly checkpoint: string;
}

export function seal(hub: HubCalls, token: string, recorded: Recorded): Promise<Response> {
  const { id, checkpoint, signature, log, payloads } = recorded;
  const body = { checkpoint, signature, log_bytes: log.length, payload_bytes: payloads.length };
  return hub.post(`/sessions/${id}/seal`, token, body);
}

/** Uploads and seals; throws unless it is accepted. */
export async function accepted(hub: HubCalls, token: string, recorded: Recorded): Promise<SealAnswer> {
  await upload(hub, token, { recorded });
  const answer = await seal(hub, token, recorded);
  if (!answer.ok) throw new Error(`not accepted: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as SealAnswer;
}
