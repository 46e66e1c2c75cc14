import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import type { Sandbox } from '../helpers/hallpass.ts';
import type { Borrowed } from './borrow-token.ts';
import type { DemoHub } from './meet-hub.ts';
import { act, table, tell } from './page.ts';

const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** Says how to go on in the world of the demo, and waits for Ctrl-C. */
export async function keepRunning(
  hallpass: Sandbox,
  hub: DemoHub,
  { url, session }: Borrowed,
): Promise<never> {
  const file = join(hallpass.directory, 'enter');
  await writeFile(file, entrance(hallpass), { mode: 0o600 });
  act(10, 'Still running, until you press Ctrl-C here');
  table([
    ['hub', hub.url],
    ['server', `${url}, which wants a token of the hub`],
    ['files', hallpass.directory],
  ]);
  tell('In another terminal:');
  table([
    [`. ${file}`, 'as whom and where'],
    ['hallpass whoami', 'try it --profile auditor, --profile stranger too'],
    ['hallpass mint demo', 'a token for the connection demo'],
    ['hallpass connect demo', 'stand before the server, for an MCP client of yours'],
    ['hallpass sessions list --hub', 'what you may see there'],
  ]);
  tell(`hallpass verify ${session} --hub --profile auditor`);
  tell(`hallpass login ${hub.url} --profile me    (in a browser: any account, any password)`);
  return new Promise<never>(() => undefined);
}

/** For the shell of whoever wants to look around: the variables of the sandbox, and `hallpass` by its name. */
function entrance({ env, project }: Sandbox): string {
  const settings = Object.entries(env).filter(([name]) => name.startsWith('HALLPASS_'));
  return [
    ...settings.map(([name, value]) => `export ${name}='${value}'`),
    `hallpass() { '${process.execPath}' '${CLI}' "$@"; }`,
    `cd '${project}'`,
    '',
  ].join('\n');
}
