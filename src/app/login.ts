import { hubOrigin } from '../identity/address.ts';
import type { Fetch } from '../identity/ask.ts';
import type { DeviceCode } from '../identity/device-code.ts';
import { discoverHub } from '../identity/hub-discovery.ts';
import { checkPins } from '../identity/hub-pins.ts';
import { Issuer } from '../identity/issuer.ts';
import type { Hub, LoginState } from '../identity/login-state.ts';
import { HallpassError } from '../core/errors.ts';

export interface LoginInput {
  /** As a person names it; undefined for the one of the profile. */
  readonly hub: string | undefined;
  /** Pin the keys that the hub has now, whatever they were. */
  readonly acceptNewKeys: boolean;
}

export interface LoginDeps {
  /** Opens the profile. Throws ERR_KEYCHAIN where nothing could be kept. */
  readonly openState: () => Promise<LoginState>;
  readonly ask: Fetch;
  /** Value of HALLPASS_HUB. */
  readonly usualHub: string | undefined;
  /** In CI with no person watching. */
  readonly unattended: boolean;
  readonly onHub: (hub: Hub) => void;
  /** Shows the code, and may open a browser. */
  readonly onCode: (code: DeviceCode) => void;
  readonly note: (line: string) => void;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
}

/** Who is logged in, for people and scripts. */
export interface Identified {
  readonly profile: string;
  readonly subject: string;
  readonly groups: readonly string[];
  /** End of the ID token; renewed when needed, while the issuer allows it. */
  readonly expires_at: string;
}

/**
 * Logs in to a hub by the device flow of its issuer. Nothing of an earlier login is touched until the new one is there.
 *
 * @throws {HallpassError} ERR_AUTH, ERR_KEYCHAIN, ERR_HUB_KEYS_CHANGED, ERR_HUB_UNREACHABLE, ERR_ISSUER_UNREACHABLE…
 */
export async function login(input: LoginInput, deps: LoginDeps): Promise<Identified> {
  if (deps.unattended) throw nobodyThere();
  const state = await deps.openState();
  const hub = await discoverHub(hubOf(input, state, deps), deps.ask);
  if (!input.acceptNewKeys) checkPins(hub, state);
  deps.onHub(hub);
  const issuer = await Issuer.of(hub, deps.ask);
  const { onCode, wait, now, note } = deps;
  const issued = await issuer.deviceLogin({ onCode, wait, now, onTrouble: note });
  const held = await state.lock();
  try {
    const generation = (state.login?.generation ?? 0) + 1;
    state.forget();
    state.saveHub(hub);
    state.saveLogin({ ...issued, generation });
  } finally {
    held.release();
  }
  return identified(state.profile, issued);
}

/** The hub that a login goes to which names none; undefined: it has to name one. Throws ERR_USAGE, ERR_INSECURE_ADDRESS. */
export function knownHub(state: LoginState, usualHub: string | undefined): string | undefined {
  const words = usualHub ?? state.hub?.hub;
  return words === undefined ? undefined : hubOrigin(words);
}

/** The public part of a login. */
export function identified(
  profile: string,
  { subject, groups, expiresAt }: { subject: string; groups: readonly string[]; expiresAt: number },
): Identified {
  return { profile, subject, groups, expires_at: new Date(expiresAt).toISOString() };
}

function hubOf({ hub }: LoginInput, state: LoginState, { usualHub }: LoginDeps): string {
  const known = hub === undefined ? knownHub(state, usualHub) : hubOrigin(hub);
  if (known !== undefined) return known;
  throw new HallpassError('ERR_USAGE', 'login needs the address of a hub', {
    hint: 'For example: hallpass login https://hub.example.com. HALLPASS_HUB names one for good.',
  });
}

function nobodyThere(): HallpassError {
  return new HallpassError('ERR_AUTH', 'login shows a code that a person has to approve, and this is CI', {
    hint: 'Log in on a terminal. Where a person does watch, unset CI.',
  });
}
