import type { Secret } from '../../core/secret.ts';

/** What a credential is wanted for. */
export interface MintRequest {
  readonly connection: string;
  /** None: whatever there is to be had. */
  readonly scopes: readonly string[];
}

export interface Minted {
  readonly credential: Secret;
  /** What of it is secret; undefined: all. */
  readonly secrets?: readonly Secret[];
  /** The same as a login, and as variables that programs know, where it is more than a token. */
  readonly login?: { readonly machine: string; readonly user: string; readonly password: Secret };
  readonly variables?: Readonly<Record<string, string>>;
  readonly tokenType: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970; undefined: it does not expire by itself. */
  readonly expiresAt: number | undefined;
  /** The only origins it may be sent to; undefined: it names none itself. */
  readonly origins: readonly string[] | undefined;
  /** Minting again gives another one. */
  readonly renewable: boolean;
  /** Has it last longer as it is. Returns when it ends then. Undefined: only another one lasts longer. */
  readonly extend?: () => Promise<number>;
  /** Ends it before its time, where that is possible, and what is left of it after. */
  readonly revoke: (signal: AbortSignal) => Promise<void>;
}

/** Gets a credential for a connection. */
export interface Minter {
  mint(request: MintRequest): Promise<Minted>;
}

/** For credentials that nobody can end before their time. */
export const irrevocable = (): Promise<void> => Promise.resolve();
