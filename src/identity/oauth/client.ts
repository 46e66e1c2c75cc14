import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretPost,
  customFetch,
  dynamicClientRegistrationRequest,
  None,
  processDynamicClientRegistrationResponse,
} from 'oauth4webapi';

import { HallpassError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import type { Fetch } from '../ask.ts';
import type { Issuer } from './discovery.ts';
import type { OAuthClient } from './grants.ts';
import { oauthError } from './oauth-error.ts';

/** What a person said about the client that hallpass is to be. */
export interface ClientChoice {
  /** One that was registered by hand. */
  readonly clientId?: string | undefined;
  /** Its secret, for an authorization server at this origin. Throws ERR_SECRET_ORIGIN, ERR_NO_SUCH_SECRET. */
  readonly clientSecret?: ((origin: string) => Secret) | undefined;
  /** Where it was registered. */
  readonly issuer?: string | undefined;
  /** Address of a document that describes hallpass (Client ID Metadata Document). */
  readonly document?: string | undefined;
}

interface Asking {
  readonly [customFetch]: Fetch;
  // oxlint-disable-next-line typescript/no-deprecated -- marked so only to stand out
  readonly [allowInsecureRequests]: true;
}

/** What every request to an authorization server is made with. `ask` refuses plain http but on this machine. */
export function asking(ask: Fetch): Asking {
  // oxlint-disable-next-line typescript/no-deprecated -- marked so only to stand out
  return { [customFetch]: ask, [allowInsecureRequests]: true };
}

/**
 * Who we are to an authorization server, in the specification's order: as a person registered us, by the document that
 * describes us, as we registered ourselves before, or anew (RFC 7591). Throws ERR_OAUTH.
 */
export async function clientFor(
  issuer: Issuer,
  redirectUri: string,
  { choice, earlier, ask }: { choice: ClientChoice; earlier: OAuthClient | undefined; ask: Fetch },
): Promise<OAuthClient> {
  if (choice.clientId !== undefined) return anyPort(choice.clientId);
  const { document } = choice;
  if (document !== undefined && issuer['client_id_metadata_document_supported'] === true)
    return anyPort(document);
  if (earlier?.redirectUri === redirectUri) return earlier;
  return register(issuer, redirectUri, ask);
}

/** How the client shows that it is the one. */
export function proofOf(client: OAuthClient, issuer: Issuer, choice: ClientChoice): ClientAuth {
  const { origin } = new URL(issuer.token_endpoint);
  const secret = client.id === choice.clientId ? choice.clientSecret?.(origin) : client.secret;
  if (secret === undefined) return None();
  const { token_endpoint_auth_methods_supported: supported = ['client_secret_basic'] } = issuer;
  const method = client.method ?? supported.find((one) => one.startsWith('client_secret_'));
  if (method === 'none') return None();
  return method === 'client_secret_post' ? ClientSecretPost(secret.reveal()) : basic(secret);
}

// RFC 6749 section 2.3.1. The library encodes dashes and dots too, which servers that decode nothing take for other words.
function basic(secret: Secret): ClientAuth {
  return (...request) => {
    const [, { client_id: id }, , headers] = request;
    const words = `${formEncoded(id)}:${formEncoded(secret.reveal())}`;
    headers.set('authorization', `Basic ${Buffer.from(words).toString('base64')}`);
  };
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function anyPort(id: string): OAuthClient {
  return { id, secret: undefined, method: undefined, redirectUri: undefined };
}

async function register(issuer: Issuer, redirectUri: string, ask: Fetch): Promise<OAuthClient> {
  if (issuer.registration_endpoint === undefined) throw notKnown();
  const metadata = {
    client_name: 'hallpass',
    redirect_uris: [redirectUri],
    // OpenID Connect takes those who do not say so for web sites, which may not listen on 127.0.0.1.
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: methodToAskFor(issuer),
  };
  try {
    const response = await dynamicClientRegistrationRequest(issuer, metadata, asking(ask));
    const made = await processDynamicClientRegistrationResponse(await completed(response));
    const { client_secret: secret, token_endpoint_auth_method: method } = made;
    return {
      id: made.client_id,
      secret: typeof secret === 'string' ? new Secret(secret) : undefined,
      method: typeof method === 'string' ? method : metadata.token_endpoint_auth_method,
      redirectUri,
    };
  } catch (error) {
    throw oauthError('does not register us', error);
  }
}

// What RFC 7591 section 3.2.1 asks for besides and many leave out: when the secret ends (0: never), no nulls, and 201.
async function completed(response: Response): Promise<Response> {
  if (!response.ok) return response;
  const body: unknown = await response.json();
  const said = Object.entries({ client_secret_expires_at: 0, ...(body as object) });
  return Response.json(Object.fromEntries(said.filter(([, value]) => value !== null)), { status: 201 });
}

// Nothing that is installed on a machine can keep a secret of its own: a public client where that is possible.
function methodToAskFor({ token_endpoint_auth_methods_supported: supported = ['none'] }: Issuer): string {
  const ours = ['none', 'client_secret_basic', 'client_secret_post'];
  return ours.find((method) => supported.includes(method)) ?? 'none';
}

function notKnown(): HallpassError {
  return new HallpassError('ERR_OAUTH', 'the authorization server lets only clients in that it knows', {
    hint: 'Register one there and name it in hallpass.yaml: oauth: { client_id: … } (docs/oauth.md).',
  });
}
