import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { HubPolicy, PolicySource } from '../hub/policy/policy-board.ts';
import { checkSamples, sampleProblem } from './policy/masking-samples.ts';
import { parsePolicy, policyDocument } from './policy/policy-file.ts';

export interface PolicyFileDeps {
  /** Throws ERR_NO_SUCH_FILE. */
  readonly readText: (path: string) => string;
  /** Calls when the file may have changed, or when somebody `asked` for it to be read, until the function returned is called. */
  readonly watch: (path: string, changed: (asked: boolean) => void) => () => void;
}

/** A hub's policy from a file, and again whenever that has changed. */
export function hubPolicySource(
  { path, maxAgeMs }: { path: string; maxAgeMs: number },
  { readText, watch }: PolicyFileDeps,
): PolicySource {
  return {
    read: () => ({ ...readHubPolicy(readText(path), path), maxAgeMs }),
    watch: (changed) => watch(path, changed),
  };
}

/**
 * Reads the policy of a hub and tries its samples, which stay here: clients have no use for them.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function readHubPolicy(text: string, path: string): Omit<HubPolicy, 'maxAgeMs'> {
  const { version, masking } = parsePolicy(text, path, 'hub');
  const failed = masking === undefined ? undefined : checkSamples(masking).find(({ ok }) => !ok);
  if (failed !== undefined) throw new HallpassError('ERR_CONFIG', `${path}: ${sampleProblem(failed)}`);
  const document = policyDocument(text);
  if (Buffer.byteLength(document) <= LIMITS.hubPolicyBytes) return { version, document, masking };
  throw new HallpassError(
    'ERR_CONFIG',
    `${path}: a policy for clients has at most ${LIMITS.hubPolicyBytes} bytes`,
  );
}
