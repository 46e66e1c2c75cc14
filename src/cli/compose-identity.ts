import { setTimeout as delay } from 'node:timers/promises';
import process from 'node:process';

import type { MinterDeps } from '../app/credentials.ts';
import type { LoginDeps } from '../app/login.ts';
import type { LogoutDeps } from '../app/logout.ts';
import type { MintDeps } from '../app/mint.ts';
import { HallpassError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import type { Fetch } from '../identity/ask.ts';
import { jobHint } from '../identity/ci/job-hint.ts';
import { checkNotElsewhere, checkPins } from '../identity/hub-pins.ts';
import { type Refresh, requireProfile } from '../identity/id-token.ts';
import { type Hub, LoginState } from '../identity/login-state.ts';
import { MemoryStore } from '../identity/memory-store.ts';
import type { HubDeps } from '../identity/minters/hub-jwt.ts';
import { DEFAULT_PROFILE, profileName } from '../identity/profile.ts';
import type { SealedStore } from '../identity/sealed-store.ts';
import { SecretBook } from '../identity/secret-book.ts';
import { TokenCache } from '../identity/token-cache.ts';
import { CredentialStore } from '../platform/credential-store.ts';
import { type Environment, readEnvironment } from '../platform/environment.ts';
import { hallpassPaths, type Paths } from '../platform/paths.ts';
import type { Vault } from '../platform/vault.ts';
import type { JobIdentity } from './compose-ci.ts';
import { openDeviceVault } from './compose.ts';
import { networkFetch } from './network-fetch.ts';
import type { LoginPresenter } from './present-login.ts';
import type { Terminal } from './terminal.ts';

/** This machine's credentials, opened. */
export interface Identity {
  readonly environment: Environment;
  readonly store: SealedStore;
  readonly state: LoginState;
  /** Of a CI job. */
  readonly ci?: JobIdentity | undefined;
}

/** Keys that something persistent can be kept under. */
export type StoreKeys = Pick<Vault, 'persistent' | 'why' | 'derive'>;

/** Where an identity is looked for. */
export interface IdentityContext {
  readonly environment: Environment;
  readonly paths: Paths;
  readonly profile?: string | undefined;
  /** The job that this is, by `findJob`. */
  readonly ci?: JobIdentity | undefined;
}

/** Opens the credentials of the CI job that this is, else those of a profile. Throws ERR_KEYCHAIN where nothing can be kept. */
export async function openIdentity(profile: string | undefined): Promise<Identity> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const keys = await openVaultOnce(environment, paths);
  return jobOrLogin(keys, { environment, paths, profile });
}

/** The same with keys that are open already. */
export async function jobOrLogin(keys: StoreKeys, context: Omit<IdentityContext, 'ci'>): Promise<Identity> {
  const ci = await findJob(context);
  const hint = hintFor(context);
  if (ci === undefined && hint !== undefined && !keys.persistent)
    throw new HallpassError('ERR_AUTH', 'nobody is logged in, and this CI job has no identity here', {
      hint,
    });
  return identityOf(keys, { ...context, ci });
}

/** Opens what people keep on this device, whatever runs here. Throws ERR_KEYCHAIN. */
export async function openOwnIdentity(profile: string | undefined): Promise<Identity> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  return identityOf(await openVaultOnce(environment, paths), { environment, paths, profile });
}

/** The CI job that this is, if a hub is named for it and no profile. Of that nothing loads elsewhere. */
export async function findJob(context: Omit<IdentityContext, 'ci'>): Promise<JobIdentity | undefined> {
  if (!mayBeJob(context)) return undefined;
  const { openJob } = await import('./compose-ci.ts');
  return openJob(context.environment);
}

/** The same for what goes on: once the hub has taken it. */
export async function enterJob(context: Omit<IdentityContext, 'ci'>): Promise<JobIdentity | undefined> {
  if (!mayBeJob(context)) return undefined;
  const job = await import('./compose-ci.ts');
  return job.enterJob(context.environment);
}

function mayBeJob({ environment, profile = environment.profile }: Omit<IdentityContext, 'ci'>): boolean {
  const isNamed = profile !== undefined && profile !== DEFAULT_PROFILE;
  if (isNamed || environment.hub === undefined) return false;
  return environment.ci || Boolean(environment.variables['HALLPASS_ID_TOKEN']);
}

let opened: Vault | undefined;

// Once in a process: opening asks the keychain, computes scrypt or has a person type.
async function openVaultOnce(environment: Environment, paths: Paths): Promise<Vault> {
  opened ??= await openDeviceVault(environment, paths);
  return opened;
}

/** The same with all that it takes. */
export function identityOf(keys: StoreKeys, context: IdentityContext): Identity {
  const { environment, paths, profile, ci } = context;
  if (ci !== undefined) return jobIdentity(ci, keys, context);
  const name = profileName(profile ?? environment.profile);
  const store = openStore(keys, paths);
  return { environment, store, state: new LoginState(name, store, hintFor(context)) };
}

function hintFor({ environment }: Pick<IdentityContext, 'environment'>): string | undefined {
  return environment.ci ? jobHint(environment.variables) : undefined;
}

// What the job itself gets ends with it. What people stored on this device is at hand, and so is what they pinned.
function jobIdentity(ci: JobIdentity, keys: StoreKeys, { environment, paths }: IdentityContext): Identity {
  const { state } = ci;
  if (!keys.persistent) return { environment, store: new MemoryStore(), state, ci };
  const store = openStore(keys, paths);
  if (state.hub !== undefined) checkHub(state.hub, store);
  return { environment, store, state, ci };
}

function checkHub(hub: Hub, store: SealedStore): void {
  const person = new LoginState(DEFAULT_PROFILE, store);
  checkPins(hub, person);
  const others = person.profiles.map((profile) => new LoginState(profile, store));
  checkNotElsewhere(hub, [person, ...others]);
}

/** Throws ERR_KEYCHAIN where nothing can be kept. */
export function openStore(keys: StoreKeys, paths: Paths): CredentialStore {
  if (keys.persistent) return new CredentialStore(paths.credentialsDir, keys.derive('credentials'));
  throw new HallpassError(
    'ERR_KEYCHAIN',
    `no credential can be kept: ${keys.why ?? 'there is no keychain'}`,
    {
      hint: 'Unlock the keychain, or set HALLPASS_KEYCHAIN=file and HALLPASS_PASSPHRASE. Nothing is ever kept in clear.',
    },
  );
}

/** What logging in needs. With `state` the profile is open already. */
export async function loginDeps(
  options: { profile: string | undefined; browser: boolean; state?: LoginState },
  presenter: LoginPresenter,
  terminal: Terminal,
): Promise<LoginDeps> {
  const environment = readEnvironment();
  const { canOpenBrowser, openBrowser } = await import('../platform/browser.ts');
  const opens = options.browser && terminal.stderrIsTty && canOpenBrowser(environment);
  return {
    openState: async () => options.state ?? (await openOwnIdentity(options.profile)).state,
    ask: await networkFetch(),
    usualHub: environment.hub,
    unattended: environment.ci,
    onHub: (hub) => presenter.hub(hub),
    onCode: (code) => {
      presenter.code(code, { opens });
      if (opens) openBrowser(code.verificationUriComplete ?? code.verificationUri);
    },
    note: (line) => presenter.note(line),
    wait: (milliseconds) => delay(milliseconds),
    now: Date.now,
  };
}

/** What logging out needs. */
export function logoutDeps({ state }: Identity): LogoutDeps {
  return {
    state,
    revoke: async (token, hub) => {
      const { Issuer } = await import('../identity/issuer.ts');
      return (await Issuer.of(hub, await networkFetch())).revoke(token);
    },
  };
}

/** What minting at the hub needs. The network and its libraries load when they are first used. */
export function hubDeps({ state, ci }: Identity): HubDeps {
  return { state, refresh: ci?.refresh ?? refreshAtIssuer, held: ci?.held, ask: askNetwork, now: Date.now };
}

/** What `mint` needs: the cache first, and all the rest only when it has nothing. */
export function mintDeps(identity: Identity): MintDeps {
  const { state, store } = identity;
  return {
    // A job's tokens are no other's, and no later one's.
    cache: new TokenCache(state.profile, identity.ci === undefined ? store : new MemoryStore(), Date.now),
    minterFor: async (request) => {
      requireProfile(state);
      const [{ exportingMinter }, { findTrusted }, { projectDeps }] = await Promise.all([
        import('../app/credentials.ts'),
        import('../app/project.ts'),
        import('./project-deps.ts'),
      ]);
      return exportingMinter(request, findTrusted(request.connection, projectDeps()), minterDeps(identity));
    },
  };
}

/** What the minters need, each its part. */
export function minterDeps(identity: Identity): MinterDeps {
  return {
    hub: hubDeps(identity),
    book: secretBook(identity),
    run: async (command) => {
      const { runMintCommand } = await import('../platform/mint-command.ts');
      return runMintCommand(command, identity.environment);
    },
    now: Date.now,
  };
}

/** The secrets that people stored. */
export function secretBook({ store }: Identity): SecretBook {
  return new SecretBook(store);
}

/** Reads a value from a pipe, or asks for it; never from an argument, which other users of the machine could read. */
export async function readSecretValue(terminal: Terminal): Promise<Secret> {
  if (terminal.stdinIsTty) {
    const { askHidden } = await import('./ask-passphrase.ts');
    return new Secret(await askHidden('Value: '));
  }
  const { text } = await import('node:stream/consumers');
  // The line end that echo and editors add is none of the secret's.
  return new Secret((await text(process.stdin)).replace(/\r?\n$/, ''));
}

const refreshAtIssuer: Refresh = async (login, hub) => {
  const { Issuer } = await import('../identity/issuer.ts');
  return (await Issuer.of(hub, await networkFetch())).refresh(login);
};

const askNetwork: Fetch = async (input, init) => (await networkFetch())(input, init);
