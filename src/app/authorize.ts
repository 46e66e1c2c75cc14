import type { Secret } from '../core/secret.ts';
import type { Asked } from '../identity/oauth/challenge.ts';
import type { Fetch } from '../identity/ask.ts';
import { type ClientChoice, clientFor } from '../identity/oauth/client.ts';
import { type Attempt, beginAuthorization, finishAuthorization } from '../identity/oauth/code-flow.ts';
import { discoverIssuer, type Issuer, type Resource } from '../identity/oauth/discovery.ts';
import type { Grant, GrantBook } from '../identity/oauth/grants.ts';
import { requireReachable } from '../identity/oauth/reach.ts';
import { refreshTokens, type Tokens } from '../identity/oauth/tokens.ts';
import { HallpassError } from '../core/errors.ts';

/** What authorizing at one server needs, with or without a person. */
export interface OAuthDeps {
  /** The MCP server, by its whole address. */
  readonly server: URL;
  readonly book: GrantBook;
  readonly choice: ClientChoice;
  readonly ask: Fetch;
  /** Called with each token and code before anybody uses it. */
  readonly onSecret: (secret: Secret) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Somebody with a browser. */
export interface Person {
  /** Where the browser is to come back to: a port of this machine, the wanted one where it is free. */
  readonly listen: (port: number | undefined) => Promise<Redirects>;
  readonly show: (url: URL) => void;
}

/** Waits for a browser to come back. */
export interface Redirects {
  readonly uri: string;
  /** What it brought, for the authorization with this state. Throws ERR_OAUTH when it takes too long. */
  answer(state: string, signal: AbortSignal): Promise<URLSearchParams>;
  close(): Promise<void>;
}

/**
 * Has a person let us in at a server's authorization server, and keeps what that gives. What was granted before is asked
 * for again, so that nothing is lost. Throws ERR_OAUTH and what listening and storing throw.
 */
export async function authorize(
  { resource, scopes: wanted }: { resource: Resource; scopes: Asked['scopes'] },
  deps: OAuthDeps,
  { person, signal }: { person: Person; signal: AbortSignal },
): Promise<Grant> {
  const { server, book, choice, ask } = deps;
  const stored = book.get(server.href);
  const issuer = await discoverIssuer(issuerOf(resource, choice), ask);
  requireReachable(issuer.authorization_endpoint, server);
  // What another authorization server gave, or knows us as, is nothing to this one.
  const earlier = stored?.issuer === issuer.issuer ? stored : undefined;
  const redirects = await person.listen(portOf(earlier?.client.redirectUri));
  try {
    const { uri: redirectUri } = redirects;
    const client = await clientFor(issuer, redirectUri, { choice, earlier: earlier?.client, ask });
    const scopes = scopesFor(wanted ?? resource.scopes, earlier?.scopes, issuer);
    const request = { issuer, client, resource: resource.resource, redirectUri, scopes };
    const attempt = await beginAuthorization(request);
    person.show(attempt.url);
    const tokens = await finishAuthorization(attempt, await redirects.answer(attempt.state, signal), deps);
    return await keep(attempt, tokens, deps);
  } finally {
    await redirects.close();
  }
}

/**
 * Renews a grant without anybody. One process does so under a lock and all others adopt what it got: a second use of the
 * same refresh token passes for theft, and ends the grant. Undefined: only a person can help. Throws ERR_OAUTH.
 */
export async function renew(used: Grant, deps: OAuthDeps): Promise<Grant | undefined> {
  const { server, book, ask, now } = deps;
  const held = await book.lock(server.href);
  try {
    // Read again: whoever held the lock may have renewed or removed it.
    const current = book.get(server.href);
    if (current === undefined || current.generation !== used.generation) return current;
    const tokens = await refreshTokens(current, await discoverIssuer(current.issuer, ask), deps);
    const { refreshToken = current.refreshToken } = tokens ?? {};
    // Of what has ended the client that was registered stays of use.
    const next =
      tokens === undefined ? { ...current, refreshToken: undefined } : renewed(current, tokens, now());
    book.save(server.href, { ...next, refreshToken: tokens && refreshToken });
    return tokens && book.get(server.href);
  } finally {
    held.release();
  }
}

/** Of several authorization servers that where we are registered by hand, else the first. Throws ERR_OAUTH. */
function issuerOf({ issuers }: Resource, { issuer }: ClientChoice): string {
  if (issuer === undefined) return issuers[0];
  if (issuers.includes(issuer)) return issuer;
  throw new HallpassError('ERR_OAUTH', `the server no longer wants what ${issuer} gives`, {
    hint: 'Correct "issuer" under "oauth" in hallpass.yaml, and the client that is named there.',
  });
}

function portOf(redirectUri: string | undefined): number | undefined {
  return redirectUri === undefined ? undefined : Number(new URL(redirectUri).port);
}

// The specification's order, and all that was asked for before. `offline_access` is no permission at the server.
function scopesFor(
  wanted: readonly string[] | undefined,
  before: readonly string[] = [],
  { scopes_supported: supported }: Issuer,
): readonly string[] | undefined {
  const all = new Set([...before, ...(wanted ?? [])]);
  if (all.size === 0) return undefined;
  if (supported?.includes('offline_access') === true) all.add('offline_access');
  return [...all];
}

async function keep(
  { resource, issuer: { issuer }, client, scopes = [] }: Attempt,
  { accessToken, refreshToken, expiresIn }: Tokens,
  { server, book, now }: OAuthDeps,
): Promise<Grant> {
  const held = await book.lock(server.href);
  try {
    const generation = (book.get(server.href)?.generation ?? 0) + 1;
    const expiresAt = endOf(expiresIn, now());
    const grant = { generation, resource, issuer, client, scopes, accessToken, refreshToken, expiresAt };
    book.save(server.href, grant);
    return grant;
  } finally {
    held.release();
  }
}

function renewed(grant: Grant, { accessToken, expiresIn }: Tokens, now: number): Grant {
  return { ...grant, generation: grant.generation + 1, accessToken, expiresAt: endOf(expiresIn, now) };
}

function endOf(seconds: number | undefined, now: number): number | undefined {
  return seconds === undefined ? undefined : now + seconds * 1000;
}
