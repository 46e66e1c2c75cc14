import type { KnownValues } from '../../core/mask/known-values.ts';
import { Secret } from '../../core/secret.ts';
import { makeKnown } from '../make-known.ts';
import type { SealedStore } from '../sealed-store.ts';

/** What hallpass is to an authorization server. */
export interface OAuthClient {
  readonly id: string;
  /** Of one that registered itself. That of one from a file stays where it is stored. */
  readonly secret: Secret | undefined;
  /** Undefined: what the server supports decides. */
  readonly method: string | undefined;
  /** With which address it was registered; undefined: any port of this machine. */
  readonly redirectUri: string | undefined;
}

/** What one server's authorization server gave for it: of use for that server and for no other. */
export interface Grant {
  /** Counts; a greater one is newer. */
  readonly generation: number;
  /** What the tokens are bound to (RFC 8707). */
  readonly resource: string;
  readonly issuer: string;
  readonly client: OAuthClient;
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
  /** What was asked for, all in all. */
  readonly scopes: readonly string[];
  /** Milliseconds since 1970; undefined: it was not said. */
  readonly expiresAt: number | undefined;
}

interface Stored {
  readonly generation: number;
  readonly resource: string;
  readonly issuer: string;
  readonly client: {
    readonly id: string;
    readonly secret?: string;
    readonly method?: string;
    readonly redirect_uri?: string;
  };
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly scopes: readonly string[];
  readonly expires_at?: number;
}

type Book = Readonly<Record<string, Stored>>;

/** A profile's grants, by the whole address of the server they are for. What comes out of the store we put in. */
export class GrantBook {
  readonly #store: SealedStore;
  readonly #name: string;

  constructor(profile: string, store: SealedStore) {
    this.#store = store;
    this.#name = `oauth ${profile}`;
  }

  get(server: string): Grant | undefined {
    const book = this.#read();
    const stored = Object.hasOwn(book, server) ? book[server] : undefined;
    return stored === undefined ? undefined : toGrant(stored);
  }

  save(server: string, grant: Grant): void {
    this.#store.update(this.#name, (book) => ({ ...(book as Book | undefined), [server]: toStored(grant) }));
  }

  remove(server: string): void {
    this.#store.update(this.#name, (book) => {
      const { [server]: _gone, ...rest } = (book ?? {}) as Book;
      return Object.keys(rest).length === 0 ? undefined : rest;
    });
  }

  /** Held while what is stored for the server is renewed or replaced. */
  lock(server: string): Promise<{ release(): void }> {
    return this.#store.lock(`${this.#name} ${server}`);
  }

  /** Makes every token of every server known, so that none passes in any session. */
  addTo(known: KnownValues): void {
    for (const stored of Object.values(this.#read()))
      for (const secret of secretsOf(toGrant(stored))) makeKnown(known, secret, 'an OAuth token');
  }

  #read(): Book {
    return (this.#store.read(this.#name) ?? {}) as Book;
  }
}

/** All of a grant that nobody else may see. */
export function secretsOf({ accessToken, refreshToken, client }: Grant): Secret[] {
  return [accessToken, refreshToken, client.secret].filter((secret) => secret !== undefined);
}

/** Whether this is the grant's access token. */
export function isTokenOf({ accessToken }: Grant, shown: Secret | undefined): boolean {
  return shown !== undefined && accessToken.reveal() === shown.reveal();
}

function toGrant(stored: Stored): Grant {
  const { generation, resource, issuer, client, scopes } = stored;
  return {
    generation,
    resource,
    issuer,
    client: {
      id: client.id,
      secret: toSecret(client.secret),
      method: client.method,
      redirectUri: client.redirect_uri,
    },
    accessToken: new Secret(stored.access_token),
    refreshToken: toSecret(stored.refresh_token),
    scopes,
    expiresAt: stored.expires_at,
  };
}

function toSecret(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : new Secret(value);
}

function toStored(grant: Grant): Stored {
  const { generation, resource, issuer, client, accessToken, refreshToken, scopes, expiresAt } = grant;
  const { id, secret, method, redirectUri } = client;
  return {
    generation,
    resource,
    issuer,
    client: {
      id,
      ...(secret && { secret: secret.reveal() }),
      ...(method !== undefined && { method }),
      ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
    },
    access_token: accessToken.reveal(),
    ...(refreshToken && { refresh_token: refreshToken.reveal() }),
    scopes,
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  };
}
