// The direct way through OAuth: the official SDK as the client, against which hallpass is compared.
import {
  type OAuthClientProvider,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  type Transport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';

/** The document that the suite takes for its clients' (Client ID Metadata Document). */
export const CLIENT_DOCUMENT = 'https://conformance-test.local/client-metadata.json';

/** A client that a person has registered, as the suite tells of it. */
export interface Registered {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly issuer?: string;
}

const ATTEMPTS = 3;

/** A transport that authorizes itself; its browser agrees to everything. */
export function oauthTransport(url: URL, registered: Registered): Transport {
  const provider = new Provider(registered);
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(message, options);
      } catch (error) {
        if (!(error instanceof UnauthorizedError) || attempt === ATTEMPTS) throw error;
        await transport.finishAuth(provider.answer());
      }
    }
  };
  return transport;
}

class Provider implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1:9/callback';
  readonly clientMetadataUrl = CLIENT_DOCUMENT;
  readonly clientMetadata = {
    client_name: 'conformance-client',
    redirect_uris: [this.redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
  };
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';
  #answer: URLSearchParams | undefined;

  constructor({ client_id, client_secret, issuer }: Registered) {
    if (client_id === undefined) return;
    this.#client = {
      client_id,
      ...(client_secret !== undefined && { client_secret }),
      ...(issuer !== undefined && { issuer }),
    };
  }

  /** What the browser came back with. */
  answer(): URLSearchParams {
    if (this.#answer === undefined) throw new Error('the browser was not sent anywhere');
    return this.#answer;
  }

  state = (): string => 'state-of-the-conformance-client';
  clientInformation = (): StoredOAuthClientInformation | undefined => this.#client;
  tokens = (): StoredOAuthTokens | undefined => this.#tokens;
  codeVerifier = (): string => this.#verifier;

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#client = client;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (scope === 'all' || scope === 'client') this.#client = undefined;
    if (scope === 'all' || scope === 'tokens') this.#tokens = undefined;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const response = await fetch(url, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`the authorization server answered with ${response.status}`);
    this.#answer = new URL(location).searchParams;
  }
}
