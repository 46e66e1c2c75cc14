import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { BASELINE } from '../core/policy/baseline.ts';
import type { Policy } from '../core/policy/evaluate.ts';
import { readSmallFile } from '../platform/files.ts';

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

/**
 * The policy in force: what was chosen, and on top what the project adds. Where there is neither nothing of policies is
 * loaded.
 *
 * @throws {HallpassError} ERR_CONFIG, ERR_NO_SUCH_FILE
 */
export async function openPolicy({ chosen, configDir, workspace }: PolicySources): Promise<Policy> {
  const own = chosen ?? (existsSync(join(configDir, USER_POLICY)) ? join(configDir, USER_POLICY) : undefined);
  const project = join(workspace, PROJECT_POLICY);
  const tightened = existsSync(project);
  if (own === undefined && !tightened) return BASELINE;
  const [{ parsePolicy, shippedPolicy }, { isShipped }, { createPolicy }] = await Promise.all([
    import('../app/policy/policy-file.ts'),
    import('../app/policy/shipped.ts'),
    import('../core/policy/evaluate.ts'),
  ]);
  const name = own ?? 'guard';
  const first = isShipped(name) ? shippedPolicy(name) : parsePolicy(readPolicy(name), name, 'user');
  if (!tightened) return createPolicy([first]);
  return createPolicy([first, parsePolicy(readPolicy(project), project, 'project')]);
}

/** @throws {HallpassError} ERR_NO_SUCH_FILE */
export function readPolicy(file: string): string {
  const bytes = readSmallFile(file, LIMITS.policyBytes);
  if (bytes !== undefined) return bytes.toString('utf8');
  throw new HallpassError('ERR_NO_SUCH_FILE', `there is no policy ${file}`, {
    hint: 'It is a file, or one of observe, guard, approve, locked.',
  });
}
