import { hash } from 'node:crypto';

import { canonical, parseCanonical } from '../session/canonical.ts';
import { parseSsh } from '../session/sshsig.ts';
import { type LogKey, openNote } from './note.ts';
import { type Head, verifyInclusion } from './proof.ts';

/** A hub's proof that it accepted a session, as it lies beside it: `<id>.receipt`. Anybody may have written it. */
export interface Receipt {
  /** The leaf of the hub's log: RFC 8785 JSON of digests only. */
  readonly leaf: Buffer;
  readonly index: number;
  /** RFC 6962 section 2.1.1, 32 bytes each. */
  readonly proof: readonly Buffer[];
  /** The head of the log that the proof leads to, as a signed note. */
  readonly checkpoint: string;
}

/** What a receipt has to be of. */
export interface Sealed {
  readonly session: string;
  readonly checkpoint: string;
  readonly signature: string;
}

/** What a receipt that holds proves. */
export interface Acceptance {
  /** The hub's clock, milliseconds since 1970. */
  readonly acceptedAt: number;
  readonly attested: boolean;
  readonly index: number;
  readonly head: Head;
}

interface Leaf {
  readonly accepted_at: number;
  readonly attested: boolean;
  readonly checkpoint: string;
  readonly kind: 'session';
  readonly session: string;
  readonly signature: string;
  readonly subject: string;
}

/** The receipt as it is stored: one line of RFC 8785 JSON. */
export function receiptText({ leaf, index, proof, checkpoint }: Receipt): string {
  const fields = { leaf: base64(leaf), index, proof: proof.map(base64), checkpoint };
  return `${canonical(fields)}\n`;
}

/** Reads a stored receipt; undefined unless it is exactly what `receiptText` writes. */
export function parseReceipt(text: string): Receipt | undefined {
  try {
    const receipt = receiptOf(JSON.parse(text));
    return receipt !== undefined && receiptText(receipt) === text ? receipt : undefined;
  } catch {
    // Not JSON.
    return undefined;
  }
}

/** Takes a receipt from the fields of a JSON document, whatever else there is in it. */
export function receiptOf(value: unknown): Receipt | undefined {
  if (!isRecord(value)) return undefined;
  const { leaf, index, proof, checkpoint } = value;
  if (typeof leaf !== 'string' || typeof index !== 'number' || typeof checkpoint !== 'string')
    return undefined;
  if (!Array.isArray(proof) || !proof.every((node) => typeof node === 'string')) return undefined;
  return {
    leaf: Buffer.from(leaf, 'base64'),
    index,
    proof: proof.map((node) => Buffer.from(node, 'base64')),
    checkpoint,
  };
}

/** The origin of the log that the receipt claims to be of, by which to look for the log's key. */
export function claimedLog({ checkpoint }: Receipt): string {
  return checkpoint.slice(0, checkpoint.indexOf('\n'));
}

/** When the receipt says that the hub accepted the session, milliseconds since 1970; unchecked. */
export function acceptedAt({ leaf }: Receipt): number | undefined {
  return parseLeaf(leaf)?.accepted_at;
}

/**
 * Checks a receipt against the seal it came with and the pinned key of the log. Returns what it proves, or in words what
 * is wrong with it.
 */
export function checkReceipt(receipt: Receipt, sealed: Sealed, key: LogKey): Acceptance | string {
  const head = openNote(receipt.checkpoint, key);
  if (head === undefined) return `the checkpoint is not signed by the pinned key of the log ${key.name}`;
  const { index, leaf: bytes } = receipt;
  if (!verifyInclusion({ bytes, index }, head, receipt.proof))
    return `leaf ${index} is not in the log ${key.name}: the proof does not lead to its root`;
  const leaf = parseLeaf(bytes);
  if (leaf === undefined) return `leaf ${index} of the log is not about a session`;
  const problem = mismatch(leaf, sealed);
  if (problem !== undefined) return problem;
  return { acceptedAt: leaf.accepted_at, attested: leaf.attested, index, head };
}

function mismatch(leaf: Leaf, { session, checkpoint, signature }: Sealed): string | undefined {
  if (leaf.session !== session) return `the receipt is of another session, ${leaf.session}`;
  if (leaf.checkpoint !== digest(bytesOf(checkpoint)))
    return 'the hub accepted another checkpoint of this session';
  if (leaf.signature !== digest(bytesOf(signature)))
    return 'the hub accepted another signature of this session';
  const certificate = parseSsh(signature)?.certificate;
  if (leaf.attested !== (certificate !== undefined))
    return `the hub accepted it ${leaf.attested ? 'with' : 'without'} a certificate`;
  if (certificate !== undefined && leaf.subject !== digest(Buffer.from(certificate.keyId)))
    return 'the hub accepted it from somebody else than the certificate names';
  return undefined;
}

function parseLeaf(bytes: Buffer): Leaf | undefined {
  const leaf = parseObject(bytes);
  if (leaf?.['kind'] !== 'session' || typeof leaf['attested'] !== 'boolean') return undefined;
  if (typeof leaf['accepted_at'] !== 'number' || leaf['accepted_at'] < 0) return undefined;
  const texts = [leaf['session'], leaf['checkpoint'], leaf['signature'], leaf['subject']];
  return texts.every((text) => typeof text === 'string') ? (leaf as unknown as Leaf) : undefined;
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value = parseCanonical(bytes.toString());
    return isRecord(value) ? value : undefined;
  } catch {
    // Not JSON.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

// The files of a seal are read as Latin-1, so that every byte counts.
function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function digest(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}
