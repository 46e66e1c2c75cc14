import { HallpassError } from '../core/errors.ts';

export interface EnsureLoginDeps {
  /** Renews the login where that is due. Throws ERR_AUTH where there is none, or none any more. */
  readonly check: () => Promise<unknown>;
  /** Where a login would go; undefined: nobody has said. */
  readonly hub: string | undefined;
  readonly confirm: (question: string) => Promise<boolean>;
  readonly logIn: (hub: string) => Promise<void>;
}

/**
 * Has a person log in who has to be and is not. Whoever declines gets the error that there would have been anyway.
 *
 * @throws {HallpassError} ERR_AUTH, and whatever `check` and `logIn` throw
 */
export async function ensureLogin({ check, hub, confirm, logIn }: EnsureLoginDeps): Promise<void> {
  try {
    await check();
    return;
  } catch (error) {
    if (!(error instanceof HallpassError) || error.code !== 'ERR_AUTH' || hub === undefined) throw error;
    if (!(await confirm(`Not logged in to ${hub}. Log in now?`))) throw error;
  }
  await logIn(hub);
}
