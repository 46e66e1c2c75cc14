import { HallpassError } from '../core/errors.ts';
import type { SessionSummary } from '../core/session/summary.ts';
import { visible } from '../core/visible.ts';
import { confirm } from './confirm.ts';
import type { Terminal } from './terminal.ts';

/** Asks before a session is deleted. Throws ERR_NOT_CONFIRMED where there is nobody to ask. */
export function confirmDelete(terminal: Terminal): (session: SessionSummary) => Promise<boolean> {
  return ({ session, connection, started_at }) => {
    if (!terminal.stdinIsTty || !terminal.stderrIsTty)
      throw new HallpassError('ERR_NOT_CONFIRMED', `session ${session} is not deleted: nobody said so`);
    const about = visible(`${connection ?? 'unreadable'}, ${started_at ?? 'unknown time'}`, {
      oneLine: true,
    });
    return confirm(`Delete session ${session} (${about}) for good?`);
  };
}
