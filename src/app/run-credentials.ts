import { HallpassError } from '../core/errors.ts';
import type { Minted } from '../identity/minters/minter.ts';
import { minterFor, type MinterDeps } from './credentials.ts';
import { InjectedCredential, type InjectedParts } from './injected-credential.ts';
import type { RunCredentials } from './run.ts';
import { type PlannedCredential, variableOf } from './run-with.ts';

export interface CredentialsDeps extends Pick<InjectedParts, 'note' | 'now' | 'later'> {
  readonly minters: MinterDeps;
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
  const release = (): Promise<void> => releaseAll(opened, deps);
  try {
    for (const plan of plans) {
      deps.checkStopped();
      const credential = await credentialOf(plan, deps);
      opened.push(credential);
      env[variableOf(plan)] = await credential.open();
    }
    deps.checkStopped();
  } catch (error) {
    await release();
    throw error;
  }
  return { env, injected: plans.map((plan) => `${plan.connection} as ${variableOf(plan)}`), release };
}

// What lies in files goes first: it takes no time, and nobody else has to answer for it.
async function releaseAll(opened: readonly InjectedCredential[], deps: CredentialsDeps): Promise<void> {
  for (const credential of opened) credential.stop();
  const left = deps.files.wipe();
  if (left !== undefined) deps.note(`${left} could not be removed; remove it: credentials are in it`);
  await Promise.all(opened.map((credential) => credential.revoke()));
}

async function credentialOf(plan: PlannedCredential, deps: CredentialsDeps): Promise<InjectedCredential> {
  const { connection, inject } = plan;
  const minter = await exportingMinter(plan, deps);
  return new InjectedCredential({
    connection,
    variable: variableOf(plan),
    mint: async () => checked(await minter.mint(plan.request), plan, deps),
    makeKnown: (value) => deps.makeKnown(value, `the credential of ${connection}`),
    write: 'file' in inject ? (value) => deps.files.write(connection, value) : undefined,
    note: deps.note,
    now: deps.now,
    later: deps.later,
  });
}

// A command can print what it gets, so the hub has to have granted that.
async function exportingMinter({ source }: PlannedCredential, { minters }: CredentialsDeps) {
  if (source !== 'hub-jwt') return minterFor(source, minters);
  const { hubMinter } = await import('../identity/minters/hub-jwt.ts');
  return hubMinter('export', minters.hub);
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
