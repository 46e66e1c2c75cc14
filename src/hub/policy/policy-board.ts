import { hash } from 'node:crypto';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { CentralRules } from '../../core/mask/central/central.ts';
import type { Signer } from '../../core/session/signer.ts';
import { Bell } from '../approvals/bell.ts';

/** A policy as clients get it. */
export interface HubPolicy {
  /** Names and digests of what it was read from. */
  readonly version: string;
  /** The policy, as JSON; undefined: this hub has none. */
  readonly document: string | undefined;
  /** What it has masked, in what people write into this hub; undefined: no more than rules that ship. */
  readonly masking?: CentralRules | undefined;
  /** For so long a client may go by it without asking again. */
  readonly maxAgeMs: number;
}

/** Where the hub's policy comes from. */
export interface PolicySource {
  /** Throws what is wrong with it, ERR_CONFIG. */
  read(): HubPolicy;
  /** Calls when it may have changed, or when somebody `asked` for it to be read, until the function returned is called. */
  watch(changed: (asked?: boolean) => void): () => void;
}

/** No central policy, and that is what the hub signs. */
export const NO_POLICY: PolicySource = {
  read: () => ({ version: 'none', document: undefined, maxAgeMs: LIMITS.hubPolicyAgeMs }),
  watch: () => () => undefined,
};

export interface PolicyBoardDeps {
  readonly source: PolicySource;
  /** The key that clients pinned at login. */
  readonly signer: Pick<Signer, 'sign'>;
  readonly keyName: string;
  readonly hub: string;
  readonly now: () => number;
  readonly onNotice: (line: string) => void;
  readonly onTrouble: (error: Error) => void;
}

/** The policy in force, signed. */
export interface SignedPolicy {
  /** JWS, compact (RFC 7515). */
  readonly signed: string;
  /** With its quotes (RFC 9110 section 8.8.3). */
  readonly etag: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const CHANGED = 'changed';

/** Holds the policy that clients get, signed, and tells those who wait when there is another one. */
export class PolicyBoard {
  readonly #deps: PolicyBoardDeps;
  readonly #bell = new Bell();
  readonly #unwatch: () => void;
  #policy: HubPolicy;
  #signed: SignedPolicy | undefined;

  /** Throws what is wrong with the policy: a hub does not start with one that nobody could go by. */
  constructor(deps: PolicyBoardDeps) {
    this.#deps = deps;
    // Before it is read: nothing that happens meanwhile is missed.
    this.#unwatch = deps.source.watch((asked = false) => this.#reload(asked));
    try {
      this.#policy = deps.source.read();
    } catch (error) {
      this.#unwatch();
      throw error;
    }
  }

  /** Signed anew when half of its time is over, so that whoever asks in time never runs out of it. */
  get current(): SignedPolicy {
    const signed = this.#signed;
    const age = signed === undefined ? Infinity : this.#deps.now() - signed.issuedAt;
    if (signed !== undefined && age >= 0 && age < this.#policy.maxAgeMs / 2) return signed;
    this.#signed = this.#sign();
    return this.#signed;
  }

  /** What the policy in force has masked. */
  get masking(): CentralRules | undefined {
    return this.#policy.masking;
  }

  /** Resolves when there is another one than that, after so many milliseconds, or when `signal` aborts. */
  async changed(etag: string, ms: number, signal: AbortSignal): Promise<void> {
    const ear = this.#bell.listen(CHANGED);
    try {
      if (this.current.etag === etag) await ear.heard(ms, signal);
    } finally {
      ear.close();
    }
  }

  /** Nobody waits any more. */
  close(): void {
    this.#unwatch();
    this.#bell.close();
  }

  #reload(asked: boolean): void {
    const { source, onNotice, onTrouble } = this.#deps;
    try {
      const policy = source.read();
      const isSame = policy.document === this.#policy.document && policy.maxAgeMs === this.#policy.maxAgeMs;
      if (isSame && asked) onNotice(`policy ${policy.version} was read again, and is what it was`);
      if (isSame) return;
      this.#policy = policy;
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      onTrouble(
        new HallpassError(error.code, `${error.message}. ${this.#policy.version} stays in force`, {
          cause: error,
        }),
      );
      return;
    }
    this.#signed = undefined;
    onNotice(`policy ${this.#policy.version} is in force`);
    this.#bell.ring(CHANGED);
  }

  // Whole seconds, as in any JWT (RFC 7519 section 4.1); what was signed last is never older than what was signed before.
  #sign(): SignedPolicy {
    const { signer, keyName, hub, now } = this.#deps;
    const issuedAt = now();
    const expiresAt = issuedAt + this.#policy.maxAgeMs;
    const { version, document } = this.#policy;
    const header = encoded({ alg: 'EdDSA', kid: keyName, typ: 'hallpass-policy+jwt' });
    const claims = encoded({
      iss: hub,
      iat: issuedAt / 1000,
      exp: expiresAt / 1000,
      version,
      ...(document !== undefined && { policy: document }),
    });
    const signature = signer.sign(Buffer.from(`${header}.${claims}`));
    const signed = `${header}.${claims}.${Buffer.from(signature).toString('base64url')}`;
    return { signed, etag: etagOf(signed), issuedAt, expiresAt };
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function etagOf(signed: string): string {
  return `"${hash('sha256', signed)}"`;
}
