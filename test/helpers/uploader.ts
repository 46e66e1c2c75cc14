import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { attest } from '../../src/app/attest.ts';
import type { SpoolDeps } from '../../src/app/upload-spooled.ts';
import type { StartDetails } from '../../src/core/session/event.ts';
import type { Signer } from '../../src/core/session/signer.ts';
import { Secret } from '../../src/core/secret.ts';
import { rawPublicKey } from '../../src/core/session/ssh-wire.ts';
import { type LogKey, parseLogKey } from '../../src/core/tlog/note.ts';
import { HubClient } from '../../src/identity/hub-client.ts';
import { LogWatch } from '../../src/identity/log-watch.ts';
import type { SealedStore } from '../../src/identity/sealed-store.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { openSession } from '../../src/platform/session-store.ts';
import { fileExists } from '../../src/platform/files.ts';
import { UploadFiles } from '../../src/platform/upload-files.ts';
import { UploadSpool } from '../../src/platform/upload-spool.ts';
import type { HubCalls } from '../hub/helpers/hub-calls.ts';
import { DEVICE, message, sessionsIn, START } from './recorded-session.ts';

/** What a request meets: nothing, a network that fails before it is sent, or one that loses the answer. */
export type Weather = 'fair' | 'not sent' | 'answer lost';

/** A machine of somebody who has logged in to a hub, with a network that fails when a test says so. */
export class Uploader {
  readonly directory = mkdtempSync(join(tmpdir(), 'hallpass-test-'));
  readonly spool = new UploadSpool(join(this.directory, 'uploads'));
  readonly files = new UploadFiles(join(this.directory, 'sessions'));
  readonly notes: string[] = [];
  /** Method and path of each request, in order. */
  readonly requests: string[] = [];
  /** Asked before each request. */
  weather: (request: string) => Weather = () => 'fair';
  readonly store = memoryStore();
  readonly subject: string;
  readonly #hub: HubCalls;
  readonly #idToken: string;
  readonly #keys: { readonly authority: Buffer; readonly logKey: LogKey };

  private constructor(hub: HubCalls, subject: string, login: { idToken: string; keys: Uploader['keys'] }) {
    this.#hub = hub;
    this.subject = subject;
    this.#idToken = login.idToken;
    this.#keys = login.keys;
  }

  /** Logs in, and pins the hub's keys. */
  static async of(hub: HubCalls, subject: string): Promise<Uploader> {
    const described = (await (await hub.get('/.well-known/hallpass')).json()) as Record<string, string>;
    const authority = rawPublicKey(Buffer.from(described['ssh_ca']?.split(' ')[1] ?? '', 'base64'));
    const logKey = parseLogKey(described['log_key'] ?? '');
    if (authority === undefined || logKey === undefined) throw new Error('the hub shows no keys');
    const { id_token: idToken } = await hub.signIn(subject);
    return new Uploader(hub, subject, { idToken, keys: { authority, logKey } });
  }

  get keys() {
    return this.#keys;
  }

  /** Records and seals a session of whoever is logged in here. */
  async record(
    recording: { start?: Partial<StartDetails>; payloads?: readonly Buffer[]; signer?: Signer } = {},
  ) {
    const { start = { issuer: this.#hub.issuer, subject: this.subject }, signer = DEVICE } = recording;
    const sessionsDir = join(this.directory, 'sessions');
    const session = await openSession({ ...START, ...start }, { sessionsDir, signer });
    for (const payload of recording.payloads ?? [Buffer.from('{"id":1}')])
      session.append(message({ method: 'tools/call' }), payload);
    await session.seal({ reason: 'client closed' });
    return session.id;
  }

  sessionFiles(session: string): SessionFiles {
    return this.sessions.files(session);
  }

  get sessions() {
    return sessionsIn(join(this.directory, 'sessions'));
  }

  /** What the hub's log looked like when it was last seen. */
  watch(client = this.client()): LogWatch {
    const { logKey: key } = this.#keys;
    const consistency = (from: number, to: number) => client.consistency(from, to);
    return new LogWatch({ hub: this.#hub.url, key, store: this.store, consistency });
  }

  /** What uploading needs; each call is as another process. */
  deps(changes: Partial<SpoolDeps> = {}): SpoolDeps {
    const client = this.client();
    const { authority, logKey } = this.#keys;
    const who = { issuer: this.#hub.issuer, subject: this.subject };
    const files = this.files;
    const certify = (key: Signer) => client.certify(key);
    return {
      files,
      client,
      watch: this.watch(client),
      logKey,
      who,
      attest: (session, anew) =>
        attest(session, { files, signer: DEVICE, who, authority, certify, now: Date.now }, anew),
      sending: (session) => this.spool.sending(session),
      lock: (session) => this.spool.lock(session, 10_000),
      spool: this.spool,
      profile: 'default',
      recover: (session) =>
        fileExists(this.sessionFiles(session).log)
          ? this.sessions.recover(session)
          : Promise.resolve('missing'),
      note: (line) => this.notes.push(line),
      ...changes,
    };
  }

  client(): HubClient {
    return new HubClient({
      hub: this.#hub.url,
      fetch: (input, init) => this.#fetch(input, init),
      token: async () => ({
        token: new Secret(await this.#hub.mint(this.#idToken)),
        expiresAt: Date.now() + 300_000,
        tokenType: 'Bearer',
        scopes: [],
        origins: undefined,
      }),
    });
  }

  waiting(): string[] {
    return this.spool.entries((session) => this.notes.push(`bad: ${session}`)).map(({ session }) => session);
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #fetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    const request = `${init?.method ?? 'GET'} ${new URL(input instanceof Request ? input.url : input).pathname}`;
    this.requests.push(request);
    const weather = this.weather(request);
    if (weather === 'not sent') throw networkError();
    const response = await fetch(input, init);
    if (weather === 'fair') return response;
    await response.arrayBuffer();
    throw networkError();
  }
}

function networkError(): TypeError {
  const cause = Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
  return new TypeError('fetch failed', { cause });
}

export function memoryStore(): SealedStore {
  const values = new Map<string, unknown>();
  return {
    read: (name) => values.get(name),
    write: (name, value) => void values.set(name, value),
    remove: (name) => void values.delete(name),
    update: (name, change) => void values.set(name, change(values.get(name))),
    lock: () => Promise.resolve({ release: () => undefined }),
  };
}
