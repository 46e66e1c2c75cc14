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
    variables,
  };
}
