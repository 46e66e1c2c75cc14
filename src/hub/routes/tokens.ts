import type { Context, Hono } from 'hono';

import type { Grant } from '../config.ts';
import { readForm } from '../http/body.ts';
import { type AuthDeps, authenticateOAuth } from '../http/context.ts';
import { OAuthError } from '../http/errors.ts';
import { nameOf } from '../tokens/issuer.ts';
import { TOKEN_EXCHANGE } from './discovery.ts';

// A job's is called the one or the other by who writes about it; what it is, is the same (RFC 8693 section 3).
const SUBJECT_TYPES = ['urn:ietf:params:oauth:token-type:id_token', 'urn:ietf:params:oauth:token-type:jwt'];
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** The token endpoint (RFC 8693), introspection (RFC 7662), revocation (RFC 7009). */
export function tokenRoutes(app: Hono, deps: AuthDeps): void {
  app.post('/token', (context) => exchange(context, deps));
  app.post('/introspect', (context) => introspect(context, deps));
  app.post('/revoke', (context) => revoke(context, deps));
}

async function exchange(context: Context, { tokens }: AuthDeps): Promise<Response> {
  const form = await readForm(context);
  if (form.get('grant_type') !== TOKEN_EXCHANGE)
    throw new OAuthError('unsupported_grant_type', `grant_type has to be ${TOKEN_EXCHANGE}`);
  if (!SUBJECT_TYPES.includes(form.get('subject_token_type') ?? ''))
    throw new OAuthError('invalid_request', `subject_token_type has to be ${SUBJECT_TYPES[0]}`);
  const wanted = form.get('requested_token_type') ?? ACCESS_TOKEN;
  if (wanted !== ACCESS_TOKEN)
    throw new OAuthError('invalid_request', `requested_token_type can only be ${ACCESS_TOKEN}`);
  const minted = await tokens.exchange(required(form, 'subject_token'), {
    connection: required(form, 'audience'),
    scopes: form.get('scope')?.split(' ').filter(Boolean),
    use: useOf(form),
  });
  context.header('cache-control', 'no-store');
  return context.json({
    access_token: minted.token,
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: minted.expiresIn,
    scope: minted.scopes.join(' '),
    ...(minted.origins !== undefined && { origins: minted.origins }),
  });
}

async function introspect(context: Context, deps: AuthDeps): Promise<Response> {
  await authenticateOAuth(context, deps);
  const claims = await deps.tokens.inspect(required(await readForm(context), 'token'));
  context.header('cache-control', 'no-store');
  if (claims === undefined) return context.json({ active: false });
  return context.json({
    active: true,
    iss: deps.hub,
    sub: nameOf(claims),
    aud: claims.audience,
    scope: claims.scopes.join(' '),
    iat: claims.issuedAt,
    exp: claims.expires,
    jti: claims.jti,
    token_type: 'Bearer',
  });
}

async function revoke(context: Context, deps: AuthDeps): Promise<Response> {
  const caller = await authenticateOAuth(context, deps);
  const claims = await deps.tokens.inspect(required(await readForm(context), 'token'));
  if (claims !== undefined) {
    if (nameOf(claims) !== nameOf(caller) && !caller.isAdmin)
      throw new OAuthError('access_denied', 'the token is not yours', { status: 403 });
    await deps.tokens.revoke(claims);
  }
  return context.body(null, 200);
}

function required(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name);
  if (!value) throw new OAuthError('invalid_request', `${name} is missing`);
  return value;
}

function useOf(form: ReadonlyMap<string, string>): Grant['use'] {
  const use = form.get('use') ?? 'proxy';
  if (use === 'proxy' || use === 'export') return use;
  throw new OAuthError('invalid_request', 'use is proxy or export');
}
