import { basename } from 'node:path';

import type { Connection } from '../app/project-file.ts';
import { HallpassError } from '../core/errors.ts';
import { nameOfUrl } from './compose-connect.ts';
import { projectDeps } from './project-deps.ts';
import type { Terminal } from './terminal.ts';

interface Words {
  /** What stands after `--`. */
  readonly command: readonly string[];
  readonly hasSeparator: boolean;
  readonly url: string | undefined;
  /** What is spoken there; undefined: Streamable HTTP. */
  readonly transport: 'http' | 'sse' | undefined;
  readonly names: readonly string[];
  /** Where somebody can be asked; undefined: nobody is there. */
  readonly person: Terminal | undefined;
}

interface Resolved {
  readonly connection: string;
  readonly target: Connection;
  /** By a hallpass.yaml that counts. Any program can be called anything. */
  readonly isNamed: boolean;
  readonly projectFile?: string | undefined;
}

/** Which server the command line means: exactly one of command, URL and name, or what a person picks. */
export async function resolveTarget({
  command,
  hasSeparator,
  url,
  transport,
  names,
  person,
}: Words): Promise<Resolved> {
  const given = [hasSeparator, url !== undefined, names.length > 0].filter(Boolean).length;
  if (given > 1 || names.length > 1) throw usage(names);
  if (url !== undefined)
    return {
      connection: nameOfUrl(url),
      target: { url, ...(transport && { type: transport }) },
      isNamed: false,
    };
  const [program, ...args] = command;
  if (program !== undefined)
    return { connection: basename(program), target: { command: program, args, env: {} }, isNamed: false };
  if (hasSeparator) throw usage([]);
  const name = names[0] ?? (await choose(person));
  // Only now, since reading such a file takes much that a command or an address does not need.
  const { findConnection, projectFileOf } = await import('../app/project.ts');
  const deps = projectDeps();
  const target = await findConnection(name, deps);
  return { connection: name, target, isNamed: true, projectFile: projectFileOf(name, deps) };
}

/** Which server with an address the words mean: a name in hallpass.yaml, or the address itself. */
export async function resolveServer(
  words: string,
): Promise<{ connection: string; target: Extract<Connection, { url: string }> }> {
  if (words.includes('://')) return { connection: nameOfUrl(words), target: { url: words } };
  const { findConnection } = await import('../app/project.ts');
  const target = await findConnection(words, projectDeps());
  if ('url' in target) return { connection: words, target };
  throw new HallpassError('ERR_USAGE', `"${words}" is a command on this machine, which wants no OAuth`, {
    hint: 'What it wants stands in its own documentation; env_from in hallpass.yaml hands it a secret.',
  });
}

async function choose(person: Words['person']): Promise<string> {
  const [{ listConnections }, { canDraw, pickConnection }] = await Promise.all([
    import('../app/project.ts'),
    import('./pick-connection.ts'),
  ]);
  const listed = listConnections(projectDeps());
  if (listed.length > 0 && person !== undefined && canDraw()) return pickConnection(listed);
  throw usage(
    [],
    listed.map(({ name }) => name),
  );
}

function usage(names: readonly string[], known: readonly string[] = []): HallpassError {
  const hint = hintFor(names, known);
  const message = 'connect needs one server: a command after --, a --url, or a name';
  return new HallpassError('ERR_USAGE', message, { hint });
}

function hintFor(names: readonly string[], known: readonly string[]): string {
  // Whoever gives several words probably means a command; what they are stays out of the error.
  if (names.length > 1) return 'A command goes after two dashes: hallpass connect -- COMMAND ARGS';
  if (known.length > 0) return `Names in hallpass.yaml: ${known.join(', ')}.`;
  return 'For example: hallpass connect -- mcp-server-filesystem .';
}
