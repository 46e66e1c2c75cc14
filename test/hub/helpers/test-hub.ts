import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { type HubConfig, developmentConfig } from '../../../src/hub/config.ts';
import { type RunningHub, startHub } from '../../../src/hub/hub.ts';
import type { RequestLine } from '../../../src/hub/http/server.ts';
import { FileSource } from '../../../src/platform/file-source.ts';
import { readSmallFile, replaceFile } from '../../../src/platform/files.ts';
import { tryLock } from '../../../src/platform/locks.ts';
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

/** A hub in this process, listening on 127.0.0.1, over a directory that goes with it unless it was handed in. */
export class TestHub {
  readonly dataDir: string;
  readonly requests: RequestLine[] = [];
  readonly troubles: Error[] = [];
  /** Every token that it gave, to be searched for. */
  readonly given: string[] = [];
  /** Added to its clock, milliseconds. */
  ahead = 0;
  readonly #removes: boolean;
  #running: RunningHub | undefined;

  private constructor(dataDir: string | undefined) {
    this.dataDir = dataDir ?? mkdtempSync(join(tmpdir(), 'hallpass-hub-test-'));
    this.#removes = dataDir === undefined;
  }

  static async start(options: { config?: Partial<HubConfig>; dataDir?: string } = {}): Promise<TestHub> {
    const hub = new TestHub(options.dataDir);
    await hub.start(options.config);
    return hub;
  }

  get url(): string {
    if (this.#running === undefined) throw new Error('the hub does not run');
    return this.#running.url;
  }

  get issuer(): string {
    return this.#running?.issuer ?? '';
  }

  async start(config: Partial<HubConfig> = {}): Promise<void> {
    const { dataDir } = this;
    const keys = join(dataDir, 'keys.json');
    this.#running = await startHub(
      { ...developmentConfig({ host: '127.0.0.1', port: 0 }), ...config },
      {
        dataDir,
        keys: {
          read: async () => readSmallFile(keys, 65_536),
          write: async (bytes) => replaceFile(keys, bytes),
        },
        lock: tryLock,
        replaceFile,
        readFile: (path) => readSmallFile(path, 65_536),
        openSource: (path) => new FileSource(path),
        fetch: (url, init) => fetch(url, init),
        now: () => Date.now() + this.ahead,
        onRequest: (line) => this.requests.push(line),
        onTrouble: (error) => this.troubles.push(error),
      },
    );
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
    // The connections that fetch has kept end in this very process; it has to see that before it uses one again.
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  }

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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    if (this.#removes) rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
