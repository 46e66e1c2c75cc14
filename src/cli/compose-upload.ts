import { join } from 'node:path';

import type { AttestDeps } from '../app/attest.ts';
import { attest } from '../app/attest.ts';
import type { LiveUploadDeps } from '../app/live-upload.ts';
import { type SpoolDeps, uploadSpooled } from '../app/upload-spooled.ts';
import type { VerifyDeps } from '../app/verify.ts';
import type { VerifyHubDeps } from '../app/verify-hub.ts';
import { LIMITS } from '../core/limits.ts';
import type { Signer } from '../core/session/signer.ts';
import type { LogKey } from '../core/tlog/note.ts';
import { carefulFetch, type Fetch } from '../identity/ask.ts';
import { HubClient } from '../identity/hub-client.ts';
import { type Refresh, requireLogin } from '../identity/id-token.ts';
import type { Hub } from '../identity/login-state.ts';
import { LogWatch } from '../identity/log-watch.ts';
import { hubToken } from '../identity/minters/hub-jwt.ts';
import { readEnvironment } from '../platform/environment.ts';
import type { HubLanding } from '../platform/hub-landing.ts';
import { proxyFetch } from '../platform/network.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { SessionDirectory } from '../platform/session-directory.ts';
import { UploadFiles } from '../platform/upload-files.ts';
import { UploadSpool } from '../platform/upload-spool.ts';
import { fileExists } from '../platform/files.ts';
import { type Identity, identityOf, jobOrLogin } from './compose-identity.ts';
import { sessionsDeps, signerFiles } from './compose-sessions.ts';
import { authorityOf, logKeyOf } from './compose-pins.ts';
import { openDeviceVault } from './compose.ts';
import { uploadLine } from './present-upload.ts';
import type { Terminal } from './terminal.ts';

/** The hub of a profile, for whoever is logged in. */
export interface HubAccess {
  readonly hub: Hub;
  readonly who: { readonly issuer: string; readonly subject: string };
  readonly logKey: LogKey;
  /** 32 raw bytes. */
  readonly authority: Buffer;
  readonly client: HubClient;
  readonly watch: LogWatch;
}

/** Throws ERR_AUTH when nobody is logged in. Requests end with the signal. */
export function openHub(identity: Identity, signal?: AbortSignal): HubAccess {
  const { hub, login } = requireLogin(identity.state);
  const client = hubClient(identity, hub, signal);
  const logKey = logKeyOf(hub);
  return {
    hub,
    who: { issuer: hub.issuer, subject: login.subject },
    logKey,
    authority: authorityOf(hub),
    client,
    watch: new LogWatch({
      hub: hub.hub,
      key: logKey,
      store: identity.store,
      consistency: (from, to) => client.consistency(from, to),
    }),
  };
}

/** Everything that `sessions upload` needs. Throws ERR_AUTH when nobody is logged in. */
export async function openUploads(
  profile: string | undefined,
  terminal: Terminal,
): Promise<SpoolDeps & VerifyDeps> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const vault = await openDeviceVault(environment, paths);
  const identity = await jobOrLogin(vault, { environment, paths, profile });
  const local = sessionsDeps(terminal);
  const context = { identity, signer: vault.signer, note: local.note };
  return { ...local, ...uploadDeps(openHub(identity), context) };
}

/** What reading at the hub needs, and what uploads what waits for that hub. */
export interface HubReading extends VerifyHubDeps {
  readonly landing: HubLanding;
  /** Takes along what could not be uploaded before, for as long as `LIMITS.endUploadMs`. */
  uploadWaiting(note: (line: string) => void): Promise<void>;
}

/** Opens the hub for `use`. What was fetched is gone after it. Throws ERR_AUTH. */
export async function readingHub<T>(
  profile: string | undefined,
  use: (reading: HubReading) => Promise<T>,
): Promise<T> {
  const { HubLanding: Landing } = await import('../platform/hub-landing.ts');
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const vault = await openDeviceVault(environment, paths);
  const identity = await jobOrLogin(vault, { environment, paths, profile });
  const { client, watch, logKey, authority } = openHub(identity);
  const landing = new Landing(join(paths.cacheDir, 'hub'));
  const reading: HubReading = {
    client,
    watch,
    landing,
    pinned: { logKey, authority },
    signers: signerFiles(paths),
    uploadWaiting: (note) => uploadWaiting(identity, vault.signer, note),
  };
  try {
    return await use(reading);
  } finally {
    landing.clear();
  }
}

/** The same for who has just logged in. Where nothing waits, nothing is opened. */
export async function uploadAfterLogin(
  profile: string | undefined,
  note: (line: string) => void,
): Promise<void> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  if (!fileExists(paths.uploadsDir)) return;
  const vault = await openDeviceVault(environment, paths);
  await uploadWaiting(identityOf(vault, { environment, paths, profile }), vault.signer, note);
}

/** Uploads what could not be uploaded before, for as long as `LIMITS.endUploadMs`. */
export async function uploadWaiting(
  identity: Identity,
  signer: Signer,
  note: (line: string) => void,
): Promise<void> {
  const access = openHub(identity, AbortSignal.timeout(LIMITS.endUploadMs));
  const deps = uploadDeps(access, { identity, signer, note, lockMs: LIMITS.attestMs });
  for (const tried of await uploadSpooled(deps, LIMITS.spoolAtOnce)) note(uploadLine(tried));
}

/** What uploading needs. */
export function uploadDeps(
  access: HubAccess,
  context: { identity: Identity; signer: Signer; note: (line: string) => void; lockMs?: number },
): SpoolDeps {
  const { client, watch, logKey, who, authority } = access;
  const { identity, signer, note, lockMs = LIMITS.lockMs } = context;
  const paths = hallpassPaths(identity.environment);
  const files = new UploadFiles(paths.sessionsDir);
  const sessions = new SessionDirectory(paths.sessionsDir, () => Promise.resolve(signer));
  const spool = new UploadSpool(paths.uploadsDir);
  const certify: AttestDeps['certify'] = (key) => client.certify(key);
  return {
    files,
    client,
    watch,
    logKey,
    who,
    attest: (session, anew) =>
      attest(session, { files, signer, who, authority, certify, now: Date.now }, anew),
    sending: (session) => spool.sending(session),
    lock: (session) => spool.lock(session, lockMs),
    spool,
    profile: identity.state.profile,
    recover: (session) =>
      fileExists(sessions.files(session).log) ? sessions.recover(session) : Promise.resolve('missing'),
    note,
  };
}

/** What uploading a session needs while that runs. Requests end with the signal. */
export function liveConnection(
  identity: Identity,
  signer: Signer,
  signal: AbortSignal,
): ReturnType<LiveUploadDeps['connectFor']> {
  const { client, who, authority } = openHub(identity, signal);
  const certify: AttestDeps['certify'] = (key) => client.certify(key);
  return {
    client,
    certify: { signer, who, authority, certify, now: Date.now },
    elapsed: () => performance.now(),
  };
}

/** A client for whoever is logged in. Its requests end with the signal. */
function hubClient(identity: Identity, hub: Hub, signal: AbortSignal | undefined): HubClient {
  const fetch = until(proxyFetch(), signal);
  const ask = carefulFetch(fetch);
  const deps = {
    state: identity.state,
    ask,
    now: Date.now,
    held: identity.ci?.held,
    refresh:
      identity.ci?.refresh ??
      (async (...[login, at]: Parameters<Refresh>) => {
        const { Issuer } = await import('../identity/issuer.ts');
        return (await Issuer.of(at, ask)).refresh(login);
      }),
  };
  const token = () => hubToken({ audience: hub.hub, scopes: [], use: 'proxy' }, deps);
  return new HubClient({ hub: hub.hub, fetch, token });
}

function until(fetch: Fetch, signal: AbortSignal | undefined): Fetch {
  if (signal === undefined) return fetch;
  return (input, init) =>
    fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal });
}
