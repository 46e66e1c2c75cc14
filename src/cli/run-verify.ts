import type { Verified } from '../app/verify.ts';
import { sessionsDeps } from './compose-sessions.ts';
import type { Terminal } from './terminal.ts';

/** Verifies a session of this machine, or a log by its path. */
export async function verifyHere(
  target: string,
  allowedSigners: string | undefined,
  terminal: Terminal,
): Promise<Verified> {
  const { verify } = await import('../app/verify.ts');
  return verify({ target, allowedSigners }, sessionsDeps(terminal));
}

/** Verifies a session of the hub. */
export async function verifyThere(
  query: string,
  profile: string | undefined,
  terminal: Terminal,
): Promise<Verified> {
  const [{ verifyHub }, { readingHub }] = await Promise.all([
    import('../app/verify-hub.ts'),
    import('./compose-upload.ts'),
  ]);
  return readingHub(profile, async (hub) => {
    const verified = await verifyHub(query, hub);
    await hub.uploadWaiting((line) => terminal.note(`hallpass: ${line}`));
    return verified;
  });
}
