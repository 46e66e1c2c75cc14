import process from 'node:process';

import { HallpassError } from '../core/errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import { fileExists } from '../platform/files.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { type LayerInForce, type LayersInForce, policyLayers } from './compose-policy.ts';

type Note = (line: string) => void;

/** The policies in force here: the hub's where somebody is logged in, one's own, the project's. */
export async function layersHere(note: Note): Promise<LayersInForce> {
  const environment = readEnvironment();
  const { configDir, credentialsDir } = hallpassPaths(environment);
  const workspace = findWorkspace(process.cwd());
  const own = await policyLayers({ chosen: environment.policy, configDir, workspace });
  // A CI job keeps no login, and has the policy of the hub that is named for it.
  const mayHaveHub = fileExists(credentialsDir) || environment.hub !== undefined;
  const central = mayHaveHub ? await hubsLayer(note) : undefined;
  return central === undefined ? own : [central, ...own];
}

// What can't be had here stops `connect`; to explain the rest is still worth something.
async function hubsLayer(note: Note): Promise<LayerInForce | undefined> {
  try {
    return await askHub(note);
  } catch (error) {
    if (!(error instanceof HallpassError)) throw error;
    note(`hallpass: the hub's policy is left out: ${error.message}`);
    return undefined;
  }
}

async function askHub(note: Note): Promise<LayerInForce | undefined> {
  const { openIdentity } = await import('./compose-identity.ts');
  const identity = await openIdentity(undefined);
  const { hub, login } = identity.state;
  if (hub === undefined || login === undefined) return undefined;
  const [{ centralDeps }, { openCentralPolicy }, { parsePolicy }] = await Promise.all([
    import('./compose-central.ts'),
    import('../app/central-policy.ts'),
    import('../app/policy/policy-file.ts'),
  ]);
  const signed = await openCentralPolicy(
    centralDeps({ hub, login, identity }, (line) => note(`hallpass: ${line}`)),
  );
  if (signed?.document === undefined) return undefined;
  const layer = parsePolicy(signed.document, `policy of ${hub.hub}`, 'hub');
  return { layer: { ...layer, version: signed.version }, from: `the hub: ${hub.hub}`, isHub: true };
}
