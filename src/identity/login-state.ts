import { Secret } from '../core/secret.ts';
import type { SealedStore } from './sealed-store.ts';

/** A hub as it described itself at login. Its keys are pinned: later ones have to be the same. */
export interface Hub {
  /** Its origin: `iss` of its tokens. */
  readonly hub: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly scopes: readonly string[];
  /** An OpenSSH public key line: signs certificates for sealing keys. */
  readonly ssh_ca: string;
  /** C2SP verifier key of the hub's log. */
  readonly log_key: string;
  readonly development: boolean;
}

/** What the issuer gave, and what it says of whom. */
export interface Login {
  /** Counts logins and renewals; a greater one is newer. */
  readonly generation: number;
  readonly idToken: Secret;
  /** Undefined where the issuer gives none: then the login ends with the ID token. */
  readonly refreshToken: Secret | undefined;
  readonly subject: string;
  readonly groups: readonly string[];
  /** End of the ID token, milliseconds since 1970. */
  readonly expiresAt: number;
  /** Of a CI job: the system that vouches for it. */
  readonly job?: string | undefined;
}

interface StoredLogin {
  readonly generation: number;
  readonly id_token: string;
  readonly refresh_token?: string;
  readonly subject: string;
  readonly groups: readonly string[];
  readonly expires_at: number;
  readonly job?: string;
}

type Pins = Readonly<Record<string, Pick<Hub, 'ssh_ca' | 'log_key'>>>;

/** One profile's hub and login, as they lie in the sealed store. What comes out of it we put in. */
export class LoginState {
  readonly profile: string;
  /** What whoever is not logged in can do about it; undefined: log in. */
  readonly hint: string | undefined;
  readonly #store: SealedStore;

  constructor(profile: string, store: SealedStore, hint?: string) {
    this.profile = profile;
    this.hint = hint;
    this.#store = store;
  }

  /** The hub of the last login; it outlives logout. */
  get hub(): Hub | undefined {
    return this.#store.read(`hub ${this.profile}`) as Hub | undefined;
  }

  /** The profiles that somebody of this machine has logged in to. */
  get profiles(): readonly string[] {
    return (this.#store.read('profiles') as readonly string[] | undefined) ?? [];
  }

  get login(): Login | undefined {
    const stored = this.#store.read(`login ${this.profile}`) as StoredLogin | undefined;
    if (stored === undefined) return undefined;
    const { generation, subject, groups, refresh_token, job } = stored;
    return {
      ...(job !== undefined && { job }),
      generation,
      subject,
      groups,
      idToken: new Secret(stored.id_token),
      refreshToken: refresh_token === undefined ? undefined : new Secret(refresh_token),
      expiresAt: stored.expires_at,
    };
  }

  /** The keys that a hub had when somebody of this machine first logged in to it, in whatever profile. */
  pinned(hub: string): Pins[string] | undefined {
    return this.pins[hub];
  }

  /** The same of all hubs. */
  get pins(): Pins {
    return (this.#store.read('pins') as Pins | undefined) ?? {};
  }

  saveHub(hub: Hub): void {
    this.#store.update('pins', (pins) => ({
      ...(pins as Pins | undefined),
      [hub.hub]: { ssh_ca: hub.ssh_ca, log_key: hub.log_key },
    }));
    // The names of the store's files are digests, so it can't be asked what there is.
    this.#store.update('profiles', () => [...new Set([...this.profiles, this.profile])].toSorted());
    this.#store.write(`hub ${this.profile}`, hub);
  }

  saveLogin(login: Login): void {
    const { generation, idToken, refreshToken, subject, groups, expiresAt, job } = login;
    const stored: StoredLogin = {
      ...(job !== undefined && { job }),
      generation,
      id_token: idToken.reveal(),
      ...(refreshToken !== undefined && { refresh_token: refreshToken.reveal() }),
      subject,
      groups,
      expires_at: expiresAt,
    };
    this.#store.write(`login ${this.profile}`, stored);
  }

  /** Forgets the login and every token that was minted with it. */
  forget(): void {
    this.#store.remove(`login ${this.profile}`);
    this.#store.remove(`tokens ${this.profile}`);
  }

  /** Held while the login is renewed, replaced or removed. */
  lock(): Promise<{ release(): void }> {
    return this.#store.lock(`login ${this.profile}`);
  }
}
