import { LIMITS } from '../core/limits.ts';

/** What a hub is told to do: from hub.yaml, or the fixed set of `--dev`. */
export interface HubConfig {
  /** Where to listen; loopback only. Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The hub's own origin, as clients see it; undefined: the address it listens on. */
  readonly url: string | undefined;
  /** Who proves identities; `development`: a provider inside the hub, for which any password will do. */
  readonly identity: IssuerConfig | 'development';
  readonly admins: Who;
  readonly auditors: Who;
  readonly connections: readonly HubConnection[];
  readonly grants: readonly Grant[];
}

export interface IssuerConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The claim of the ID token that lists a person's groups. */
  readonly groupsClaim: string;
}

/** Anybody named here. Names are compared exactly: there are no patterns. Nobody named means nobody. */
export interface Who {
  readonly groups: readonly string[];
  /** `sub` claims of the issuer. */
  readonly subjects: readonly string[];
}

export interface HubConnection {
  readonly name: string;
  /** The `aud` of tokens for it. */
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Where clients may send the token; undefined: the hub doesn't say. */
  readonly origins?: readonly string[] | undefined;
}

/** Who may have which scopes on which connection. What no grant gives is denied. */
export interface Grant {
  readonly who: Who;
  readonly connection: string;
  readonly scopes: readonly string[];
  /** Seconds; within `LIMITS.tokenMinMs` and `tokenMaxMs`. */
  readonly ttl: number;
  /** `proxy`: only hallpass itself sees the token; `export`: `hallpass mint` may print it. */
  readonly use: 'proxy' | 'export';
}

/** What `hub start --dev` runs with. */
export function developmentConfig(listen: HubConfig['listen']): HubConfig {
  const engineering = { groups: ['engineering'], subjects: [] };
  return {
    listen,
    url: undefined,
    identity: 'development',
    admins: { groups: ['admins'], subjects: [] },
    auditors: { groups: ['auditors'], subjects: [] },
    connections: [{ name: 'demo', audience: 'urn:hallpass:demo', scopes: ['read', 'write'] }],
    grants: [
      {
        who: engineering,
        connection: 'demo',
        scopes: ['read', 'write'],
        ttl: LIMITS.tokenMinMs / 1000,
        use: 'export',
      },
    ],
  };
}

/** True when the person is named. */
export function isNamed(who: Who, person: { subject: string; groups: readonly string[] }): boolean {
  return who.subjects.includes(person.subject) || who.groups.some((group) => person.groups.includes(group));
}
