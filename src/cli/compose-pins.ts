import type { PinnedHub } from '../app/hub-trust.ts';
import { HallpassError } from '../core/errors.ts';
import { rawPublicKey } from '../core/session/ssh-wire.ts';
import { type LogKey, parseLogKey } from '../core/tlog/note.ts';
import { LogWatch } from '../identity/log-watch.ts';
import type { Environment } from '../platform/environment.ts';
import { KeychainUnavailable } from '../platform/keychain.ts';
import type { Paths } from '../platform/paths.ts';
import { openExistingVault } from '../platform/vault.ts';
import { identityOf } from './compose-identity.ts';
import { deviceVaultDeps } from './compose.ts';

/** Keys of a hub as text, as they were pinned at login. */
interface PinnedKeys {
  readonly ssh_ca: string;
  readonly log_key: string;
}

/** The hubs that somebody of this machine has logged in to; none where the vault stays closed. */
export async function pinnedHubs(environment: Environment, paths: Paths): Promise<PinnedHub[]> {
  const vault = await openVaultQuietly(environment, paths);
  if (vault === undefined) return [];
  const { state, store } = identityOf(vault, { environment, paths });
  return Object.entries(state.pins).map(([hub, keys]) => {
    const key = logKeyOf(keys);
    const watch = new LogWatch({ hub, key, store, consistency: () => Promise.resolve([]) });
    return { authority: authorityOf(keys), logKey: key, newest: watch.newest };
  });
}

/** The key of the hub's log. */
export function logKeyOf({ log_key }: PinnedKeys): LogKey {
  const key = parseLogKey(log_key);
  if (key === undefined) throw damagedPin('log key');
  return key;
}

/** The hub's certificate authority, 32 raw bytes. */
export function authorityOf({ ssh_ca }: PinnedKeys): Buffer {
  const key = rawPublicKey(Buffer.from(ssh_ca.split(' ')[1] ?? '', 'base64'));
  if (key === undefined) throw damagedPin('certificate authority');
  return key;
}

// Verifying goes on without: then nothing that a hub says is believed.
async function openVaultQuietly(environment: Environment, paths: Paths) {
  try {
    return await openExistingVault({ ...deviceVaultDeps(environment, paths), askPassphrase: undefined });
  } catch (error) {
    if (error instanceof KeychainUnavailable) return undefined;
    throw error;
  }
}

function damagedPin(what: string): HallpassError {
  return new HallpassError('ERR_CREDENTIALS_DAMAGED', `the ${what} that was pinned at login can't be read`);
}
