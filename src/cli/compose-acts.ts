import { type LocalActsDeps, localActs } from '../app/review/acts.ts';
import type { WrittenOut } from '../app/review/written-out.ts';
import type { VerifyDeps } from '../app/verify.ts';
import type { ExportFormat, ReviewActs } from '../core/review/source.ts';
import { amendDeps } from './compose-amend.ts';
import type { Terminal } from './terminal.ts';
import type { ExportRequest, Written } from './write-export.ts';

/**
 * What can be done with the sessions of this machine. The terminal's notes must not go where a screen is; what an act needs
 * besides loads when it is done.
 */
export function composeActs(terminal: Terminal, profile: string | undefined): ReviewActs {
  const amend = amendDeps(terminal);
  const deps: LocalActsDeps = {
    sessions: amend.sessions,
    note: amend.note,
    amend,
    uploads: async () => {
      const { openUploads } = await import('./compose-upload.ts');
      return openUploads(profile, terminal);
    },
    write: writerOut(terminal),
    allow: {
      sessions: amend.sessions,
      allowingIn: async (workspace) => {
        const { allowingIn } = await import('./compose-allow-value.ts');
        return allowingIn(workspace, amend.note);
      },
    },
  };
  return localActs(deps);
}

const SUFFIXES: Readonly<Record<ExportFormat, string>> = { json: '.json', bundle: '', asciicast: '.cast' };

/** Writes sessions out, into the working directory: of this machine, or of where `elsewhere` says. */
export function writerOut(
  terminal: Terminal,
): (session: string, format: ExportFormat, elsewhere?: VerifyDeps) => Promise<WrittenOut> {
  return async (session, format, elsewhere) => {
    const path = `hallpass-session-${session}${SUFFIXES[format]}`;
    const { inspected } = await write(format, { query: session, output: path, elsewhere }, terminal);
    return { path, problem: inspected.problem };
  };
}

async function write(format: ExportFormat, request: ExportRequest, terminal: Terminal): Promise<Written> {
  const { writeSession } = await import('./write-export.ts');
  return writeSession(format, request, terminal);
}
