import type { AcceptedDefinition } from '../app/accept-definitions.ts';
import { definitionName } from '../core/policy/definitions/tell.ts';
import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

/** What `trust --tools` came to: a line for each definition. */
export function presentAccepted(
  accepted: readonly AcceptedDefinition[],
  terminal: Terminal,
  { json }: { json: boolean },
): void {
  for (const one of accepted) {
    if (json) terminal.json(one);
    else terminal.result(visible(`accepted ${definitionName(one)} of ${one.connection}`, { oneLine: true }));
  }
  if (accepted.length === 0) terminal.note('Nothing has changed that is not accepted.');
}
