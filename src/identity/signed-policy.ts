import { hash } from 'node:crypto';

import { compactVerify, errors, importJWK } from 'jose';
import { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import type { LogKey } from '../core/tlog/note.ts';
import type { SealedStore } from './sealed-store.ts';

/** A hub's policy, its signature checked. */
export interface SignedPolicy {
  /** As the hub signed it: JWS, compact. */
  readonly signed: string;
  readonly version: string;
  /** Undefined: the hub has none, and says so. */
  readonly document: string | undefined;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Whose policy it has to be, and by which key: pinned at login. */
export interface PolicyAuthority {
  readonly hub: string;
  readonly key: LogKey;
}

const TYPE = 'hallpass-policy+jwt';
const seconds = z.number().nonnegative();
const claims = z.object({
  iss: z.string(),
  iat: seconds,
  exp: seconds,
  version: z.string().min(1),
  policy: z.string().optional(),
});

/**
 * Reads what a hub signed, or somebody in its place. Whether it has expired is for who uses it to ask.
 *
 * @throws {HallpassError} ERR_POLICY_SIGNATURE
 */
export async function openSignedPolicy(signed: string, authority: PolicyAuthority): Promise<SignedPolicy> {
  const { iss, iat, exp, version, policy } = claimsOf(await verified(signed, authority), authority);
  if (iss !== authority.hub) throw refused(authority, `it is that of ${iss}`);
  return { signed, version, document: policy, issuedAt: iat * 1000, expiresAt: exp * 1000 };
}

/** How HTTP names it (docs/hub-api.md). */
export function etagOf({ signed }: SignedPolicy): string {
  return `"${digestOf({ signed })}"`;
}

/** SHA-256, hex. */
export function digestOf({ signed }: Pick<SignedPolicy, 'signed'>): string {
  return hash('sha256', signed);
}

/** Throws ERR_POLICY_SIGNATURE for one that is older than what is known: somebody wants to have an earlier one back. */
export function checkNewer(
  next: SignedPolicy,
  known: SignedPolicy | undefined,
  authority: PolicyAuthority,
): void {
  if (known === undefined || next.issuedAt >= known.issuedAt) return;
  throw refused(authority, 'it is older than the one before');
}

/** The newest policy of a hub that this machine has seen. Its signature is checked each time that it is read. */
export class PolicyCache {
  readonly #store: SealedStore;
  readonly #authority: PolicyAuthority;

  constructor(store: SealedStore, authority: PolicyAuthority) {
    this.#store = store;
    this.#authority = authority;
  }

  /** Undefined if there is none. Throws ERR_POLICY_SIGNATURE, ERR_CREDENTIALS_DAMAGED. */
  async read(): Promise<SignedPolicy | undefined> {
    const stored = this.#store.read(this.#name);
    return typeof stored === 'string' ? openSignedPolicy(stored, this.#authority) : undefined;
  }

  write({ signed }: SignedPolicy): void {
    this.#store.write(this.#name, signed);
  }

  // A hub that was set up anew, and whose keys somebody has accepted, has no policy of before.
  get #name(): string {
    const { hub, key } = this.#authority;
    return `policy ${hub} ${key.publicKey.toString('base64url')}`;
  }
}

async function verified(signed: string, authority: PolicyAuthority): Promise<Uint8Array> {
  const { name, publicKey } = authority.key;
  const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') }, 'EdDSA');
  try {
    const { payload, protectedHeader } = await compactVerify(signed, key, { algorithms: ['EdDSA'] });
    if (protectedHeader.typ === TYPE && protectedHeader.kid === name) return payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw refused(authority, 'its signature does not hold', error);
  }
  throw refused(authority, 'what was signed is something else');
}

function claimsOf(payload: Uint8Array, authority: PolicyAuthority): z.infer<typeof claims> {
  const parsed = claims.safeParse(jsonOf(payload));
  if (parsed.success) return parsed.data;
  throw refused(authority, 'it does not say what a policy says');
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return undefined;
  }
}

function refused({ hub }: PolicyAuthority, why: string, cause?: Error): HallpassError {
  return new HallpassError('ERR_POLICY_SIGNATURE', `the policy of the hub ${hub} is not taken: ${why}`, {
    cause,
  });
}
