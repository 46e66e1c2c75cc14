import { join } from 'node:path';

import type { ExceptionsFor } from '../app/in-force.ts';
import { LIMITS } from '../core/limits.ts';
import { readOwnFile } from '../platform/own-file.ts';

/** Lies in the user's configuration directory, beside their policy. */
export const EXCEPTIONS_FILE = 'exceptions.yaml';

/**
 * What the person lets pass, as it is now: a session goes by what there was when it started. Undefined: there is no file, and
 * nothing of it is loaded.
 */
export async function ownExceptions(
  { configDir, workspace }: { readonly configDir: string; readonly workspace: string },
  note: (line: string) => void,
): Promise<ExceptionsFor | undefined> {
  const file = join(configDir, EXCEPTIONS_FILE);
  const read = readOwnFile(file, { limit: LIMITS.allowFileBytes, project: workspace });
  if (read === undefined) return undefined;
  if ('unusable' in read) {
    note(`the exceptions of ${file} are not used: ${read.unusable}`);
    return undefined;
  }
  const { exceptionsInForce } = await import('../app/value-exceptions.ts');
  return (about) => exceptionsInForce({ file, text: read.text }, about);
}
