import { LIMITS } from '../core/limits.ts';

/** What a hub is told to do: from hub.yaml, or the fixed set of `--dev`. */
export interface HubConfig {
  /** Where to listen; loopback only. Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The hub's own origin, as clients see it; undefined: the address it listens on. */
  readonly url: string | undefined;
  /** Who proves identities; `development`: a provider inside the hub, for which any password will do. */
  readonly identity: IssuerConfig | 'development';
  /** Who proves which CI job runs, besides. */
  readonly jobIssuers?: readonly JobIssuerConfig[] | undefined;
  readonly admins: Who;
  readonly auditors: Who;
  /** What whoever runs it should know of it. */
  readonly warnings?: readonly string[] | undefined;
  readonly connections: readonly HubConnection[];
  readonly grants: readonly Grant[];
  readonly approvers: readonly ApproverRule[];
  readonly webhooks: readonly WebhookConfig[];
  /** The file of the central policy; undefined: there is none. */
  readonly policy?: { readonly path: string; readonly maxAgeMs: number } | undefined;
}

export interface IssuerConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The claim of the ID token that lists a person's groups. */
  readonly groupsClaim: string;
  /** The client that signs people in to the hub's own pages; undefined: the same one, which has no secret. */
  readonly web?: { readonly clientId: string; readonly secretFile: string | undefined } | undefined;
}

/** Whose word counts for CI jobs, and of which jobs. Several may be of one issuer. */
export interface JobIssuerConfig {
  /** As grants name it. */
  readonly name: string;
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** The one `aud` that they have to have; undefined: the hub's own origin. */
  readonly audience: string | undefined;
  /** All of them have to fit. */
  readonly claims: ClaimRules;
}

/** By names of claims. */
export type ClaimRules = Readonly<Record<string, ClaimRule>>;

/** One of several exact values, or a pattern that the whole value has to match, in linear time. */
export type ClaimRule =
  | { readonly values: readonly string[] }
  | { readonly pattern: string; readonly matches: (text: string) => boolean };

/** Jobs of an issuer of `jobIssuers`, by its name. */
export interface JobRule {
  readonly issuer: string;
  /** All of them have to fit, besides what the issuer's own claims say. */
  readonly claims: ClaimRules;
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
  readonly who: Who & { readonly ci?: JobRule | undefined };
  readonly connection: string;
  readonly scopes: readonly string[];
  /** Seconds; within `LIMITS.tokenMinMs` and `tokenMaxMs`. */
  readonly ttl: number;
  /** `proxy`: only hallpass itself sees the token; `export`: `hallpass mint` may print it. */
  readonly use: 'proxy' | 'export';
}

/** Who may decide held calls. Where nobody is named for a connection, nobody can approve its calls. */
export interface ApproverRule {
  /** Undefined: every connection that no other rule names. */
  readonly connection: string | undefined;
  readonly who: Who;
  /** So many people at least, whatever the policy that held the call says. */
  readonly approvals: number;
  /** They may approve their own calls, where the policy allows it too. */
  readonly self: boolean;
  /** They may pass over all terms, for a reason that everybody is told. */
  readonly breakGlass: boolean;
}

/** Who is told what becomes of held calls. */
export interface WebhookConfig {
  readonly name: string;
  readonly target: { readonly url: string } | { readonly urlFile: string };
  readonly format: 'standard' | 'slack';
  /** `whsec_` and base64; of format `standard` only. */
  readonly secretFile: string | undefined;
  /** Undefined: all. */
  readonly events: readonly string[] | undefined;
  /** It may be at an address of this network. */
  readonly isPrivate: boolean;
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
    approvers: [
      {
        connection: undefined,
        who: { groups: ['approvers'], subjects: [] },
        approvals: 1,
        self: false,
        breakGlass: true,
      },
    ],
    webhooks: [],
  };
}

/** True when the person is named. A job is nobody of that name: what its issuer calls it may be anybody's name, too. */
export function isNamed(
  who: Who,
  person: { subject: string; groups: readonly string[]; job?: object | undefined },
): boolean {
  if (person.job !== undefined) return false;
  return who.subjects.includes(person.subject) || who.groups.some((group) => person.groups.includes(group));
}
