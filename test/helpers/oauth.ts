import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { plant } from './canaries.ts';
import { modernHandler, type Heard } from './sdk-servers.ts';
import { WebForms } from './web-forms.ts';

/** A request that came in at an authorization server or at the MCP server behind it. */
export interface Came {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, string>>;
}

/** A real authorization server (oidc-provider): registration, resource indicators, rotating refresh tokens. */
export interface AuthorizationServer extends AsyncDisposable {
  readonly issuer: string;
  readonly came: Came[];
  /** Lifetime of access tokens from now on, seconds. */
  seconds: number;
  /** Answers instead of the provider, when set. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Changes what it says about itself. */
  describe: (metadata: Record<string, unknown>) => Record<string, unknown>;
  /** The token requests, in order. */
  readonly tokens: Came[];
  /** What a token is good for; undefined: it is none that was given, or it has ended. */
  look: (token: string) => Promise<{ audience: string; scopes: readonly string[] } | undefined>;
}

interface Context {
  readonly path: string;
  body: unknown;
}

// The package ships no types.
interface Provider {
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
  readonly AccessToken: { find(token: string): Promise<{ aud: string; scope?: string } | undefined> };
}

type ProviderClass = new (issuer: string, configuration: object) => Provider;

export const CLIENT = {
  id: 'by-hand',
  secret: plant('client secret', randomBytes(24).toString('hex')).value,
};

export async function startAuthorizationServer(
  options: { registers?: boolean; documents?: Readonly<Record<string, object>> } = {},
): Promise<AuthorizationServer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const as: AuthorizationServer = {
    issuer,
    came: [],
    tokens: [],
    seconds: 3600,
    instead: undefined,
    describe: (metadata) => metadata,
    look: async (token) => {
      const found = await provider.AccessToken.find(token);
      return found && { audience: found.aud, scopes: found.scope?.split(' ') ?? [] };
    },
    [Symbol.asyncDispose]: () => stop(server),
  };
  const provider = await makeProvider(as, options);
  const handle = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    note(request, as);
    if (as.instead?.(request, response) !== true) handle(request, response);
  });
  return as;
}

async function makeProvider(
  as: AuthorizationServer,
  { registers = true, documents }: { registers?: boolean; documents?: Readonly<Record<string, object>> },
): Promise<Provider> {
  const name: string = 'oidc-provider';
  const { default: Provider } = (await import(name)) as { default: ProviderClass };
  const provider = new Provider(as.issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
      },
    ],
    scopes: ['openid', 'offline_access', 'read', 'write'],
    features: {
      registration: { enabled: registers },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // A token that names no resource is for nobody.
        defaultResource: () => `${as.issuer}/nobody`,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          audience: resource,
          scope: 'read write',
          accessTokenFormat: 'opaque',
          accessTokenTTL: as.seconds,
        }),
        useGrantedResource: () => true,
      },
      ...(documents && { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } }),
    },
    ...(documents && {
      fetch: (url: URL) => Promise.resolve(Response.json(documents[String(url)] ?? {})),
    }),
    rotateRefreshToken: true,
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    ttl: {
      AccessToken: () => as.seconds,
      Grant: 86_400,
      Interaction: 3600,
      RefreshToken: 86_400,
      Session: 86_400,
      IdToken: 3600,
    },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  provider.use(async (context, next) => {
    await next();
    if (context.path.startsWith('/.well-known/')) context.body = as.describe({ ...(context.body as object) });
    if (context.path === '/token') keep(context.body);
  });
  return provider;
}

function keep(body: unknown): void {
  const { access_token: access, refresh_token: refresh } = body as Record<string, string | undefined>;
  if (access !== undefined) plant('access token', access);
  if (refresh !== undefined) plant('refresh token', refresh);
}

function note(request: IncomingMessage, as: AuthorizationServer): void {
  const parts: Buffer[] = [];
  const came: { -readonly [Key in keyof Came]: Came[Key] } = {
    method: request.method ?? '',
    url: request.url ?? '',
    authorization: request.headers.authorization,
    body: {},
  };
  as.came.push(came);
  if (came.method === 'POST' && came.url === '/token') as.tokens.push(came);
  // Listening beside the provider takes nothing from it.
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    came.body = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
  });
}

/** An MCP server of the official SDK behind a bearer token of an authorization server. */
export interface ProtectedServer extends AsyncDisposable {
  readonly url: string;
  readonly came: Came[];
  readonly heard: Heard;
  /** Its description (RFC 9728); undefined: none. */
  metadata: (() => object) | undefined;
  /** The scopes that a request needs. */
  needs: (body: string) => readonly string[];
  /** Adds to a 401 challenge. */
  challenge: () => Readonly<Record<string, string>>;
}

export async function startProtectedServer(
  as: AuthorizationServer,
  secret: string,
): Promise<ProtectedServer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const heard: Heard = [];
  const place = `${origin}/.well-known/oauth-protected-resource/mcp`;
  const made: ProtectedServer = {
    url: `${origin}/mcp`,
    came: [],
    heard,
    metadata: () => ({
      resource: `${origin}/mcp`,
      authorization_servers: [as.issuer],
      scopes_supported: ['read'],
    }),
    needs: () => [],
    challenge: () => ({ resource_metadata: place }),
    [Symbol.asyncDispose]: () => stop(server),
  };
  const handle = modernHandler(secret, heard);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void admit(made, as, request, response).then(async (isLetIn) => {
      if (isLetIn) await handle(request, response);
    });
  });
  return made;
}

async function admit(
  server: ProtectedServer,
  as: AuthorizationServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { method = '', url = '', headers } = request;
  server.came.push({ method, url, authorization: headers.authorization, body: {} });
  if (url.startsWith('/.well-known/oauth-protected-resource')) {
    if (server.metadata === undefined || !url.endsWith('/mcp')) return refuse(response, 404, {});
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(server.metadata()));
    return false;
  }
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  const known = token === undefined ? undefined : await as.look(token);
  if (known?.audience !== server.url) return refuse(response, 401, server.challenge());
  const missing = server
    .needs(String(headers['mcp-name'] ?? ''))
    .filter((scope) => !known.scopes.includes(scope));
  if (missing.length === 0) return true;
  return refuse(response, 403, {
    ...server.challenge(),
    error: 'insufficient_scope',
    scope: missing.join(' '),
  });
}

function refuse(
  response: ServerResponse,
  status: number,
  challenge: Readonly<Record<string, string>>,
): false {
  const words = Object.entries(challenge).map(([name, value]) => `${name}="${value}"`);
  response.writeHead(status, { 'www-authenticate': ['Bearer', words.join(', ')].join(' ') }).end();
  return false;
}

/** Plays the person: logs in, consents, and lets the browser go back to where it came from. */
export async function approve(url: string): Promise<string> {
  const browser = await WebForms.open(url);
  for (let page = 0; page < 6 && browser.hasForm; page += 1)
    await browser.submit(browser.asks('password') ? { login: 'developer', password: 'any' } : {});
  return browser.html;
}

/** Says no. */
export async function decline(url: string): Promise<void> {
  const page = await WebForms.open(url);
  const [, abort = ''] = /href="([^"]*\/abort)"/.exec(page.html) ?? [];
  await page.open(new URL(abort, url).href);
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** S256 of a verifier (RFC 7636). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
