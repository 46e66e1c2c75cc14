import { spawn } from 'node:child_process';
import process from 'node:process';

import type { Environment } from './environment.ts';

// What sshd sets; other servers than OpenSSH's set some of them.
const SSH = ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'];

/** Whether opening a browser would show it to the person who waits: not over SSH, not in CI, not without a display. */
export function canOpenBrowser({ ci, variables }: Environment): boolean {
  if (ci || SSH.some((name) => variables[name])) return false;
  return process.platform !== 'linux' || Boolean(variables['DISPLAY'] || variables['WAYLAND_DISPLAY']);
}

/** Asks the desktop to show an http(s) address. Never fails: the address is on the terminal too. */
export function openBrowser(address: string): void {
  if (!URL.canParse(address)) return;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return;
  const [program, ...args] = opener(url.href);
  // No shell: an issuer wrote the address. Detached, so that the browser outlives us.
  const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsHide: true });
  child.on('error', () => undefined);
  child.unref();
}

function opener(url: string): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', url];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}
