import { HallpassError } from '../core/errors.ts';
import type { Hub, LoginState } from './login-state.ts';

/** Refuses a hub whose keys are not those it had before. Throws ERR_HUB_KEYS_CHANGED. */
export function checkPins(hub: Hub, state: LoginState): void {
  const pinned = state.pinned(hub.hub);
  if (pinned === undefined) return;
  const changed = [
    ...(pinned.ssh_ca === hub.ssh_ca ? [] : ['its certificate authority (ssh_ca)']),
    ...(pinned.log_key === hub.log_key ? [] : ['its log key (log_key)']),
  ];
  if (changed.length === 0) return;
  throw new HallpassError(
    'ERR_HUB_KEYS_CHANGED',
    `${hub.hub} shows other keys than at the login before: ${changed.join(' and ')}. Another hub may stand in its place`,
  );
}
