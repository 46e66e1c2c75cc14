import type { ExportedToken } from '../identity/export-token.ts';
import type { Terminal } from './terminal.ts';

/** The token alone, or all that is known of it as JSON: on stdout, terminal or not. */
export function presentToken(token: ExportedToken, to: { json: boolean; terminal: Terminal }): void {
  if (to.json) to.terminal.json(token);
  else to.terminal.result(token.token);
}
