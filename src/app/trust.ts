import { parseProjectFile } from './project-file.ts';
import { HallpassError } from '../core/errors.ts';
import type { ConfigFile } from './project.ts';

export interface TrustDeps {
  readonly readProjectFile: () => ConfigFile | undefined;
  readonly isTrusted: (file: ConfigFile) => boolean;
  readonly trust: (file: ConfigFile) => void;
  /** Shows the file as it is, so that a person can judge it. */
  readonly show: (file: ConfigFile) => void;
  /** Asks the person; undefined where there is nobody to ask. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}

export interface TrustResult {
  readonly path: string;
  readonly digest: string;
  readonly trusted: boolean;
}

/**
 * Lets a project's `hallpass.yaml` take effect, as it is now. A person says yes after seeing it, or names its digest.
 *
 * @throws {HallpassError} ERR_CONFIG when the file is missing or wrong, ERR_UNTRUSTED_PROJECT when nobody agreed
 */
export async function trustProject(
  { digest }: { digest: string | undefined },
  deps: TrustDeps,
): Promise<TrustResult> {
  const file = deps.readProjectFile();
  if (file === undefined)
    throw new HallpassError('ERR_CONFIG', 'there is no hallpass.yaml here', {
      hint: 'Run it in the project that has one.',
    });
  parseProjectFile(file.text, file.path);
  if (deps.isTrusted(file)) return { path: file.path, digest: file.digest, trusted: true };
  if (!(await agreed(file, digest, deps))) throw digest === undefined ? notTrusted(file) : otherDigest(file);
  deps.trust(file);
  return { path: file.path, digest: file.digest, trusted: true };
}

async function agreed(file: ConfigFile, digest: string | undefined, deps: TrustDeps): Promise<boolean> {
  if (digest !== undefined) return digest.toLowerCase() === file.digest;
  deps.show(file);
  return (await deps.confirm?.('Trust this file as it is now?')) === true;
}

// The right one is not told: what is named is to have been read.
function otherDigest({ path }: ConfigFile): HallpassError {
  return new HallpassError(
    'ERR_UNTRUSTED_PROJECT',
    `${path} stays untrusted: that is not its digest as it is now`,
    {
      hint: 'It may have changed since it was read. To read it again: hallpass trust',
    },
  );
}

function notTrusted({ path, digest }: ConfigFile): HallpassError {
  return new HallpassError('ERR_UNTRUSTED_PROJECT', `${path} stays untrusted`, {
    hint: `Say yes on a terminal, or name what was read: hallpass trust --digest ${digest}`,
  });
}
