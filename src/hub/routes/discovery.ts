import type { Hono } from 'hono';
import type { JWK } from 'jose';

export interface DiscoveryDeps {
  readonly hub: string;
  readonly issuer: string;
  readonly clientId: string;
  /** What to ask the issuer for at login. */
  readonly scopes: readonly string[];
  readonly authority: string;
  readonly logKey: string;
  readonly development: boolean;
  readonly publicKeys: readonly JWK[];
}

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** What a client has to know of this hub, and RFC 8414 metadata. */
export function discoveryRoutes(app: Hono, deps: DiscoveryDeps): void {
  const { hub, issuer, clientId, scopes, authority, logKey, development } = deps;
  app.get('/.well-known/hallpass', (context) =>
    context.json({
      hub,
      issuer,
      client_id: clientId,
      scopes,
      ssh_ca: authority,
      log_key: logKey,
      development,
    }),
  );
  app.get('/.well-known/oauth-authorization-server', (context) =>
    context.json({
      issuer: hub,
      token_endpoint: `${hub}/token`,
      jwks_uri: `${hub}/jwks.json`,
      introspection_endpoint: `${hub}/introspect`,
      revocation_endpoint: `${hub}/revoke`,
      grant_types_supported: [TOKEN_EXCHANGE],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['none'],
    }),
  );
  app.get('/jwks.json', (context) => context.json({ keys: deps.publicKeys }));
}
