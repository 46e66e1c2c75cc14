import { basename } from 'node:path';
import process from 'node:process';

import type { Listed } from '../app/project.ts';
import { visible } from '../core/visible.ts';
import { readEnvironment } from '../platform/environment.ts';
import { Interrupted } from './interrupted.ts';

/** Whether this terminal shows a list. One that nobody has told its size has 0 columns, and would show it a letter wide. */
export function canDraw(): boolean {
  return process.stderr.columns > 0 && readEnvironment().variables['TERM'] !== 'dumb';
}

/** Has the person choose a connection. Throws Interrupted. */
export async function pickConnection(connections: readonly Listed[]): Promise<string> {
  const { isCancel, select } = await import('@clack/prompts');
  const picked = await select({
    message: 'Which connection?',
    options: connections.map((listed) => ({ value: listed.name, label: labelOf(listed) })),
    // The result of the command is still to come, and stdout is for that.
    output: process.stderr,
  });
  if (isCancel(picked)) throw new Interrupted();
  return picked;
}

/** One line about a connection. A project's file may have been written by an attacker, and arguments may hold secrets. */
export function labelOf({ name, target, isTrusted }: Listed): string {
  const where = 'url' in target ? new URL(target.url).host : basename(target.command);
  const note = isTrusted ? '' : ', not trusted yet: hallpass trust';
  return visible(`${name}  (${where}${note})`, { oneLine: true });
}
