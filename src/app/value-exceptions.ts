import { createHash } from 'node:crypto';

import { Exceptions } from '../core/mask/exceptions.ts';
import type { Placeholders } from '../core/mask/placeholders.ts';
import type { ExceptionsRecord } from '../core/session/event.ts';
import { parseValueExceptions } from './value-exceptions-file.ts';

/** The person's file, as it is when a session starts. */
export interface ValueExceptionsText {
  readonly file: string;
  readonly text: string;
}

/** What passes in a session, and what its record says of that. */
export interface ExceptionsInForce {
  readonly exceptions: Exceptions;
  readonly record: ExceptionsRecord;
}

/**
 * What of the person's file counts in a session: what is about its connection, by placeholders that this workspace has issued.
 * Undefined: nothing of it does.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function exceptionsInForce(
  { file, text }: ValueExceptionsText,
  { connection, placeholders }: { readonly connection: string; readonly placeholders: Placeholders },
): ExceptionsInForce | undefined {
  const about = parseValueExceptions(text, file).filter(
    (one) => (one.connection ?? connection) === connection && placeholders.isIssued(one.placeholder),
  );
  if (about.length === 0) return undefined;
  const digest = createHash('sha256').update(text).digest('hex');
  return {
    exceptions: new Exceptions(about),
    record: { count: about.length, digest, unattended_possible: true },
  };
}
