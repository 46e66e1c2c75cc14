import { isAbsolute, join } from 'node:path';
import process from 'node:process';

import { findNamed, projectFileOf } from '../app/project.ts';
import type { Named } from '../app/project-file.ts';
import type { RunDeps } from '../app/run.ts';
import { type CredentialsDeps, prepareCredentials } from '../app/run-credentials.ts';
import { planCredentials, variablesOf } from '../app/run-with.ts';
import { HallpassError } from '../core/errors.ts';
import type { RunningCommand } from '../core/run/command.ts';
import { requireProfile } from '../identity/id-token.ts';
import { CredentialFiles } from '../platform/credential-files.ts';
import { identityOf, type Identity, minterDeps } from './compose-identity.ts';
import { connectDatabase, type LeftoverContext, leftoversOf } from './compose-leftovers.ts';
import { projectDeps } from './project-deps.ts';

/** What `--with` asked for, found and in order; nothing is minted yet. */
export interface CommandCredentials {
  /** Variables that the command will have of it. */
  readonly injects: readonly string[];
  /** SHA-256 of the project's file, where any of it is from there. */
  readonly projectFile: string | undefined;
  readonly open: NonNullable<RunDeps['openCredentials']>;
  /** From now on signals reach the command, and those that came before are its own too. */
  readonly started: (running: RunningCommand) => void;
}

interface Context extends LeftoverContext {
  readonly note: (line: string) => void;
}

/**
 * Reads `--with`, and finds what it names: the user's own, a trusted project's, or else the hub's.
 *
 * @throws {HallpassError} ERR_USAGE, ERR_CONFIG, ERR_DENIED, ERR_NO_SUCH_CONNECTION, ERR_UNTRUSTED_PROJECT
 */
export function credentialsFor(words: readonly string[], context: Context): CommandCredentials {
  const project = projectDeps();
  const plans = planCredentials(words, (name) => named(name, context));
  const signals = new HeldSignals();
  return {
    injects: plans.flatMap(variablesOf),
    projectFile: plans
      .filter(({ isNamed }) => isNamed)
      .map(({ connection }) => projectFileOf(connection, project))
      .find((digest) => digest !== undefined),
    started: (running) => signals.handTo(running),
    open: async ({ session, makeKnown }) => {
      signals.hold();
      const leftovers = leftoversOf(session, context);
      const { journal, keeperFor } = leftovers;
      const done = (): void => {
        leftovers.close();
        signals.drop();
      };
      try {
        const credentials = await prepareCredentials(plans, {
          session,
          minters: lazyMinters(context),
          journal,
          keeperFor,
          makeKnown,
          files: new CredentialFiles(filesDirectory(context), session, (directory) =>
            journal.add({ kind: 'files', directory }),
          ),
          note: context.note,
          now: Date.now,
          later,
          checkStopped: () => signals.check(),
        });
        return { ...credentials, release: () => credentials.release().finally(done) };
      } catch (error) {
        done();
        throw error;
      }
    },
  };
}

// What no file names the hub may know. Where nobody is logged in to one, it is a name that nobody knows.
function named(name: string, context: Context): Named | undefined {
  try {
    return findNamed(name, projectDeps(), 'log in to a hub that knows it: hallpass login HUB');
  } catch (error) {
    const isUnknown = error instanceof HallpassError && error.code === 'ERR_NO_SUCH_CONNECTION';
    if (!isUnknown || (context.ci === undefined && !context.keys.persistent)) throw error;
    const { state } = identityOf(context.keys, context);
    requireProfile(state);
    if (state.login === undefined) throw error;
    return undefined;
  }
}

// The store opens for those that need it: a command that mints needs no keys that last.
function lazyMinters(context: Context): CredentialsDeps['minters'] {
  let identity: Identity | undefined;
  const all = (): ReturnType<typeof minterDeps> =>
    minterDeps((identity ??= identityOf(context.keys, context)));
  return {
    get hub() {
      return all().hub;
    },
    get book() {
      return all().book;
    },
    run: async (command) => {
      const { runMintCommand } = await import('../platform/mint-command.ts');
      return runMintCommand(command, context.environment);
    },
    connect: connectDatabase,
    now: Date.now,
  };
}

// In memory where the system has a place for that, which it clears when the user is gone.
function filesDirectory({ environment, paths }: Context): string {
  const runtime = environment.variables['XDG_RUNTIME_DIR'] ?? '';
  return isAbsolute(runtime) ? join(runtime, 'hallpass') : join(paths.stateDir, 'run');
}

function later(milliseconds: number, then: () => void): () => void {
  const timer = setTimeout(then, milliseconds);
  // Once the command has ended there is nothing to be renewed.
  timer.unref();
  return () => clearTimeout(timer);
}

const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Signals that would end us while there are credentials to be ended. Before the command runs they stop what is being
 * prepared; while it runs they reach it by another way; afterwards what is left to do takes no long time.
 */
class HeldSignals {
  readonly #came: NodeJS.Signals[] = [];
  #isRunning = false;
  readonly #take = (signal: NodeJS.Signals): void => {
    if (!this.#isRunning) this.#came.push(signal);
  };

  hold(): void {
    for (const signal of STOPPING) process.on(signal, this.#take);
  }

  drop(): void {
    for (const signal of STOPPING) process.off(signal, this.#take);
  }

  /** Throws ERR_STOPPED if one came. */
  check(): void {
    const [signal] = this.#came;
    if (signal !== undefined) throw new HallpassError('ERR_STOPPED', `stopped by ${signal}`);
  }

  handTo(running: RunningCommand): void {
    this.#isRunning = true;
    for (const signal of this.#came.splice(0)) running.signal(signal);
  }
}
