import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

import { toBytes, toText } from '../bytes.ts';
import { LIMITS } from '../limits.ts';

/** What a client carries from one round of a held call to the next. */
export interface RoundState {
  /** It waits for a decision, or it was approved and the server behind wants to know more. */
  readonly kind: 'waits' | 'approved';
  readonly approval: string;
  /** The binding that all rounds of the call share. */
  readonly base: string;
  readonly rule: string;
  /** Rounds so far. */
  readonly round: number;
  /** Of the session that wrote it. */
  readonly session: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A state of ours that has come back. */
export interface OpenedState {
  readonly state: RoundState;
  /** The server's own state that it wraps: what stands between the quotes, byte for byte. */
  readonly inner: Uint8Array | undefined;
  readonly nonce: string;
}

/** With which each state of ours begins. */
const MARK = 'hpr1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/**
 * Makes and reads the `requestState` of held calls (2026-07-28, MRTR, Server Requirements): sealed with AES-256-GCM for one
 * caller. One that waits gives no right to anything, since the approval's keeper has the last word: it is sealed with the
 * workspace's key, and so survives a restart. One of an approved call lets it go on, once, in the session that sent it.
 */
export class RequestStates {
  readonly #keys: Readonly<Record<RoundState['kind'], Uint8Array>>;
  readonly #caller: string;
  /** Nonces of approved ones that have not come back, and until when they may. */
  readonly #open = new Map<string, number>();
  /** Nonces of waiting ones that have. */
  readonly #used = new Set<string>();

  constructor({ key, session, caller }: { key: Uint8Array; session: string; caller: string }) {
    const derive = (purpose: string): Uint8Array => createHmac('sha256', key).update(purpose).digest();
    this.#keys = { waits: derive('request state'), approved: derive(`request state of ${session}`) };
    this.#caller = caller;
  }

  /** Text for a JSON string, which needs no escapes. */
  seal(state: RoundState, inner?: Uint8Array): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keys[state.kind], nonce);
    cipher.setAAD(toBytes(this.#caller));
    const head = toBytes(`${JSON.stringify({ ...state, wraps: inner !== undefined })}\n`);
    const sealed = [nonce, cipher.update(head), cipher.update(inner ?? new Uint8Array()), cipher.final()];
    const bytes = Buffer.concat([...sealed, cipher.getAuthTag()]);
    if (state.kind === 'approved') this.#expect(nonce.toString('base64url'), state.expiresAt);
    return `${MARK}${bytes.toString('base64url')}`;
  }

  /** Whether a state calls itself one of ours. Anybody may write one that does. */
  static looksOurs(text: Uint8Array): boolean {
    return toText(text.subarray(0, MARK.length)) === MARK;
  }

  /** Undefined for all that this workspace didn't seal for this caller, as it is. */
  open(text: Uint8Array): OpenedState | undefined {
    if (!RequestStates.looksOurs(text)) return undefined;
    const sealed = toText(text.subarray(MARK.length));
    const bytes = Buffer.from(sealed, 'base64url');
    // Decoders take more spellings than one.
    if (bytes.toString('base64url') !== sealed || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const plain = this.#decipher(bytes, 'waits') ?? this.#decipher(bytes, 'approved');
    if (plain === undefined) return undefined;
    const end = plain.indexOf(0x0a);
    // Sealed by `seal`, and by nobody else.
    const { wraps, ...state } = JSON.parse(toText(plain.subarray(0, end))) as RoundState & { wraps: boolean };
    const nonce = bytes.subarray(0, NONCE_BYTES).toString('base64url');
    return { state, inner: wraps ? plain.subarray(end + 1) : undefined, nonce };
  }

  /** Uses it up. False: that has been done, or its time is over. */
  use({ state, nonce }: OpenedState, now: number): boolean {
    if (now >= state.expiresAt) return false;
    if (state.kind === 'approved') return this.#open.delete(nonce);
    if (this.#used.has(nonce)) return false;
    this.#used.add(nonce);
    for (const oldest of this.#used) if (this.#used.size > LIMITS.usedStates) this.#used.delete(oldest);
    return true;
  }

  #expect(nonce: string, until: number): void {
    this.#open.set(nonce, until);
    for (const oldest of this.#open.keys())
      if (this.#open.size > LIMITS.openRounds) this.#open.delete(oldest);
  }

  #decipher(bytes: Buffer, kind: RoundState['kind']): Buffer | undefined {
    const decipher = createDecipheriv(CIPHER, this.#keys[kind], bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(toBytes(this.#caller));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]);
    } catch {
      // Not ours, or changed on its way.
      return undefined;
    }
  }
}
