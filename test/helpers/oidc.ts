import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { plant } from './canaries.ts';

/** A real OpenID provider (oidc-provider) on 127.0.0.1, with device flow and rotating refresh tokens. */
export interface Oidc {
  readonly issuer: string;
  readonly clientId: string;
  /** Token requests that came in at its port, by grant: `refresh_token`, or the end of the device grant's URN. */
  readonly grants: { readonly grant: string; readonly ok: boolean }[];
  /** The refresh tokens it gave. */
  readonly refreshTokens: string[];
  /** Revocations that came in. */
  readonly revoked: string[];
  /** Lifetime of ID tokens from now on, seconds. */
  idTokenSeconds: number;
  /** Answers instead of the provider, when set. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  developer: ['engineering'],
  auditor: ['auditors'],
};

interface Context {
  readonly path: string;
  body: unknown;
  readonly oidc: { readonly params?: { grant_type?: string; token?: string } };
}

// The package ships no types.
interface Provider {
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
  on(event: string, listener: (context: Context) => void): void;
}

type ProviderClass = new (issuer: string, configuration: object) => Provider;

export async function startOidc(options: { port?: number } = {}): Promise<Oidc> {
  const server = createServer();
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const oidc: Oidc = {
    issuer,
    clientId: 'hallpass-cli',
    grants: [],
    refreshTokens: [],
    revoked: [],
    idTokenSeconds: 3600,
    instead: undefined,
    [Symbol.asyncDispose]: () => stop(server),
  };
  const provider = await makeProvider(oidc);
  const handle = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (oidc.instead?.(request, response) !== true) handle(request, response);
  });
  return oidc;
}

// Named only because the provider complains about its own defaults.
const LIFETIMES = {
  AccessToken: 3600,
  DeviceCode: 600,
  Grant: 86_400,
  Interaction: 3600,
  RefreshToken: 86_400,
  Session: 86_400,
};

async function makeProvider(oidc: Oidc): Promise<Provider> {
  const name: string = 'oidc-provider';
  const { default: Provider } = (await import(name)) as { default: ProviderClass };
  const provider = new Provider(oidc.issuer, {
    clients: [
      {
        client_id: oidc.clientId,
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: { deviceFlow: { enabled: true }, revocation: { enabled: true } },
    claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
    // The hub reads the groups from the ID token.
    conformIdTokenClaims: false,
    rotateRefreshToken: true,
    ttl: { IdToken: () => oidc.idTokenSeconds, ...LIFETIMES },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, groups: GROUPS[id] ?? [] }),
    }),
  });
  count(provider, oidc);
  return provider;
}

function count(provider: Provider, oidc: Oidc): void {
  const note = (ok: boolean) => (context: Context) =>
    oidc.grants.push({ grant: context.oidc.params?.grant_type?.split(':').at(-1) ?? '', ok });
  provider.on('grant.success', note(true));
  provider.on('grant.error', note(false));
  provider.use(async (context, next) => {
    await next();
    // Polling every second rather than every five.
    if (context.path === '/device/auth' && typeof context.body === 'object')
      context.body = { ...context.body, interval: 1 };
    if (context.path === '/token') keep(context.body, oidc);
    if (context.path === '/token/revocation') oidc.revoked.push(context.oidc.params?.token ?? '');
  });
}

function keep(body: unknown, { refreshTokens }: Oidc): void {
  const given = body as { refresh_token?: string; access_token?: string; id_token?: string } | undefined;
  if (given?.refresh_token !== undefined)
    refreshTokens.push(plant('refresh token', given.refresh_token).value);
  if (given?.access_token !== undefined) plant('access token of the provider', given.access_token);
  if (given?.id_token !== undefined) plant('ID token', given.id_token);
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
