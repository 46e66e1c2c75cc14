import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openNote, parseLogKey } from '../../src/core/tlog/note.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { systemKeychain } from '../../src/platform/keychain.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';
import { openSession } from '../../src/platform/session-store.ts';
import { openVault } from '../../src/platform/vault.ts';
import { freePort } from './free-port.ts';
import { type Running, Sandbox, sandbox } from './hallpass.ts';
import { message, START } from './recorded-session.ts';
import { approveDevice } from './web-forms.ts';

/** A real hub, `hallpass hub start --dev`, on one data directory and one port however often it is started. */
export class TeamHub {
  readonly box: Sandbox;
  readonly dataDir: string;
  url = '';
  issuer = '';
  #policy: string | undefined;
  #running: Running | undefined;

  private constructor(box: Sandbox) {
    this.box = box;
    this.dataDir = join(box.directory, 'hub');
  }

  /** With `policy`, the text of a central policy. */
  static async start({ policy }: { policy?: string } = {}): Promise<TeamHub> {
    const hub = new TeamHub(await sandbox());
    if (policy !== undefined) hub.setPolicy(policy);
    hub.box.watch(() => ({ directories: [hub.dataDir] }));
    mkdirSync(hub.dataDir, { mode: 0o700 });
    await hub.start();
    return hub;
  }

  /** Writes the file of the central policy. A hub that was started with one reads it again. */
  setPolicy(text: string): void {
    this.#policy = join(this.box.directory, 'policy.yaml');
    writeFileSync(this.#policy, text);
  }

  async start(): Promise<void> {
    // Its own while it is down, too.
    const port = this.url === '' ? String(await freePort()) : new URL(this.url).port;
    this.#running = this.box.spawn([
      'hub',
      'start',
      '--dev',
      '--json',
      '--data',
      this.dataDir,
      '--port',
      port,
      ...(this.#policy === undefined ? [] : ['--policy', this.#policy]),
    ]);
    const [line] = await this.#running.saying('stdout', /^\{.*\}$/m);
    ({ url: this.url, issuer: this.issuer } = JSON.parse(line) as { url: string; issuer: string });
  }

  /** SIGHUP. */
  hangUp(): void {
    this.#running?.child.kill('SIGHUP');
  }

  /** Resolves once it has said this on stderr. */
  async saying(pattern: RegExp): Promise<void> {
    await this.#running?.saying('stderr', pattern);
  }

  /** Resolves once it has said on stderr that it answered such a request. */
  async answered(pattern: RegExp): Promise<void> {
    await this.#running?.saying('stderr', pattern);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#running?.child.kill(signal);
    await this.#running?.finished;
  }

  /** Logs in as a person would, who has a browser elsewhere. */
  async logIn(box: Sandbox, account: string): Promise<void> {
    const running = box.spawn(['login', this.url, '--json']);
    const [line] = await running.saying('stdout', /^\{.*\}$/m);
    const { verification_uri_complete: address } = JSON.parse(line) as { verification_uri_complete: string };
    await approveDevice(address, account);
    const { code, stderr } = await running.finished;
    if (code !== 0) throw new Error(`no login: ${stderr}`);
  }

  /** A new machine of somebody who has logged in. */
  async machineOf(account: string): Promise<Sandbox> {
    const box = await sandbox();
    await this.logIn(box, account);
    return box;
  }

  /** Leaves in the log, its signature checked. */
  async leaves(): Promise<number> {
    const described = (await (await fetch(`${this.url}/.well-known/hallpass`)).json()) as { log_key: string };
    const key = parseLogKey(described.log_key);
    const note = await (await fetch(`${this.url}/log/checkpoint`)).text();
    return (key && openNote(note, key)?.size) ?? -1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.box[Symbol.asyncDispose]();
  }
}

/** Records and seals a session as this sandbox's hallpass would have, for who is logged in there. Returns its id. */
export async function recordIn(
  box: Sandbox,
  recording: { issuer: string; subject: string; payloads: readonly Buffer[] },
): Promise<string> {
  const environment = readEnvironment(box.env);
  const paths = hallpassPaths(environment);
  const { keychain: choice, passphrase } = environment;
  const { signer } = await openVault({ ...paths, choice, passphrase, keychain: systemKeychain });
  const { issuer, subject, payloads } = recording;
  const session = await openSession(
    { ...START, issuer, subject },
    { sessionsDir: paths.sessionsDir, signer },
  );
  for (const payload of payloads) session.append(message({ method: 'tools/call' }), payload);
  await session.seal({ reason: 'client closed' });
  return session.id;
}
