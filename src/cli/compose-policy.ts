import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Governed } from '../app/follow-policy.ts';
import type { ExceptionsFor } from '../app/in-force.ts';
import type { PolicyOwner } from '../app/policy/policy-file.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { nearest } from '../core/nearest.ts';
import type { CentralRules } from '../core/mask/central/central.ts';
import { GUARD } from '../core/policy/baseline.ts';
import { createPolicy, type Policy } from '../core/policy/evaluate.ts';
import { exceptionsWord } from '../core/policy/exceptions-word.ts';
import type { ExceptionsWord, PolicyLayer } from '../core/policy/rule.ts';
import { visible } from '../core/visible.ts';
import type { CentralLogin } from './compose-central.ts';
import { ownExceptions } from './compose-exceptions.ts';
import { readSmallFile } from '../platform/files.ts';
import { isWithin, requireOwnFile } from '../platform/own-file.ts';

/** Lies beside hallpass.yaml in a project. It came with the project, so it can only tighten, and needs no trust for that. */
export const PROJECT_POLICY = 'hallpass.policy.yaml';

/** Lies in the user's configuration directory, and is in force where no other is named. */
export const USER_POLICY = 'policy.yaml';

export interface PolicySources {
  /** `--policy`, else HALLPASS_POLICY: the name of a shipped one, or a file. Undefined: the user's own, else `guard`. */
  readonly chosen: string | undefined;
  readonly configDir: string;
  readonly workspace: string;
}

/** The policy of who works here, before any hub has its say. */
export interface OwnPolicy {
  /** The project's comes last. */
  readonly layers: readonly [PolicyLayer, ...PolicyLayer[]];
  readonly policy: Policy;
  readonly masking: CentralRules | undefined;
  /** Whether what a person excepts may pass, as far as they say. */
  readonly mayExcept: ExceptionsWord;
  /** What the person excepts; undefined: nothing. */
  readonly exceptions: ExceptionsFor | undefined;
}

/** A layer of the policy in force, and where it comes from. */
export interface LayerInForce {
  readonly layer: PolicyLayer;
  readonly from: string;
  /** A hub's: nothing on top of it can loosen what it says. */
  readonly isHub?: true;
}

export type LayersInForce = readonly [LayerInForce, ...LayerInForce[]];

/**
 * The policy of who works here: what was chosen, and on top what the project adds. Where there is neither nothing of policies
 * is loaded.
 *
 * @throws {HallpassError} ERR_CONFIG, ERR_NO_SUCH_FILE
 */
export async function ownPolicy(sources: PolicySources, note: (line: string) => void): Promise<OwnPolicy> {
  const layers = await ownLayers(sources);
  const mayExcept = exceptionsWord(layers);
  const exceptions = mayExcept === 'allow' ? await ownExceptions(sources, note) : undefined;
  return { layers, policy: createPolicy(layers), masking: layers[0].masking, mayExcept, exceptions };
}

async function ownLayers(sources: PolicySources): Promise<OwnPolicy['layers']> {
  if (chosenBy(sources) === undefined && !existsSync(join(sources.workspace, PROJECT_POLICY))) return [GUARD];
  const [first, ...others] = await policyLayers(sources);
  return [first.layer, ...others.map(({ layer }) => layer)];
}

/** What the hub has to say of whoever is logged in there; without a login no hub has a say, and nothing of it is loaded. */
export async function centralFor({
  upload: { recorder },
  layers,
  presenter,
}: {
  readonly upload: { readonly recorder: CentralLogin | undefined };
  readonly layers: OwnPolicy['layers'];
  readonly presenter: { readonly note: (line: string) => void };
}): Promise<Governed | undefined> {
  if (recorder === undefined) return undefined;
  const { governedBy } = await import('./compose-central.ts');
  return governedBy(recorder, layers, presenter.note);
}

/**
 * Its layers, the first below all others.
 *
 * @throws {HallpassError} ERR_CONFIG, ERR_NO_SUCH_FILE
 */
export async function policyLayers(sources: PolicySources): Promise<LayersInForce> {
  const { name, from } = chosenBy(sources) ?? { name: 'guard', from: 'the default: none is chosen' };
  const first = { layer: await loadPolicy(name), from };
  if ((first.layer.restores ?? []).length > 0) checkOutside(name, sources);
  const project = join(sources.workspace, PROJECT_POLICY);
  if (!existsSync(project)) return [first];
  const { parsePolicy } = await import('../app/policy/policy-file.ts');
  const layer = parsePolicy(readPolicy(project), project, 'project');
  return [first, { layer, from: `the project, which can only tighten: ${project}` }];
}

/**
 * What the policy of who works here has masked, whatever lies in a project: that has no say in it.
 *
 * @throws {HallpassError} ERR_CONFIG, ERR_NO_SUCH_FILE
 */
export async function ownMasking(
  sources: Omit<PolicySources, 'workspace'>,
): Promise<CentralRules | undefined> {
  const chosen = chosenBy(sources);
  return chosen && (await loadPolicy(chosen.name)).masking;
}

/**
 * A shipped policy by its name, or a file.
 *
 * @throws {HallpassError} ERR_CONFIG, ERR_NO_SUCH_FILE
 */
export async function loadPolicy(name: string): Promise<PolicyLayer> {
  const [{ parsePolicy, shippedPolicy }, { isShipped }] = await Promise.all([
    import('../app/policy/policy-file.ts'),
    import('../app/policy/shipped.ts'),
  ]);
  return isShipped(name) ? shippedPolicy(name) : parsePolicy(readPolicy(name), name, ownerOf(name));
}

// Whatever lies in a project may be an attacker's, also where an argument names it.
function checkOutside(file: string, { workspace, configDir }: PolicySources): void {
  if (!isWithin(file, workspace) || isWithin(file, configDir)) return;
  throw new HallpassError('ERR_CONFIG', `${file}: restore: what goes in clear is not for a project to say`, {
    hint: 'Keep a policy that puts secrets back outside of the project, as policy.yaml where hallpass has its settings.',
  });
}

function ownerOf(file: string): PolicyOwner {
  return basename(file) === PROJECT_POLICY ? 'project' : 'user';
}

function chosenBy({
  chosen,
  configDir,
}: Omit<PolicySources, 'workspace'>): { name: string; from: string } | undefined {
  if (chosen !== undefined) return { name: chosen, from: `chosen: ${chosen}` };
  const own = join(configDir, USER_POLICY);
  if (!existsSync(own)) return undefined;
  requireOwnFile(own);
  return { name: own, from: `your own: ${own}` };
}

/** @throws {HallpassError} ERR_NO_SUCH_FILE */
export function readPolicy(file: string): string {
  const bytes = readSmallFile(file, LIMITS.policyBytes);
  if (bytes !== undefined) return bytes.toString('utf8');
  const guess = nearest(file, SHIPPED_NAMES);
  throw new HallpassError('ERR_NO_SUCH_FILE', `there is no policy ${visible(file, { oneLine: true })}`, {
    hint: `It is a file, or one of ${SHIPPED_NAMES.join(', ')}.${guess === undefined ? '' : ` Did you mean ${guess}?`}`,
  });
}

// Those of src/app/policy/shipped.ts, which is not loaded for a message.
const SHIPPED_NAMES = ['observe', 'guard', 'approve', 'locked'];
