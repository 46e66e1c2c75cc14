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

/**
 * Refuses a hub that variables name while people are logged in on this machine, and only at others: whoever sets variables, as
 * an agent may for what it starts, would choose by whose policy things stored here are used, and who approves that. That it is a
 * CI job is said by variables, too. Throws ERR_DENIED.
 */
export function checkNotElsewhere({ hub }: Hub, profiles: readonly LoginState[]): void {
  const people = profiles.filter(({ login }) => login !== undefined);
  const [first] = people;
  if (first === undefined || people.some((one) => one.hub?.hub === hub)) return;
  throw new HallpassError(
    'ERR_DENIED',
    `on this machine ${first.login?.subject} is logged in at ${first.hub?.hub}: no job has the policy of ${hub} here`,
    {
      hint: 'Without HALLPASS_HUB and HALLPASS_ID_TOKEN the login counts. A job has a place of its own with HALLPASS_STATE_DIR, and hallpass logout ends the login.',
    },
  );
}
