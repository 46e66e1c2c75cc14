import type { Tried } from '../app/upload-spooled.ts';
import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

/** What became of each session: a line, or for scripts a JSON object. */
export function presentUploads(
  tried: readonly Tried[],
  { json }: { json: boolean },
  terminal: Terminal,
): void {
  if (tried.length === 0 && !json) terminal.note('nothing is waiting to be uploaded');
  for (const one of tried) {
    if (json) terminal.json(one.result);
    else terminal.result(uploadLine(one));
  }
}

/** One session in one sentence. */
export function uploadLine({ result, error }: Tried): string {
  const { session, hub, state, attested, index, reason } = result;
  const why = visible(reason ?? '', { oneLine: true });
  if (state === 'uploaded')
    return `session ${session} is at ${hub}, ${attested === true ? 'attested' : 'unattested'}: leaf ${index} of its log`;
  if (state === 'quarantined') return `session ${session} stays here, the hub will not have it: ${why}`;
  // Later alone would be no better.
  const first =
    error?.code === 'ERR_AUTH' ? ` ${visible(error.hint, { oneLine: true }).replace(/\.$/, '')}.` : '';
  return `session ${session} is not at ${hub} yet, and unattested until it is: ${why}.${first} Later: hallpass sessions upload --pending`;
}
