import { LIMITS } from '../core/limits.ts';
import type { Signer } from '../core/session/signer.ts';
import type { Paths } from '../platform/paths.ts';

/**
 * Seals what crashed sessions have left, as `sessions list` does. For the end of a command, when nobody waits for a
 * message any more; never for long, and never a reason to fail.
 */
export async function recoverOlder({ sessionsDir }: Paths, signer: Signer): Promise<void> {
  const [{ recoverSessions }, { SessionDirectory }] = await Promise.all([
    import('../app/sessions.ts'),
    import('../platform/session-directory.ts'),
  ]);
  const end = performance.now() + LIMITS.recoverAtEndMs;
  const sessions = new SessionDirectory(sessionsDir, () => Promise.resolve(signer));
  // What is wrong with the directory is told by the command that looks at sessions.
  await recoverSessions(sessions, () => performance.now() > end).catch(() => undefined);
}
