import type { Authorized, Removed } from '../app/authorize-server.ts';
import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

/** How a person is shown where to go; `opens`: a browser is on its way there. */
export type ShowAuthorization = (url: URL, options: { readonly opens: boolean }) => void;

/** Where to authorize hallpass, for a person, or for a script as an event. The address is a server's. */
export function showAuthorization(
  terminal: Terminal,
  { server, json }: { server: string; json: boolean },
): ShowAuthorization {
  if (json) return (url) => terminal.json({ event: 'authorize', url: url.href });
  return (url, { opens }) => {
    terminal.note(`${visible(server, { oneLine: true })} wants you to let hallpass in.`);
    terminal.note(
      `${opens ? 'A browser opens; if none does, open' : 'Open'} ${visible(url.href, { oneLine: true })}`,
    );
    terminal.note('Waiting…');
  };
}

export function presentAuthorized(done: Authorized, terminal: Terminal, json: boolean): void {
  if (json) return terminal.json({ event: 'authorized', ...done });
  const name = visible(done.connection, { oneLine: true });
  if (!done.needed) return terminal.result(`${name} lets everybody in: there is nothing to authorize`);
  const scopes = done.scopes.length > 0 ? ` (${done.scopes.join(' ')})` : '';
  terminal.result(visible(`Authorized at ${name} by ${done.issuer}${scopes}`, { oneLine: true }));
}

export function presentRemoved(done: Removed, terminal: Terminal, json: boolean): void {
  if (json) return terminal.json(done);
  const name = visible(done.connection, { oneLine: true });
  if (!done.removed) return terminal.note(`Nothing was authorized at ${name}`);
  if (done.reason !== null)
    terminal.note(`hallpass: it was not ended there: ${visible(done.reason, { oneLine: true })}`);
  terminal.result(`Forgot the authorization at ${name}`);
}
