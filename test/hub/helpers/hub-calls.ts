import { approveDevice } from '../../helpers/web-forms.ts';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const SCOPES = 'openid profile groups offline_access';

export interface IssuerTokens {
  readonly id_token: string;
  readonly access_token: string;
  readonly refresh_token: string;
}

/** What a client says to a hub, wherever that runs. */
export abstract class HubCalls {
  /** Every token that it gave, to be searched for. */
  readonly given: string[] = [];

  abstract get url(): string;
  abstract get issuer(): string;

  /** Signs in on the provider's own pages. */
  async signIn(account: string): Promise<IssuerTokens> {
    const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
    const client = { client_id: 'hallpass-cli' };
    const asked = await fetch(`${this.issuer}/device/auth`, form({ ...client, scope: SCOPES }));
    const device = (await asked.json()) as { device_code: string; verification_uri_complete: string };
    await approveDevice(device.verification_uri_complete, account);
    const grant = { ...client, grant_type: DEVICE_GRANT, device_code: device.device_code };
    const answer = await fetch(`${this.issuer}/token`, form(grant));
    const tokens = (await answer.json()) as IssuerTokens;
    if (!answer.ok) throw new Error(`no login: ${JSON.stringify(tokens)}`);
    this.given.push(tokens.id_token, tokens.access_token, tokens.refresh_token);
    return tokens;
  }

  /** The answer of the token endpoint. */
  exchange(idToken: string, fields: Record<string, string> = {}): Promise<Response> {
    const body = new URLSearchParams({
      grant_type: EXCHANGE,
      subject_token: idToken,
      subject_token_type: ID_TOKEN,
      audience: this.url,
      ...fields,
    });
    return fetch(`${this.url}/token`, { method: 'POST', body });
  }

  /** A token; for the hub itself unless `fields` says otherwise. */
  async mint(idToken: string, fields: Record<string, string> = {}): Promise<string> {
    const answer = await this.exchange(idToken, fields);
    const { access_token: token } = (await answer.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`no token: ${answer.status}`);
    this.given.push(token);
    return token;
  }

  /** A token for the hub itself, for somebody who signs in now. */
  async tokenOf(account: string): Promise<string> {
    return this.mint((await this.signIn(account)).id_token);
  }

  async get(path: string, token?: string): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: token === undefined ? {} : bearer(token) });
  }

  async post(path: string, token: string, body: unknown): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async form(path: string, token: string | undefined, fields: Record<string, string>): Promise<Response> {
    const headers = token === undefined ? {} : bearer(token);
    return fetch(`${this.url}${path}`, { method: 'POST', headers, body: new URLSearchParams(fields) });
  }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
