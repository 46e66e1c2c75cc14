import { addNote, type NoteInput, redactPayloads, type Removable } from '../app/amend.ts';
import { HallpassError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';
import { amendDeps } from './compose-amend.ts';
import { confirm } from './confirm.ts';
import type { Terminal } from './terminal.ts';

export interface RedactRequest {
  /** A session, and events of it. */
  readonly words: readonly string[];
  readonly reason: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `sessions redact`. */
export async function runRedact(request: RedactRequest, terminal: Terminal): Promise<void> {
  const [query, ...events] = request.words;
  if (query === undefined || events.length === 0) throw new HallpassError('ERR_USAGE', USAGE);
  const asked = request.yes ? () => Promise.resolve(true) : askFirst(terminal);
  const input = { query, targets: events.map(eventNumber), reason: request.reason };
  const redacted = await redactPayloads(input, { ...amendDeps(terminal), confirm: asked });
  if (request.json) terminal.json(redacted ?? { session: query, redacted: [], bytes: 0 });
  else if (redacted === undefined) terminal.result('nothing is redacted');
  else terminal.result(redactedText(redacted.session, redacted));
}

const USAGE = 'which session, and which events of it?';

/** `sessions note`. */
export async function runNote(
  input: NoteInput,
  { json, terminal }: { json: boolean; terminal: Terminal },
): Promise<void> {
  const noted = await addNote(input, amendDeps(terminal));
  if (json) terminal.json(noted);
  else terminal.result(`noted in session ${noted.session}: ${visible(noted.text, { oneLine: true })}`);
}

function redactedText(
  session: string,
  { redacted, bytes }: { redacted: readonly number[]; bytes: number },
): string {
  const what = redacted.length === 1 ? 'payload' : 'payloads';
  return `${redacted.length} ${what} of session ${session} redacted, ${bytes} bytes are gone`;
}

function eventNumber(word: string): number {
  const number = /^\d{1,15}$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new HallpassError('ERR_USAGE', `${visible(word, { oneLine: true })} is no event`, {
    hint: 'Events are numbers: hallpass sessions show SESSION has them at the left.',
  });
}

function askFirst(terminal: Terminal): (session: string, what: readonly Removable[]) => Promise<boolean> {
  return (session, what) => {
    if (!terminal.stdinIsTty || !terminal.stderrIsTty)
      throw new HallpassError(
        'ERR_NOT_CONFIRMED',
        `nothing of session ${session} is redacted: nobody said so`,
      );
    for (const one of what)
      terminal.note(visible(`${one.seq}  ${one.what}  ${one.bytes} bytes`, { oneLine: true }));
    return confirm(`Remove this from session ${session} for good?`);
  };
}
