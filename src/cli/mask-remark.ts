import { collectKnown } from '../core/mask/collect-known.ts';
import { KnownValues } from '../core/mask/known-values.ts';
import { maskReason } from '../core/mask/mask-reason.ts';
import { createMasker } from '../core/mask/masker.ts';
import { maskedString } from '../core/mask/masked-string.ts';
import { Placeholders } from '../core/mask/placeholders.ts';
import { profileName } from '../identity/profile.ts';
import { readEnvironment } from '../platform/environment.ts';
import { fileExists } from '../platform/files.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { openDeviceVault } from './compose.ts';
import { addStoredSecrets } from './compose-credential.ts';
import { remarkRules } from './remark-rules.ts';
import { surroundingVariables } from './surrounding-variables.ts';

/**
 * What a person writes into a session's log, masked as what was recorded there: by the rules, and by what is known here to be
 * secret, with the placeholders of its workspace.
 */
export async function maskRemark(
  text: string,
  workspace: string,
  note: (line: string) => void,
): Promise<string> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const keys = await openDeviceVault(environment, paths);
  const known = new KnownValues();
  collectKnown(known, surroundingVariables(environment, workspace, note));
  addStoredSecrets(known, keys, { paths, profile: profileName(environment.profile) });
  const placeholders = new Placeholders(keys.workspaceKey(workspace));
  const central = await remarkRules(keys, { environment, paths });
  return maskedString(createMasker({ placeholders, known, central }), text);
}

/** What a person says of an approval that is decided here, masked by the rules alone. */
export async function maskReasonHere(reason: string): Promise<string> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  // Who never logged in anywhere is not to be asked for a passphrase.
  const keys = fileExists(paths.credentialsDir) ? await openDeviceVault(environment, paths) : undefined;
  return maskReason(reason, await remarkRules(keys, { environment, paths }));
}
