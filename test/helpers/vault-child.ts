/** Opens the vault that the environment names and says which keys it got. */
import process from 'node:process';

import { readEnvironment } from '../../src/platform/environment.ts';
import { systemKeychain } from '../../src/platform/keychain.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';
import { openVault } from '../../src/platform/vault.ts';

const environment = readEnvironment();
const vault = await openVault({
  ...hallpassPaths(environment),
  choice: environment.keychain,
  passphrase: environment.passphrase,
  keychain: systemKeychain,
  scryptN: 2 ** 10,
});
const workspace = Buffer.from(vault.workspaceKey('/workspace')).toString('hex');
const { persistent, why, signer } = vault;
process.stdout.write(JSON.stringify({ key: signer.record.key, workspace, persistent, why }));
