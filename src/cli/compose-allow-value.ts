import { join } from 'node:path';

import type { AllowValueDeps } from '../app/allow-value.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { collectKnown } from '../core/mask/collect-known.ts';
import { tagOf } from '../core/mask/exceptions.ts';
import { KnownValues } from '../core/mask/known-values.ts';
import { Placeholders } from '../core/mask/placeholders.ts';
import { profileName } from '../identity/profile.ts';
import { readEnvironment } from '../platform/environment.ts';
import { readOwnFile, writeOwnFile } from '../platform/own-file.ts';
import { whyNotOwn } from '../platform/own-place.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { openDeviceVault } from './compose.ts';
import { addStoredSecrets } from './compose-credential.ts';
import { EXCEPTIONS_FILE } from './compose-exceptions.ts';
import { layersHere } from './policy-layers.ts';
import { surroundingVariables } from './surrounding-variables.ts';

/** What letting a value of a workspace pass takes. The vault is opened for it. */
export async function allowingIn(workspace: string, note: (line: string) => void): Promise<AllowValueDeps> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const keys = await openDeviceVault(environment, paths);
  if (!keys.persistent)
    throw new HallpassError(
      'ERR_KEYCHAIN',
      `${keys.why ?? 'no key is kept'}: no placeholder outlives its session`,
      {
        hint: 'HALLPASS_PASSPHRASE, once set, keeps the keys; from then on values keep their placeholders.',
      },
    );
  const placeholders = new Placeholders(keys.workspaceKey(workspace));
  const known = new KnownValues();
  collectKnown(known, surroundingVariables(environment, workspace, note));
  addStoredSecrets(known, keys, { paths, profile: profileName(environment.profile) });
  const file = join(paths.configDir, EXCEPTIONS_FILE);
  return {
    placeholders,
    knownFrom: (placeholder) => known.sourceWhere((value) => isOf(value, placeholder, placeholders)),
    file,
    read: () => readOwn(file, workspace),
    write: (text) => writeOwnFile(file, text),
    today: () => new Date().toISOString().slice(0, 10),
    whyNot: () => whyNot(note),
  };
}

function isOf(value: Uint8Array, placeholder: string, placeholders: Placeholders): boolean {
  const forms = (['plain', 'base64url'] as const).map((as) => placeholders.issue('known', value, as));
  return forms.some((form) => tagOf(form) === tagOf(placeholder));
}

/** The text of a file of the person's own. Throws ERR_CONFIG for one that is not used. */
export function readOwn(file: string, workspace: string): string | undefined {
  const read = readOwnFile(file, { limit: LIMITS.allowFileBytes, project: workspace });
  if (read !== undefined && 'text' in read) return read.text;
  const why = read === undefined ? whyNotOwn(file) : read.unusable;
  if (why === undefined) return undefined;
  throw new HallpassError('ERR_CONFIG', `${file} is not used: ${why}`, {
    hint: 'Exceptions count from a file that is yours alone, outside of the project: HALLPASS_CONFIG_DIR says where.',
  });
}

async function whyNot(note: (line: string) => void): Promise<string | undefined> {
  const layers = await layersHere(note);
  const hub = layers.find(({ isHub }) => isHub === true);
  const own = layers.filter(({ isHub }) => isHub !== true);
  if (hub !== undefined && hub.layer.exceptions !== 'allow')
    return `the policy of ${hub.from} does not say "exceptions: allow"`;
  const denying = own.find(({ layer }) => layer.exceptions === 'deny');
  return denying && `the policy in force says "exceptions: deny" (${denying.from})`;
}
