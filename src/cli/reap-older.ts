import { HallpassError } from '../core/errors.ts';
import type { Environment } from '../platform/environment.ts';
import { hasJournals, journalsDirectory } from '../platform/leftover-journal.ts';
import type { Paths } from '../platform/paths.ts';
import type { JobIdentity } from './compose-ci.ts';
import type { StoreKeys } from './compose-identity.ts';

interface Context {
  /** Asked for only where something was left. */
  readonly openKeys: () => StoreKeys | Promise<StoreKeys>;
  readonly environment: Environment;
  readonly paths: Paths;
  readonly profile: string;
  readonly ci: JobIdentity | undefined;
  readonly note: (line: string) => void;
}

/**
 * Ends what a hallpass left that was killed, and says so. For the beginning of a command, which does not wait for it; resolves
 * when that is done, or when it has taken long enough. Never rejects. Where nothing was left it takes no time.
 */
export async function reapOlder(context: Context): Promise<void> {
  try {
    if (!hasJournals(journalsDirectory(context.paths.stateDir))) return;
    const { reapAll } = await import('./compose-leftovers.ts');
    await reapAll({ ...context, keys: await context.openKeys() });
  } catch (error) {
    const why = error instanceof HallpassError ? error.message : 'an unforeseen fault';
    context.note(`what a killed hallpass left is still there: ${why}`);
  }
}
