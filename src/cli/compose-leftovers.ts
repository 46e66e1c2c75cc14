import { z } from 'zod';

import type { Journal, Leftover } from '../app/leftovers.ts';
import { reapLeftovers } from '../app/reap-leftovers.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { Secret } from '../core/secret.ts';
import type { TokenKeeper } from '../identity/minters/hub-jwt.ts';
import type { Connect } from '../identity/postgres/database.ts';
import type { Environment } from '../platform/environment.ts';
import { abandonedJournals, journalsDirectory, LeftoverJournal } from '../platform/leftover-journal.ts';
import type { Paths } from '../platform/paths.ts';
import type { JobIdentity } from './compose-ci.ts';
import { hubDeps, identityOf, openStore, secretBook, type StoreKeys } from './compose-identity.ts';

/** Whose leftovers: the device's keys, and the profile or job that they are of. */
export interface LeftoverContext {
  readonly keys: StoreKeys;
  readonly environment: Environment;
  readonly paths: Paths;
  readonly profile: string;
  readonly ci: JobIdentity | undefined;
}

/** Where it is written down what a session's credentials leave if hallpass is killed. */
export interface SessionLeftovers {
  readonly journal: Journal;
  readonly keeperFor: (connection: string) => TokenKeeper;
  close(): void;
}

export function leftoversOf(session: string, context: LeftoverContext): SessionLeftovers {
  const { keys, paths, profile } = context;
  const journal = new LeftoverJournal(journalsDirectory(paths.stateDir), session);
  let count = 0;
  const keep = (connection: string) => {
    // As in a CI job, which leaves nothing but what ends by itself.
    if (!keys.persistent) return { put: () => undefined, isGone: () => undefined };
    const stored = `leftover token ${session} ${(count += 1)}`;
    const store = openStore(keys, paths);
    const isGone = journal.add({ kind: 'token', connection, profile, stored } satisfies Leftover);
    return {
      put: ({ token, expiresAt }: { token: Secret; expiresAt: number | undefined }) =>
        store.write(stored, { token: token.reveal(), expiresAt, hub: hubOf(context) }),
      isGone: () => {
        store.remove(stored);
        isGone();
      },
    };
  };
  return {
    journal: { add: (leftover) => journal.add(leftover) },
    keeperFor: (connection) => ({ keep: () => keep(connection) }),
    close: () => journal.close(),
  };
}

function hubOf(context: LeftoverContext): string | undefined {
  return identityOf(context.keys, context).state.hub?.hub;
}

export const connectDatabase: Connect = async (to) => {
  const { connectPostgres } = await import('../platform/postgres-client.ts');
  return connectPostgres(to);
};

/** Ends what a hallpass left that was killed, and says so; it takes no long time. */
export async function reapAll(
  context: LeftoverContext & { readonly note: (line: string) => void },
): Promise<void> {
  const directory = journalsDirectory(context.paths.stateDir);
  await reapLeftovers({
    journals: () => abandonedJournals(directory),
    end: (leftover, signal) => end(leftover, context, signal),
    note: context.note,
    signal: AbortSignal.timeout(LIMITS.reapMs),
  });
}

async function end(leftover: Leftover, context: LeftoverContext, signal: AbortSignal): Promise<boolean> {
  if (leftover.kind === 'files') return endFiles(leftover.directory);
  if (leftover.kind === 'token') return endToken(leftover, context, signal);
  const { endRole } = await import('../identity/minters/postgres.ts');
  const book = secretBook(identityOf(context.keys, context));
  return endRole(leftover, leftover.role, { book, connect: connectDatabase, now: Date.now, signal });
}

async function endFiles(directory: string): Promise<boolean> {
  const { wipeDirectory } = await import('../platform/credential-files.ts');
  const outcome = wipeDirectory(directory);
  if (outcome === 'failed') throw new HallpassError('ERR_STATE_DIR', 'it could not be removed');
  return outcome === 'wiped';
}

const keptToken = z.object({ token: z.string(), expiresAt: z.number().optional(), hub: z.string() });

async function endToken(
  { stored, profile }: Extract<Leftover, { kind: 'token' }>,
  { keys, environment, paths, ci }: LeftoverContext,
  signal: AbortSignal,
): Promise<boolean> {
  const store = openStore(keys, paths);
  // The name comes from a file that others may have written to: it is no way to other things in the store.
  if (!/^leftover token [a-z0-9]{12} \d+$/.test(stored)) return false;
  const kept = keptToken.safeParse(store.read(stored)).data;
  // Hallpass was killed before it had one.
  if (kept === undefined) return false;
  const { token, expiresAt = Infinity, hub } = kept;
  if (expiresAt > Date.now()) {
    const identity = identityOf(keys, { environment, paths, profile, ci });
    // Whoever is logged in by now, as whom the job says it is, or whose profile the file names may be at another one.
    if (identity.state.hub?.hub !== hub) throw new HallpassError('ERR_AUTH', `it is of ${hub}`);
    const { revokeToken } = await import('../identity/minters/hub-jwt.ts');
    await revokeToken({ token: new Secret(token), expiresAt }, hubDeps(identity), signal);
  }
  store.remove(stored);
  return true;
}
