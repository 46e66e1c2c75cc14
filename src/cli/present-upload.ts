import type { Tried, UploadResult } from '../app/upload-spooled.ts';
import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

/** What became of each session: a line, or for scripts a JSON object. */
export function presentUploads(
  tried: readonly Tried[],
  { json }: { json: boolean },
  terminal: Terminal,
): void {
  if (tried.length === 0 && !json) terminal.note('nothing is waiting to be uploaded');
  for (const { result } of tried) {
    if (json) terminal.json(result);
    else terminal.result(uploadLine(result));
  }
}

/** One session in one sentence. */
export function uploadLine(result: UploadResult): string {
  const { session, hub, state, attested, index, reason } = result;
  const why = visible(reason ?? '', { oneLine: true });
  if (state === 'uploaded')
    return `session ${session} is at ${hub}, ${attested === true ? 'attested' : 'unattested'}: leaf ${index} of its log`;
  if (state === 'quarantined') return `session ${session} stays here, the hub will not have it: ${why}`;
  return `session ${session} is not at ${hub} yet, and unattested until it is: ${why}. Later: hallpass sessions upload --pending`;
}
