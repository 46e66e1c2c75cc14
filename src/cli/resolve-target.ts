import { basename } from 'node:path';

import type { Connection } from '../app/project-file.ts';
import { HallpassError } from '../core/errors.ts';
import { nameOfUrl } from './compose-connect.ts';
import { projectDeps } from './project-deps.ts';

interface Words {
  /** What stands after `--`. */
  readonly command: readonly string[];
  readonly hasSeparator: boolean;
  readonly url: string | undefined;
  readonly names: readonly string[];
}

/** Which server the command line means. Exactly one of command, URL and name. */
export async function resolveTarget({
  command,
  hasSeparator,
  url,
  names,
}: Words): Promise<{ connection: string; target: Connection }> {
  const given = [hasSeparator, url !== undefined, names.length > 0].filter(Boolean).length;
  if (given !== 1 || names.length > 1) throw usage(names);
  if (url !== undefined) return { connection: nameOfUrl(url), target: { url } };
  const [name] = names;
  if (name !== undefined) {
    // Only now, since reading such a file takes much that a command or an address does not need.
    const { findConnection } = await import('../app/project.ts');
    return { connection: name, target: await findConnection(name, projectDeps()) };
  }
  const [program, ...args] = command;
  if (program === undefined) throw usage([]);
  return { connection: basename(program), target: { command: program, args, env: {} } };
}

function usage(names: readonly string[]): HallpassError {
  // Whoever gives several words probably means a command; what they are stays out of the error.
  const hint =
    names.length > 1
      ? 'A command goes after two dashes: hallpass connect -- COMMAND ARGS'
      : 'For example: hallpass connect -- mcp-server-filesystem .';
  const message = 'connect needs one server: a command after --, a --url, or a name';
  return new HallpassError('ERR_USAGE', message, { hint });
}
