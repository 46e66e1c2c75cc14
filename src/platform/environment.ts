import process from 'node:process';

import { Secret } from '../core/secret.ts';

/** The `HALLPASS_*` settings; undefined where unset or empty. */
export interface Environment {
  readonly stateDir: string | undefined;
  readonly configDir: string | undefined;
  readonly cacheDir: string | undefined;
  /** `keyring`, `keytar` or `file`; unchecked. */
  readonly keychain: string | undefined;
  readonly passphrase: Secret | undefined;
  /** Address of the usual hub; unchecked. */
  readonly hub: string | undefined;
  /** For whom tokens of a CI job have to be, where that is not the hub; unchecked. */
  readonly audience: string | undefined;
  /** Address of a document that describes hallpass to authorization servers; unchecked. */
  readonly clientDocument: string | undefined;
  /** Name of the profile; unchecked. */
  readonly profile: string | undefined;
  /** A shipped policy by name, or a file; unchecked. */
  readonly policy: string | undefined;
  /** CI=true, or what else a CI system sets it to. */
  readonly ci: boolean;
  /** All variables, for children and for known secrets. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The one place that reads the process's environment. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const read = (name: string): string | undefined => variables[name] || undefined;
  const passphrase = read('HALLPASS_PASSPHRASE');
  return {
    stateDir: read('HALLPASS_STATE_DIR'),
    configDir: read('HALLPASS_CONFIG_DIR'),
    cacheDir: read('HALLPASS_CACHE_DIR'),
    keychain: read('HALLPASS_KEYCHAIN'),
    passphrase: passphrase === undefined ? undefined : new Secret(passphrase),
    hub: read('HALLPASS_HUB'),
    audience: read('HALLPASS_AUDIENCE'),
    clientDocument: read('HALLPASS_OAUTH_CLIENT'),
    profile: read('HALLPASS_PROFILE'),
    policy: read('HALLPASS_POLICY'),
    ci: read('CI') !== undefined && read('CI') !== 'false' && read('CI') !== '0',
    variables,
  };
}
