import type { Hook } from '@oclif/core/hooks';

import { HallpassError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { topicOf } from './command-groups.ts';

/**
 * oclif's hook for a command that doesn't exist: says so, and which one was probably meant. The id it gets is all words up
 * to the first flag, joined by colons; those that can't be part of a command's name are the user's and not repeated.
 */
export const commandNotFound: Hook.CommandNotFound = ({ id, config }) =>
  Promise.reject(noSuchCommand(id, config.commandIDs));

/** The error for words, joined by colons, that are no command. */
export function noSuchCommand(id: string, known: readonly string[]): HallpassError {
  if (id.startsWith('-')) return commandMissing(id);
  const topic = topicOf(id);
  const isTopic = known.some((command) => topicOf(command) === topic);
  const asked = id
    .split(':')
    .slice(0, isTopic ? 2 : 1)
    .join(':');
  const meant = nearest(asked, isTopic ? known : known.map(topicOf));
  const hint =
    meant === undefined ? 'hallpass --help shows the commands.' : `Did you mean: hallpass ${spoken(meant)}`;
  return new HallpassError('ERR_USAGE', `there is no command ${spoken(asked)}`, { hint });
}

// Behind an equals sign or colon is the user's, and perhaps a secret.
function commandMissing(id: string): HallpassError {
  const flag = /^[^=:]*/.exec(id)?.[0] ?? '';
  const meant = nearest(flag, ['--help', '--version']);
  const hint =
    meant === undefined
      ? 'Flags go after the command; hallpass --help shows the commands.'
      : `Did you mean: hallpass ${meant}`;
  return new HallpassError('ERR_USAGE', `a command is missing before ${flag}`, { hint });
}

function spoken(command: string): string {
  return command.replaceAll(':', ' ');
}
