import { readFileSync } from 'node:fs';

import type { AmendmentBody } from '../../src/core/session/event.ts';
import type { Signer } from '../../src/core/session/signer.ts';
import type { GoodSeal } from '../../src/platform/session-amend.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { sessionsIn } from './recorded-session.ts';

/** The seal as it lies there, for who has verified it elsewhere. */
export function goodSeal(files: SessionFiles): GoodSeal {
  const read = (path: string): string => readFileSync(path, 'latin1');
  return { checkpoint: read(files.checkpoint), signature: read(files.signature) };
}

export function redaction(target: number, reason = 'asked to'): AmendmentBody {
  return { kind: 'redact', target, reason, attended: false };
}

export function note(text: string, target?: number): AmendmentBody {
  return { kind: 'note', text, attended: false, ...(target !== undefined && { target }) };
}

/** Amends a session whose seal counts as good. */
export function amend(
  directory: string,
  files: SessionFiles,
  bodies: readonly AmendmentBody[],
  signer?: Signer,
): Promise<void> {
  const check = (): Promise<GoodSeal> => Promise.resolve(goodSeal(files));
  return sessionsIn(directory, signer).amend(files.id, { bodies, check });
}
