import { HallpassError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { TokenKeeper } from '../identity/minters/hub-jwt.ts';
import type { Minted, Minter } from '../identity/minters/minter.ts';
import type { RoleDeps } from '../identity/minters/postgres.ts';
import { minterFor, type MinterDeps } from './credentials.ts';
import { handOver } from './hand-over.ts';
import { InjectedCredential, type InjectedParts } from './injected-credential.ts';
import type { Journal } from './leftovers.ts';
import type { RunCredentials } from './run.ts';
import { isDatabase, placeOf, type PlannedCredential } from './run-with.ts';

export interface CredentialsDeps extends Pick<InjectedParts, 'note' | 'now' | 'later'> {
  readonly session: string;
  readonly minters: MinterDeps & Pick<RoleDeps, 'connect'>;
  readonly journal: Journal;
  readonly keeperFor: (connection: string) => TokenKeeper;
  /** From now on the value is masked; `name` says in findings what it is. */
  readonly makeKnown: (value: string, name: string) => void;
  readonly files: {
    write(name: string, value: string): string;
    /** Returns the directory if that could not be done. */
    wipe(): string | undefined;
  };
  /** Throws when somebody wants all of this to end. */
  readonly checkStopped: () => void;
}

/**
 * Mints what a command is to have, and hands it over. If one of them can't be had, those before it are ended.
 *
 * @throws {HallpassError} ERR_AUTH, ERR_DENIED, ERR_SECRET_ORIGIN, ERR_MINT_COMMAND…
 */
export async function prepareCredentials(
  plans: readonly PlannedCredential[],
  deps: CredentialsDeps,
): Promise<RunCredentials> {
  const opened: InjectedCredential[] = [];
  const env: Record<string, string> = {};
  const descriptors: Secret[] = [];
  const release = (): Promise<void> => releaseAll(opened, deps);
  try {
    for (const plan of plans) {
      deps.checkStopped();
      const credential = await credentialOf(plan, descriptors, deps);
      opened.push(credential);
      Object.assign(env, await credential.open());
    }
    deps.checkStopped();
  } catch (error) {
    await release();
    throw error;
  }
  return {
    env,
    descriptors,
    injected: plans.map((plan) => `${plan.connection} as ${placeOf(plan)}`),
    release,
  };
}

// What lies in files goes first: it takes no time, and nobody else has to answer for it.
async function releaseAll(opened: readonly InjectedCredential[], deps: CredentialsDeps): Promise<void> {
  for (const credential of opened) credential.stop();
  const left = deps.files.wipe();
  if (left !== undefined) deps.note(`${left} could not be removed; remove it: credentials are in it`);
  await Promise.all(opened.map((credential) => credential.revoke()));
}

async function credentialOf(
  plan: PlannedCredential,
  descriptors: Secret[],
  deps: CredentialsDeps,
): Promise<InjectedCredential> {
  const { connection, inject } = plan;
  const makeKnown = (value: string): void => deps.makeKnown(value, `the credential of ${connection}`);
  const minter = await minterOf(plan, { ...deps, makeKnown });
  const write = (name: string, value: string): string => deps.files.write(name, value);
  return new InjectedCredential({
    connection,
    variable: placeOf(plan),
    mint: async () => checked(await minter.mint(plan.request), plan, deps),
    makeKnown,
    handOver: (minted) => handOver(minted, plan, { write, descriptors }),
    replaces: 'file' in inject || 'netrc' in inject,
    note: deps.note,
    now: deps.now,
    later: deps.later,
  });
}

async function minterOf(
  { connection, source }: PlannedCredential,
  deps: Pick<CredentialsDeps, 'session' | 'minters' | 'journal' | 'keeperFor'> & Pick<RoleDeps, 'makeKnown'>,
): Promise<Minter> {
  const { minters, journal, session, makeKnown } = deps;
  // A command can print what it gets, so the hub has to have granted that.
  if (source === 'hub-jwt') {
    const { hubMinter, keptTokens } = await import('../identity/minters/hub-jwt.ts');
    return keptTokens(hubMinter('export', minters.hub), deps.keeperFor(connection));
  }
  if (!isDatabase(source)) return minterFor(source, minters);
  const { postgresMinter } = await import('../identity/minters/postgres.ts');
  const { book, connect, now } = minters;
  const { grants, ...where } = source.postgres;
  const beforeRole = (role: string) => journal.add({ kind: 'role', connection, role, ...where });
  return postgresMinter({ grants, ...where }, { book, connect, now, session, makeKnown, beforeRole });
}

function checked(minted: Minted, { connection, source, request }: PlannedCredential, deps: CredentialsDeps) {
  const { origins = [], scopes } = minted;
  // The hub has said that it may leave the proxy; a person who stored one with origins has said that it may not.
  if (source !== 'hub-jwt' && origins.length > 0) throw bound(connection, origins);
  const missing = source === 'hub-jwt' ? request.scopes.filter((scope) => !scopes.includes(scope)) : [];
  if (missing.length > 0) deps.note(`the hub gives ${connection} without ${missing.join(', ')}`);
  return minted;
}

function bound(connection: string, origins: readonly string[]): HallpassError {
  return new HallpassError(
    'ERR_SECRET_ORIGIN',
    `the secret of ${connection} is for ${origins.join(', ')} alone, and a command may send it anywhere`,
    { hint: 'For a command store it without --origin: hallpass secret add NAME' },
  );
}
