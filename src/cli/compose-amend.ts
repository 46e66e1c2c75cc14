import process from 'node:process';

import type { AmendDeps } from '../app/amend.ts';
import { LIMITS } from '../core/limits.ts';
import { readEnvironment } from '../platform/environment.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { UploadFiles } from '../platform/upload-files.ts';
import { UploadSpool } from '../platform/upload-spool.ts';
import { sessionsDeps } from './compose-sessions.ts';
import type { Terminal } from './terminal.ts';

/** Wires notes and redactions to this machine. The rules that mask what somebody writes load when somebody does. */
export function amendDeps(terminal: Terminal): AmendDeps {
  const { sessionsDir, uploadsDir } = hallpassPaths(readEnvironment());
  const base = sessionsDeps(terminal);
  const [files, spool] = [new UploadFiles(sessionsDir), new UploadSpool(uploadsDir)];
  return {
    ...base,
    uploads: {
      lock: (session) => spool.lock(session, LIMITS.lockMs),
      sentTo: (session) => {
        const entry = spool.find(session);
        if (entry?.sent === true) return entry.hub;
        return files.receipt(session) === undefined ? undefined : 'a hub';
      },
    },
    mask: async (text, session) => {
      const { maskRemark } = await import('./mask-remark.ts');
      return maskRemark(text, files.start(session)?.workspace ?? process.cwd(), base.note);
    },
    attended: process.stdin.isTTY === true,
  };
}
