import type { Verified } from '../app/verify.ts';
import { allowedSignersFile, sessionsDeps } from './compose-sessions.ts';
import type { Terminal } from './terminal.ts';

/** A verification, and the file of the keys that were believed. */
export interface VerifyRun {
  readonly verified: Verified;
  readonly signers: string;
}

/** Verifies a session of this machine, or a log by its path. */
export async function verifyHere(
  target: string,
  allowedSigners: string | undefined,
  terminal: Terminal,
): Promise<VerifyRun> {
  const { verify } = await import('../app/verify.ts');
  const verified = await verify({ target, allowedSigners }, sessionsDeps(terminal));
  return { verified, signers: allowedSigners ?? allowedSignersFile() };
}

/** Verifies a session of the hub. */
export async function verifyThere(
  query: string,
  profile: string | undefined,
  terminal: Terminal,
): Promise<VerifyRun> {
  const [{ verifyHub }, { readingHub }] = await Promise.all([
    import('../app/verify-hub.ts'),
    import('./compose-upload.ts'),
  ]);
  return readingHub(profile, async (hub) => {
    const verified = await verifyHub(query, hub);
    await hub.uploadWaiting((line) => terminal.note(`hallpass: ${line}`));
    return { verified, signers: allowedSignersFile() };
  });
}
