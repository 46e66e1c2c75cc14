import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { ServeDeps, ServeInput } from '../app/serve.ts';
import { HallpassError } from '../core/errors.ts';
import type { HubDeps } from '../hub/hub.ts';
import type { KeyStore } from '../hub/hub-keys.ts';
import { CredentialStore } from '../platform/credential-store.ts';
import { type Environment, readEnvironment } from '../platform/environment.ts';
import { FileSource } from '../platform/file-source.ts';
import { privateDirectory, readSmallFile, replaceFile } from '../platform/files.ts';
import { tryLock } from '../platform/locks.ts';
import { hallpassPaths, type Paths } from '../platform/paths.ts';
import { watchFile } from '../platform/watch-file.ts';
import { onStopSignal } from '../platform/signals.ts';
import { readPolicy } from './compose-policy.ts';
import type { HubPresenter } from './present-hub.ts';

export interface HubRequest {
  readonly serve: ServeInput;
  /** Undefined: for `--dev` a new directory that is gone afterwards, else the hub's own under the state directory. */
  readonly dataDir: string | undefined;
}

const FILE_BYTES = 1024 * 1024;
const KEYS_BYTES = 64 * 1024;

/** Wires the hub to this machine and runs it until a signal. */
export async function runHub({ serve: input, dataDir }: HubRequest, presenter: HubPresenter): Promise<void> {
  const { serve } = await import('../app/serve.ts');
  const environment = readEnvironment();
  const data = dataPlace(dataDir, { isDevelopment: input.mode === 'development', environment });
  const hangups = new Hangups(() => presenter.notice('SIGHUP: there is no policy to read again'));
  const stop = onStopSignal({ onHangup: () => hangups.ring() });
  const deps: ServeDeps = {
    openMachine: () => machine(input, { environment, dataDir: data.path, presenter }),
    onReady: (hub) => presenter.ready(hub, data.path),
    stopped: stop.stopped,
    policyFiles: { readText: readPolicy, watch: (path, changed) => hangups.watch(path, changed) },
  };
  try {
    await serve(input, deps);
  } finally {
    stop.dispose();
    data.leave();
  }
}

/** A policy's file is read again when it has changed, and when SIGHUP asks for it. */
class Hangups {
  readonly #changed = new Set<() => void>();
  readonly #nothing: () => void;

  constructor(nothing: () => void) {
    this.#nothing = nothing;
  }

  watch(path: string, changed: (asked: boolean) => void): () => void {
    const asked = (): void => changed(true);
    this.#changed.add(asked);
    const end = watchFile(path, () => changed(false));
    return () => {
      this.#changed.delete(asked);
      end();
    };
  }

  ring(): void {
    if (this.#changed.size === 0) this.#nothing();
    for (const changed of this.#changed) changed();
  }
}

/** The text of a hub.yaml. Throws ERR_NO_SUCH_FILE. */
export function readHubFile(path: string): { path: string; text: string } {
  const text = readSmallFile(path, FILE_BYTES)?.toString('utf8');
  if (text !== undefined) return { path, text };
  throw new HallpassError('ERR_NO_SUCH_FILE', `there is no file ${path}`, {
    hint: 'hallpass hub init writes one to begin with.',
  });
}

/** Writes a hub.yaml to begin with; throws ERR_FILE_EXISTS rather than overwrite one. Returns its path. */
export async function writeHubFile(given: string): Promise<string> {
  const [{ HUB_FILE_TEMPLATE }, { createTextFile }] = await Promise.all([
    import('../app/hub-file-template.ts'),
    import('../platform/export-files.ts'),
  ]);
  const path = resolve(given);
  createTextFile(path, HUB_FILE_TEMPLATE);
  return path;
}

/** Whether the person asked for stacks. */
export function debugging(): boolean {
  return Boolean(readEnvironment().variables['HALLPASS_DEBUG']);
}

function dataPlace(
  wanted: string | undefined,
  { isDevelopment, environment }: { isDevelopment: boolean; environment: Environment },
): { path: string; leave: () => void } {
  if (wanted === undefined && isDevelopment) {
    const path = mkdtempSync(join(tmpdir(), 'hallpass-hub-'));
    return { path, leave: () => rmSync(path, { recursive: true, force: true }) };
  }
  const path = resolve(wanted ?? join(hallpassPaths(environment).stateDir, 'hub'));
  return { path, leave: () => undefined };
}

async function machine(
  input: ServeInput,
  context: { environment: Environment; dataDir: string; presenter: HubPresenter },
): Promise<HubDeps> {
  const { environment, dataDir, presenter } = context;
  privateDirectory(dataDir);
  const isDevelopment = input.mode === 'development';
  return {
    dataDir,
    keys: isDevelopment ? plainKeys(dataDir) : await sealedKeys(dataDir, environment),
    lock: tryLock,
    replaceFile,
    readFile: (path) => readSmallFile(path, KEYS_BYTES),
    openSource: (path) => new FileSource(path),
    // The development provider is this very process: no proxy stands between.
    fetch: isDevelopment ? (url, init) => fetch(url, init) : await issuerFetch(),
    webhookFetch: lateWebhookFetch(),
    now: Date.now,
    onRequest: (line) => presenter.request(line),
    onTrouble: (error) => presenter.trouble(error),
    onNotice: (line) => presenter.notice(line),
  };
}

// For trying out only; the file's mode is all that protects it.
function plainKeys(dataDir: string): KeyStore {
  const path = join(dataDir, 'keys.json');
  return {
    read: async () => readSmallFile(path, KEYS_BYTES),
    write: async (keys) => replaceFile(path, keys),
  };
}

async function sealedKeys(dataDir: string, environment: Environment): Promise<KeyStore> {
  const { openDeviceVault } = await import('./compose.ts');
  const paths: Paths = hallpassPaths(environment);
  const vault = await openDeviceVault(environment, paths);
  if (!vault.persistent)
    throw new HallpassError('ERR_KEYCHAIN', `the hub's keys can not be kept: ${vault.why ?? 'no keychain'}`);
  const store = new CredentialStore(join(dataDir, 'keys'), vault.derive('hub keys'));
  return {
    read: async () => {
      const keys = store.read('hub keys');
      return typeof keys === 'string' ? Buffer.from(keys) : undefined;
    },
    write: async (keys) => store.write('hub keys', keys.toString()),
  };
}

async function issuerFetch(): Promise<HubDeps['fetch']> {
  const [{ carefulFetch }, { proxyFetch }] = await Promise.all([
    import('../identity/ask.ts'),
    import('../platform/network.ts'),
  ]);
  return carefulFetch(proxyFetch());
}

// Nothing of the network loads where there are no webhooks.
function lateWebhookFetch(): HubDeps['webhookFetch'] {
  const made = new Map<boolean, Promise<typeof fetch>>();
  return ({ isPrivate }) =>
    async (url, init) => {
      const loading =
        made.get(isPrivate) ??
        import('../platform/webhook-fetch.ts').then((module) => module.webhookFetch({ isPrivate }));
      made.set(isPrivate, loading);
      return (await loading)(url, init);
    };
}
