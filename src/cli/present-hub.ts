import { HallpassError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';
import type { RunningHub } from '../hub/hub.ts';
import type { RequestLine } from '../hub/http/server.ts';
import type { Terminal } from './terminal.ts';

/** What `hub start` shows. */
export interface HubPresenter {
  readonly ready: (hub: RunningHub, dataDir: string) => void;
  readonly request: (line: RequestLine) => void;
  readonly trouble: (error: Error) => void;
  readonly notice: (line: string) => void;
}

export interface HubPresenterOptions {
  readonly json: boolean;
  readonly isDevelopment: boolean;
  /** What went wrong in full: it may quote what was being processed. */
  readonly debug: boolean;
}

/** On stdout that it is ready, on stderr what it does. */
export function hubPresenter(terminal: Terminal, options: HubPresenterOptions): HubPresenter {
  if (options.isDevelopment)
    terminal.note(
      'hallpass: a development hub: any password opens every account; nothing here is for production',
    );
  return {
    ready: (hub, dataDir) => {
      if (options.json) terminal.json({ event: 'ready', url: hub.url, issuer: hub.issuer });
      else readyText(terminal, hub, { dataDir, isDevelopment: options.isDevelopment });
    },
    request: (line) => terminal.note(requestLine(line)),
    trouble: (error) => terminal.note(`hallpass: ${troubleOf(error, options.debug)}`),
    notice: (line) => terminal.note(`hallpass: ${visible(line, { oneLine: true })}`),
  };
}

function readyText(
  terminal: Terminal,
  { url, issuer }: RunningHub,
  { dataDir, isDevelopment }: { dataDir: string; isDevelopment: boolean },
): void {
  terminal.result(`hub     ${url}`);
  terminal.result(`issuer  ${issuer}`);
  terminal.result(`data    ${dataDir}`);
  if (isDevelopment) {
    terminal.result('accounts, any password:');
    terminal.result('  developer  group engineering, may mint tokens for the connection demo');
    terminal.result('  approver   group approvers, decides held calls');
    terminal.result("  auditor    group auditors, reads everybody's sessions");
    terminal.result('  stranger   no group');
  }
  terminal.result('next, in another terminal:');
  terminal.result(`  hallpass login ${url}`);
  if (isDevelopment) terminal.result('  hallpass mint demo');
  terminal.note('Ctrl-C stops it.');
}

// Of a path that is none of ours nothing is known; somebody may have put a secret there.
const OUR_PATH =
  /^\/(?:sessions\/[0-9a-z]{12}(?:\/[a-z]+(?:\/\d+)?)?|approvals\/apr_[0-9a-f]{20}(?:\/[a-z]+)?|dev-oidc\/[a-z/]+)$/;

function requestLine({ method, path, status, ms }: RequestLine): string {
  const shown = status === 404 && !OUR_PATH.test(path) ? '(no such path)' : path;
  return visible(`${method} ${shown} ${status} ${ms.toFixed(1)} ms`, { oneLine: true });
}

function troubleOf(error: Error, debug: boolean): string {
  if (error instanceof HallpassError) return visible(`${error.message} [${error.code}]`);
  return debug
    ? visible(error.stack ?? error.message)
    : `a request failed for a reason nobody foresaw: ${error.name}`;
}
