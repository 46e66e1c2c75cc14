import { type AuthorizationServer, processDiscoveryResponse } from 'oauth4webapi';
import { z } from 'zod';

import { HallpassError } from '../../core/errors.ts';
import { visible } from '../../core/visible.ts';
import type { Fetch } from '../ask.ts';
import { oauthError } from './oauth-error.ts';

/** An MCP server as a protected resource. */
export interface Resource {
  /** What tokens for it are asked for and bound to (RFC 8707): the server's address, or one above it. */
  readonly resource: string;
  readonly issuers: readonly [string, ...string[]];
  /** Undefined: it names none. */
  readonly scopes: readonly string[] | undefined;
}

/** An authorization server that has all we need. */
export interface Issuer extends AuthorizationServer {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

const description = z.object({
  resource: z.string(),
  authorization_servers: z.array(z.string()).optional(),
  scopes_supported: z.array(z.string()).optional(),
});

/**
 * Asks a server who lets people in (RFC 9728): where its refusal says, else at the well-known places of its path and of
 * its origin. One that does not describe itself may be, as in the first revision, its own authorization server; undefined: it
 * is none either, and wants something else than OAuth. Throws ERR_OAUTH.
 */
export async function discoverResource(
  server: URL,
  metadataUrl: string | undefined,
  ask: Fetch,
): Promise<Resource | undefined> {
  const places = metadataUrl === undefined ? wellKnownResources(server) : [metadataUrl];
  for (const place of places) {
    const body = await readJson(place, ask);
    if (body !== undefined) return resourceFrom(body, server);
  }
  if (metadataUrl !== undefined) throw notDescribed(metadataUrl);
  for (const place of wellKnownIssuers(new URL(server.origin)))
    if ((await get(place, ask)).status === 200)
      return { resource: canonical(server), issuers: [server.origin], scopes: undefined };
  return undefined;
}

/**
 * Asks an authorization server about itself (RFC 8414, OpenID Connect Discovery 1.0), in the specification's order of
 * places. What it says counts only if it calls itself what it was asked for as. Throws ERR_OAUTH.
 */
export async function discoverIssuer(issuer: string, ask: Fetch): Promise<Issuer> {
  if (!URL.canParse(issuer))
    throw new HallpassError('ERR_OAUTH', 'the server names an authorization server that is no address');
  const url = new URL(issuer);
  for (const place of wellKnownIssuers(url)) {
    const response = await get(place, ask);
    if (response.status !== 200) continue;
    const found = await processDiscoveryResponse(url, response).catch((error: unknown) => {
      throw oauthError('does not describe itself', error);
    });
    return complete(found);
  }
  throw notDescribed(issuer);
}

/** The address without what no resource has (RFC 8707 section 2); a lone slash means nothing. */
export function canonical({ origin, pathname, search }: URL): string {
  return pathname === '/' && search === '' ? origin : `${origin}${pathname}${search}`;
}

function wellKnownResources({ origin, pathname }: URL): string[] {
  const root = `${origin}/.well-known/oauth-protected-resource`;
  return pathname === '/' ? [root] : [`${root}${pathname}`, root];
}

function wellKnownIssuers({ origin, pathname }: URL): string[] {
  const path = pathname.replace(/\/$/, '');
  const inserted = ['oauth-authorization-server', 'openid-configuration'].map(
    (name) => `${origin}/.well-known/${name}${path}`,
  );
  return path === '' ? inserted : [...inserted, `${origin}${path}/.well-known/openid-configuration`];
}

function resourceFrom(body: unknown, server: URL): Resource {
  const parsed = description.safeParse(body);
  if (!parsed.success)
    throw new HallpassError('ERR_OAUTH', 'the server describes itself as no protected resource does');
  const { resource, authorization_servers: servers = [], scopes_supported: scopes } = parsed.data;
  if (!covers(resource, server))
    throw new HallpassError('ERR_OAUTH', `the server says that it is ${shown(resource)}, which it is not`);
  const [first = server.origin, ...others] = servers;
  return { resource, issuers: [first, ...others], scopes };
}

// RFC 9728 section 3.3, as MCP has it: a token for what lies above the server on its own origin is one for the server.
function covers(resource: string, server: URL): boolean {
  if (!URL.canParse(resource)) return false;
  const { origin, pathname, search } = new URL(resource);
  if (origin !== server.origin || (search !== '' && search !== server.search)) return false;
  return withSlash(server.pathname).startsWith(withSlash(pathname));
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

// PKCE with S256 is not to be done without, and metadata is the only way to know (OAuth 2.1 section 7.5.2, MCP).
function complete(found: AuthorizationServer): Issuer {
  const { authorization_endpoint: authorize, token_endpoint: token } = found;
  if (authorize === undefined || token === undefined || !URL.canParse(authorize))
    throw new HallpassError('ERR_OAUTH', 'the authorization server does not say where to ask it');
  if (found.code_challenge_methods_supported?.includes('S256') !== true)
    throw new HallpassError('ERR_OAUTH', 'the authorization server does not support PKCE with S256');
  return { ...found, authorization_endpoint: authorize, token_endpoint: token };
}

async function readJson(place: string, ask: Fetch): Promise<unknown> {
  if (!URL.canParse(place)) throw notDescribed(place);
  const response = await get(place, ask);
  if (response.status !== 200) return undefined;
  return response.json().catch((error: unknown) => {
    throw new HallpassError('ERR_OAUTH', `${shown(place)} is no JSON`, { cause: error });
  });
}

async function get(place: string, ask: Fetch): Promise<Response> {
  try {
    return await ask(place, { headers: { accept: 'application/json' } });
  } catch (error) {
    throw oauthError(`can not be asked at ${shown(place)}`, error);
  }
}

function notDescribed(place: string): HallpassError {
  return new HallpassError('ERR_OAUTH', `nothing at ${shown(place)} says how to be let in`);
}

// The server wrote it.
function shown(address: string): string {
  return visible(address.slice(0, 200), { oneLine: true });
}
