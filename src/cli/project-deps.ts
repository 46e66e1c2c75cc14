import process from 'node:process';

import type { ProjectDeps } from '../app/project.ts';
import { readEnvironment } from '../platform/environment.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { readProjectFile, readUserFile, TrustStore } from '../platform/project.ts';

/** Where connections are named, and whom to believe. */
export function projectDeps(): ProjectDeps {
  const environment = readEnvironment();
  const { configDir, stateDir } = hallpassPaths(environment);
  const trust = new TrustStore(stateDir);
  return {
    readUserFile: () => readUserFile(configDir),
    readProjectFile: () => readProjectFile(process.cwd()),
    isTrusted: (file) => trust.isTrusted(file),
    trustedDigest: environment.variables['HALLPASS_TRUST'],
  };
}
